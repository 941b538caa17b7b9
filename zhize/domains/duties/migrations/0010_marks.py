"""Writes to these tables turn the mark under which requests and transactions keep them in memory."""

from __future__ import annotations

from django.db import migrations

from zhize.kernel.db import marks


class Migration(migrations.Migration):
    dependencies = [("duties", "0009_slot_plans"), ("db", "0002_mark_said")]
    operations = [
        marks.watch("duties_duty", "unit_id", "code", "position_code", "current_id", "active"),
        marks.watch("duties_dutyversion"),
        marks.watch("duties_dutyfact"),
    ]
