"""Writes to these tables turn the mark under which requests keep them in memory."""

from __future__ import annotations

from django.db import migrations

from zhize.kernel.db import marks

TABLES = ("packs_packrelease", "packs_packplacement", "packs_packoverride")


class Migration(migrations.Migration):
    dependencies = [("packs", "0001_initial"), ("db", "0001_mark")]
    operations = [marks.watch(table) for table in TABLES]
