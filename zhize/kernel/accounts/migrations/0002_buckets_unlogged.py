"""Buckets are written on every API request and may be lost: they need no write-ahead log."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(
            "ALTER TABLE accounts_bucket SET UNLOGGED", "ALTER TABLE accounts_bucket SET LOGGED"
        )
    ]
