"""What the database keeps of a statement, and that it finds back when tables change under it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from psycopg.errors import FeatureNotSupported

from zhize.kernel.db import prepared
from zhize.kernel.db.prepared import Prepared

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> Iterator[Any]:
    """A connection of its own, outside of the test's transaction."""
    made = connection.get_new_connection(connection.get_connection_params())
    made.autocommit = True
    made.execute("CREATE TEMPORARY TABLE kept (number bigint)")
    made.execute("INSERT INTO kept VALUES (7)")
    yield made
    made.close()


def test_numbers_of_any_size_share_one_statement() -> None:
    asked = "SELECT count(*) FROM zhize_mark WHERE length(value::text) > %s::bigint AND %s::bigint = ANY(%s)"
    for number in (1, 70_000, 2**40):
        with prepared.cursor() as cursor:
            cursor.execute(asked, [number, number, [number, 3]])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%length(value::text)%'"
        )
        assert cursor.fetchone() == (1,)


def test_names_of_values_and_what_others_ask(session: Any) -> None:
    [row] = Prepared(session).execute("SELECT %(a)s::int, %(a)s::int + %(b)s::int", {"a": 1, "b": 2})
    assert row == (1, 3)
    # Nobody else's statements are kept.
    assert session.prepare_threshold is None


def test_an_answer_with_other_columns_is_prepared_anew(session: Any) -> None:
    def asked() -> Any:
        return Prepared(session).execute("SELECT number FROM kept").fetchone()

    assert asked() == (7,)
    session.execute("ALTER TABLE kept ALTER number TYPE text")
    assert asked() == ("7",)
    session.execute("ALTER TABLE kept ALTER number TYPE integer USING number::integer")
    session.autocommit = False
    with pytest.raises(FeatureNotSupported):
        asked()
    session.rollback()
    assert asked() == (7,)
