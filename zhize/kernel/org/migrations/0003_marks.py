"""Writes to these tables turn the mark under which requests keep them in memory."""

from __future__ import annotations

from django.db import migrations

from zhize.kernel.db import marks

TABLES = ("org_unit", "org_person", "org_position", "org_position_includes", "org_appointment", "org_area")


class Migration(migrations.Migration):
    dependencies = [("org", "0002_sheet_signed_off_by"), ("db", "0001_mark")]
    operations = [marks.watch(table) for table in TABLES]
