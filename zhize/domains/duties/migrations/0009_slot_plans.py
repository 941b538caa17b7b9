"""Slots planned together share a plan instead of a clock and a history row each; indexes that nothing asks for go."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calendars", "0002_immutable"),
        ("clocks", "0002_closed"),
        ("duties", "0008_withdrawn"),
        ("org", "0002_sheet_signed_off_by"),
    ]

    operations = [
        migrations.CreateModel(
            name="SlotPlan",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("entry_id", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RemoveIndex(
            model_name="obligation",
            name="duties_of_subject",
        ),
        migrations.RemoveIndex(
            model_name="obligation",
            name="duties_about",
        ),
        migrations.AddField(
            model_name="duty",
            name="planned_for",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="duty",
            name="planned_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="obligation",
            name="acceptor",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="obligations_to_accept",
                to="org.person",
            ),
        ),
        migrations.AlterField(
            model_name="obligation",
            name="acceptor_position",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.position",
            ),
        ),
        migrations.AlterField(
            model_name="obligation",
            name="clock",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clocks.clock",
            ),
        ),
        migrations.AlterField(
            model_name="obligation",
            name="creator",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="obligations_given",
                to="org.person",
            ),
        ),
        migrations.AlterField(
            model_name="obligation",
            name="done_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.person",
            ),
        ),
        migrations.AlterField(
            model_name="obligation",
            name="duty",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="obligations",
                to="duties.duty",
            ),
        ),
        migrations.AlterField(
            model_name="obligation",
            name="duty_version",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="obligations",
                to="duties.dutyversion",
            ),
        ),
        migrations.AlterField(
            model_name="obligation",
            name="holder",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="obligations",
                to="org.person",
            ),
        ),
        migrations.AlterField(
            model_name="obligation",
            name="position",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="obligations",
                to="org.position",
            ),
        ),
        migrations.AlterField(
            model_name="obligation",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="obligations",
                to="org.unit",
            ),
        ),
        migrations.AddField(
            model_name="slotplan",
            name="calendar_version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="calendars.calendarversion"
            ),
        ),
        migrations.AddField(
            model_name="slotplan",
            name="duty_version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="duties.dutyversion"
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="plan",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="obligations",
                to="duties.slotplan",
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(fields=["duty", "due_at"], name="duties_duty_due"),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(
                    ("clock__isnull", True), ("ended_at__isnull", True), ("slot__isnull", False)
                ),
                fields=["opened_at"],
                name="duties_not_running",
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(("withdrawn", True)), fields=["duty", "position"], name="duties_taken_back"
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(("subject_id__isnull", False)),
                fields=["subject_type", "subject_id"],
                name="duties_of_subject",
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(("about_id__isnull", False)),
                fields=["about_type", "about_id"],
                name="duties_about",
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(("creator__isnull", False)), fields=["creator"], name="duties_by_creator"
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(("acceptor__isnull", False)),
                fields=["acceptor"],
                name="duties_by_acceptor",
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(("acceptor_position__isnull", False)),
                fields=["acceptor_position"],
                name="duties_by_acceptor_position",
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(("done_by__isnull", False)), fields=["done_by"], name="duties_by_done_by"
            ),
        ),
        # Written once, as what it names.
        migrations.RunSQL(
            "CREATE TRIGGER duties_slotplan_grows BEFORE UPDATE OR DELETE ON duties_slotplan"
            " FOR EACH ROW EXECUTE FUNCTION zhize_append_only()",
            "DROP TRIGGER duties_slotplan_grows ON duties_slotplan",
        ),
        # Whatever was planned before is looked at once in full.
        migrations.RunSQL(
            "UPDATE duties_duty SET planned_until = now() WHERE kind = 'recurring'", migrations.RunSQL.noop
        ),
    ]
