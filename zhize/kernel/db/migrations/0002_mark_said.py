"""The connection that turns the mark is told, so that its transaction takes nothing from memory any more (marks.py)."""

from __future__ import annotations

from django.db import migrations

from zhize.kernel.db.marks import TURNED

TURN = f"""
CREATE OR REPLACE FUNCTION zhize_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE '{TURNED}';
    IF TG_OP = 'TRUNCATE' THEN
        UPDATE zhize_mark SET value = gen_random_uuid();
    ELSE
        PERFORM set_config('zhize.turned', gen_random_uuid()::text, true);
    END IF;
    RETURN NULL;
END $$
"""  # noqa: S608 - our own word


class Migration(migrations.Migration):
    dependencies = [("db", "0001_mark")]
    operations = [migrations.RunSQL(TURN, migrations.RunSQL.noop)]
