"""The file of an import may be forgotten."""

import hashlib
from typing import Any

from django.db import migrations, models

from zhize.kernel.files import storage
from zhize.lib import clock

EMPTY = b"\n"


def give_empty(apps: Any, schema: Any) -> None:
    """The older version wants a file: what was forgotten gets one with nothing in it."""
    runs = apps.get_model("documents", "ImportRun").objects.filter(blob=None)
    if not runs.exists():
        return
    digest, now = hashlib.sha256(EMPTY).hexdigest(), clock.now()
    blob, _made = apps.get_model("files", "Blob").objects.get_or_create(
        sha256=digest, defaults={"size": len(EMPTY), "created_at": now, "touched_at": now}
    )
    storage.write(digest, EMPTY)
    # A table with checks still to come cannot be altered.
    schema.execute("SET CONSTRAINTS ALL IMMEDIATE")
    runs.update(blob=blob)
    schema.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = (
        ("documents", "0001_initial"),
        ("files", "0001_initial"),
    )

    operations = (
        migrations.AlterField(
            model_name="importrun",
            name="blob",
            field=models.ForeignKey(
                null=True, on_delete=models.deletion.PROTECT, related_name="+", to="files.blob"
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, give_empty),
    )
