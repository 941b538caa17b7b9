"""Writes to these tables turn the mark under which requests and transactions keep them in memory."""

from __future__ import annotations

from django.db import migrations

from zhize.kernel.db import marks


class Migration(migrations.Migration):
    dependencies = [("calendars", "0002_immutable"), ("db", "0002_mark_said")]
    operations = [
        marks.watch("calendars_calendar"),
        marks.watch("calendars_calendarversion"),
    ]
