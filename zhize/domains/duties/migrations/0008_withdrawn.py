"""A slot that the plan itself took back before it began may be planned again."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q

# What was cancelled with the version it stood under had been replaced by the plan.
REPLACED = (
    "UPDATE duties_obligation SET withdrawn = true FROM duties_duty"
    " WHERE duties_duty.id = duties_obligation.duty_id AND slot IS NOT NULL AND state = 'cancelled'"
    " AND duty_version_id IS DISTINCT FROM duties_duty.current_id"
)


class Migration(migrations.Migration):
    dependencies = [("duties", "0007_clause_seen")]
    operations = [
        migrations.AddField("obligation", "withdrawn", models.BooleanField(default=False)),
        migrations.RemoveConstraint("obligation", "duties_slot_once"),
        migrations.AddConstraint(
            "obligation",
            models.UniqueConstraint(
                fields=["duty_version", "position", "slot"],
                condition=Q(slot__isnull=False, withdrawn=False),
                nulls_distinct=False,
                name="duties_slot_once",
            ),
        ),
        migrations.AddConstraint(
            "obligation",
            models.CheckConstraint(
                condition=Q(withdrawn=False) | Q(state="cancelled"), name="duties_withdrawn_is_cancelled"
            ),
        ),
        migrations.RunSQL(REPLACED, migrations.RunSQL.noop),
    ]
