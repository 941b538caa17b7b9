"""The mark that turns when a watched table is written (see marks.py)."""

from __future__ import annotations

from django.db import migrations

TABLE = "CREATE TABLE zhize_mark (value uuid NOT NULL)"

TURN = """
CREATE FUNCTION zhize_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        UPDATE zhize_mark SET value = gen_random_uuid();
    ELSE
        PERFORM set_config('zhize.turned', gen_random_uuid()::text, true);
    END IF;
    RETURN NULL;
END $$
"""

# Once for each transaction: the first deferred row writes, the others see that it has been written.
MARK = """
CREATE FUNCTION zhize_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('zhize.marked', true) IS DISTINCT FROM current_setting('zhize.turned', true) THEN
        UPDATE zhize_mark SET value = gen_random_uuid();
        PERFORM set_config('zhize.marked', current_setting('zhize.turned', true), true);
    END IF;
    RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.RunSQL(
            [TABLE, "INSERT INTO zhize_mark VALUES (gen_random_uuid())", TURN, MARK],
            ["DROP FUNCTION zhize_turn()", "DROP FUNCTION zhize_mark()", "DROP TABLE zhize_mark"],
        ),
    ]
