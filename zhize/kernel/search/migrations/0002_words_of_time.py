"""Day, month and year of each row stand among its search words, so that the newest hits are found first."""

from __future__ import annotations

from django.db import migrations

# A row written anew is a hundred entries of the index; making it anew is ten times as fast.
WITHOUT_INDEX = "DROP INDEX search_doc_tokens"
INDEX = "CREATE INDEX search_doc_tokens ON search_searchdoc USING gin (tokens) WITH (fastupdate = off)"
ADD = """
    UPDATE search_searchdoc SET tokens = tokens || array_to_tsvector(ARRAY[
        to_char(at AT TIME ZONE 'UTC', '"@"YYYYMMDD'), to_char(at AT TIME ZONE 'UTC', '"@"YYYYMM'),
        to_char(at AT TIME ZONE 'UTC', '"@"YYYY')])
"""
REMOVE = """
    UPDATE search_searchdoc SET tokens = ts_delete(tokens, ARRAY[
        to_char(at AT TIME ZONE 'UTC', '"@"YYYYMMDD'), to_char(at AT TIME ZONE 'UTC', '"@"YYYYMM'),
        to_char(at AT TIME ZONE 'UTC', '"@"YYYY')])
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [
        migrations.RunSQL(WITHOUT_INDEX, INDEX),
        migrations.RunSQL(ADD, REMOVE),
        migrations.RunSQL(INDEX, WITHOUT_INDEX),
    ]
