"""The event log only grows: the database refuses UPDATE, DELETE and TRUNCATE on it.

The one way round is the setting `zhize.maintenance`, which the erasure of a person and a restore switch on for
their own transaction, and test databases for emptying themselves.
"""

from __future__ import annotations

from django.db import migrations

TABLES = ("history_entry", "history_entrysubject", "history_link")

FUNCTION = """
CREATE OR REPLACE FUNCTION zhize_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('zhize.maintenance', true) = 'on' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'table % only grows', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0002_initial")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION zhize_append_only()"),
        *(
            migrations.RunSQL(
                [
                    f"CREATE TRIGGER {table}_grows BEFORE UPDATE OR DELETE ON {table}"
                    " FOR EACH ROW EXECUTE FUNCTION zhize_append_only()",
                    f"CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table}"
                    " FOR EACH STATEMENT EXECUTE FUNCTION zhize_append_only()",
                ],
                [f"DROP TRIGGER {table}_grows ON {table}", f"DROP TRIGGER {table}_stays ON {table}"],
            )
            for table in TABLES
        ),
    ]
