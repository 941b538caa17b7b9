"""The noted head of the chain moves on only, also while the history is maintained: nothing there ever needs it back."""

from __future__ import annotations

from django.db import migrations

NEVER_BACK = """
CREATE OR REPLACE FUNCTION zhize_head_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.number <= OLD.number THEN
        RAISE EXCEPTION 'the head of the chain only moves on' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
STAYS = "CREATE OR REPLACE TRIGGER history_head_stays BEFORE DELETE ON history_head FOR EACH ROW EXECUTE FUNCTION "


class Migration(migrations.Migration):
    dependencies = [("history", "0005_transactions_in_order")]
    operations = [
        migrations.RunSQL([NEVER_BACK, STAYS + "zhize_head_moves_on()"], [STAYS + "zhize_append_only()"]),
    ]
