"""Closed clocks, ended intervals and recorded changes stay as they are: the database refuses otherwise."""

from __future__ import annotations

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION zhize_clock_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('zhize.maintenance', true) = 'on' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a closed row of % never changes', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("clocks", "0001_initial"), ("history", "0003_append_only")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION zhize_clock_closed()"),
        migrations.RunSQL(
            "CREATE TRIGGER clocks_clock_closed BEFORE UPDATE ON clocks_clock FOR EACH ROW"
            " WHEN (OLD.stopped_at IS NOT NULL) EXECUTE FUNCTION zhize_clock_closed()",
            "DROP TRIGGER clocks_clock_closed ON clocks_clock",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER clocks_clock_stays BEFORE DELETE ON clocks_clock FOR EACH ROW"
            " EXECUTE FUNCTION zhize_clock_closed()",
            "DROP TRIGGER clocks_clock_stays ON clocks_clock",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER clocks_interval_closed BEFORE UPDATE ON clocks_clockinterval FOR EACH ROW"
            " WHEN (OLD.to_at IS NOT NULL OR OLD.from_at <> NEW.from_at OR OLD.kind <> NEW.kind"
            " OR OLD.clock_id <> NEW.clock_id) EXECUTE FUNCTION zhize_clock_closed()",
            "DROP TRIGGER clocks_interval_closed ON clocks_clockinterval",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER clocks_interval_stays BEFORE DELETE ON clocks_clockinterval FOR EACH ROW"
            " EXECUTE FUNCTION zhize_clock_closed()",
            "DROP TRIGGER clocks_interval_stays ON clocks_clockinterval",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER clocks_change_grows BEFORE UPDATE OR DELETE ON clocks_clockchange FOR EACH ROW"
            " EXECUTE FUNCTION zhize_append_only()",
            "DROP TRIGGER clocks_change_grows ON clocks_clockchange",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER clocks_threshold_fired BEFORE UPDATE ON clocks_clockthreshold FOR EACH ROW"
            " WHEN (OLD.fired_at IS NOT NULL) EXECUTE FUNCTION zhize_clock_closed()",
            "DROP TRIGGER clocks_threshold_fired ON clocks_clockthreshold",
        ),
    ]
