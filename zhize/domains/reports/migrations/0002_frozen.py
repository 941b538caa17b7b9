"""An issued report never changes what it says: the database refuses it."""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION reports_keep_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.digest <> '' AND (
        NEW.content IS DISTINCT FROM OLD.content OR NEW.digest <> OLD.digest OR NEW.texts IS DISTINCT FROM OLD.texts
        OR NEW.code <> OLD.code OR NEW.unit_id <> OLD.unit_id OR NEW.first_day <> OLD.first_day
        OR NEW.last_day <> OLD.last_day OR NEW.edition <> OLD.edition
        OR NEW.issued_at IS DISTINCT FROM OLD.issued_at OR NEW.issued_by_id IS DISTINCT FROM OLD.issued_by_id
    ) THEN
        RAISE EXCEPTION 'an issued report is frozen' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reports_keep_frozen BEFORE UPDATE ON reports_report FOR EACH ROW EXECUTE FUNCTION reports_keep_frozen();
"""
BACKWARD = "DROP TRIGGER reports_keep_frozen ON reports_report; DROP FUNCTION reports_keep_frozen();"


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
