"""Sealing goes on behind the newest link and must not read what lies before it."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("history", "0004_head")]
    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["transaction", "id"], name="history_entry_transaction"),
        ),
    ]
