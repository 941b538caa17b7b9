"""Versions of duties and given evidence are written once; what called for an obligation never changes."""

from __future__ import annotations

from django.db import migrations

GROWING = ("duties_dutyversion", "duties_dutyfact", "duties_evidence")


class Migration(migrations.Migration):
    dependencies = [("duties", "0001_initial"), ("clocks", "0002_closed"), ("history", "0003_append_only")]
    operations = [
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_grows BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION zhize_append_only()",
                f"DROP TRIGGER {table}_grows ON {table}",
            )
            for table in GROWING
        ),
        migrations.RunSQL(
            "CREATE TRIGGER duties_obligation_origin BEFORE UPDATE ON duties_obligation FOR EACH ROW"
            " WHEN (OLD.slot IS DISTINCT FROM NEW.slot OR OLD.trigger_entry IS DISTINCT FROM NEW.trigger_entry"
            " OR OLD.duty_version_id IS DISTINCT FROM NEW.duty_version_id"
            " OR OLD.subject_type <> NEW.subject_type OR OLD.subject_id IS DISTINCT FROM NEW.subject_id)"
            " EXECUTE FUNCTION zhize_append_only()",
            "DROP TRIGGER duties_obligation_origin ON duties_obligation",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER duties_obligation_stays BEFORE DELETE ON duties_obligation FOR EACH ROW"
            " EXECUTE FUNCTION zhize_append_only()",
            "DROP TRIGGER duties_obligation_stays ON duties_obligation",
        ),
    ]
