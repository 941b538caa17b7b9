"""Writes to these tables turn the mark under which requests keep them in memory."""

from __future__ import annotations

from django.db import migrations

from zhize.kernel.db import marks

TABLES = ("access_grant",)


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("db", "0001_mark")]
    operations = [marks.watch(table) for table in TABLES]
