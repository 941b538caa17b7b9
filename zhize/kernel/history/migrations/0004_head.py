"""The newest link of the hash chain is noted beside it by the database itself, so that a shortened chain shows."""

from __future__ import annotations

from django.db import migrations, models

NOTE = """
CREATE OR REPLACE FUNCTION zhize_note_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO history_head AS head (id, number, digest)
    SELECT 1, number, digest FROM added ORDER BY number DESC LIMIT 1
        ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number, digest = EXCLUDED.digest
     WHERE EXCLUDED.number > head.number;
    RETURN NULL;
END $$
"""
MOVES_ON = """
CREATE OR REPLACE FUNCTION zhize_head_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <= OLD.number AND coalesce(current_setting('zhize.maintenance', true), '') <> 'on' THEN
        RAISE EXCEPTION 'the head of the chain only moves on' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0003_append_only")]
    operations = [
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="history_head_one")
                ],
            },
        ),
        migrations.RunSQL(
            "INSERT INTO history_head (id, number, digest)"
            " SELECT 1, number, digest FROM history_link ORDER BY number DESC LIMIT 1",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            [
                NOTE,
                MOVES_ON,
                "CREATE TRIGGER history_link_noted AFTER INSERT ON history_link REFERENCING NEW TABLE AS added"
                " FOR EACH STATEMENT EXECUTE FUNCTION zhize_note_head()",
                "CREATE TRIGGER history_head_moves_on BEFORE UPDATE ON history_head"
                " FOR EACH ROW EXECUTE FUNCTION zhize_head_moves_on()",
                "CREATE TRIGGER history_head_stays BEFORE DELETE ON history_head"
                " FOR EACH ROW EXECUTE FUNCTION zhize_append_only()",
                "CREATE TRIGGER history_head_kept BEFORE TRUNCATE ON history_head"
                " FOR EACH STATEMENT EXECUTE FUNCTION zhize_append_only()",
            ],
            [
                "DROP TRIGGER history_link_noted ON history_link",
                "DROP TRIGGER history_head_moves_on ON history_head",
                "DROP TRIGGER history_head_stays ON history_head",
                "DROP TRIGGER history_head_kept ON history_head",
                "DROP FUNCTION zhize_note_head()",
                "DROP FUNCTION zhize_head_moves_on()",
            ],
        ),
    ]
