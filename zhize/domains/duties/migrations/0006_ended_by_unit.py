"""A duty that its unit ended itself is not brought back by its pack."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("duties", "0005_kind_reading")]
    operations = [migrations.AddField("duty", "ended_by_unit", models.BooleanField(default=False))]
