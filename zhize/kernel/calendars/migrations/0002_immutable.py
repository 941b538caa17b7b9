"""Versions of a calendar and their days are written once: the database refuses to change them."""

from __future__ import annotations

from django.db import migrations

TABLES = ("calendars_calendarversion", "calendars_dayrule")


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial"), ("history", "0003_append_only")]
    operations = [
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_grows BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION zhize_append_only()",
            f"DROP TRIGGER {table}_grows ON {table}",
        )
        for table in TABLES
    ]
