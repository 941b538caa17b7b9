"""The id of the running transaction, as a function a column default may name."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            "CREATE OR REPLACE FUNCTION zhize_transaction_id() RETURNS bigint LANGUAGE sql VOLATILE"
            " AS $$ SELECT pg_current_xact_id()::text::bigint $$",
            "DROP FUNCTION zhize_transaction_id()",
        )
    ]
