"""With docs/ops/roles.sql the product works under a role that owns nothing, and that role cannot touch the past."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from tests.kit.cast import Cast
from tests.kit.database import LOCK
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import services as customers
from zhize.kernel import access, history, jobs
from zhize.kernel.history import chain
from zhize.kernel.history.models import Entry
from zhize.project import postgres

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "ops" / "roles.sql"
ROLE = "zhize_app_of_the_test"


def make_role() -> None:
    """A role stands beside all databases of the tests' server: made once, by who may, and left there."""
    known = connection.settings_dict
    own_server = not os.environ.get("ZHIZE_TEST_DATABASE_URL")
    with psycopg.connect(
        host=known["HOST"] or None,
        port=known["PORT"] or None,
        dbname="postgres" if own_server else known["NAME"],
        user=postgres.SUPERUSER if own_server else known["USER"],
        password=known["PASSWORD"] or None,
        autocommit=True,
    ) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone() is None:
            admin.execute(f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
        admin.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(ROLE), sql.Identifier(known["USER"])))


@pytest.fixture
def as_app(cast: Cast) -> Iterator[None]:
    """This transaction goes on as the working role, with the rights of the script."""
    make_role()
    # The first number of a day is taken on a connection of its own, which is the owner's in here.
    complaint(cast)
    lines = [line for line in SCRIPT.read_text().splitlines() if not line.startswith("--")]
    with connection.cursor() as cursor:
        for _version in range(2):
            cursor.execute("\n".join(lines).replace(":app", ROLE))
            cursor.execute(f"SET LOCAL ROLE {ROLE}")
            cursor.execute(f"CREATE SEQUENCE numbering_case__new{_version}")
            cursor.execute("RESET ROLE")
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield
        cursor.execute("RESET ROLE")


def complaint(cast: Cast) -> Case:
    intake = cases.Intake(type="complaint", title="漏水", channel="phone", customer=cast.customers["A101"])
    return cases.open_case(actor=cast.actor("limin"), intake=intake)


@pytest.mark.usefixtures("as_app")
def test_the_product_works_under_a_role_that_owns_nothing(cast: Cast) -> None:
    customers.create_customer(
        actor=cast.actor("limin"),
        unit=cast.centre,
        kind="visitor",
        name="王伟",
        phone_numbers=["13655557777"],
    )
    case = complaint(cast)
    cases.note(actor=cast.actor("limin"), case=case, body="看过")
    jobs.run_all()
    chain.seal()
    assert history.timeline(case).filter(verb="case.opened").exists()


@pytest.mark.usefixtures("as_app")
@pytest.mark.parametrize(
    "act",
    [
        "ALTER TABLE history_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER history_entry_grows ON history_entry",
        "DROP TABLE history_link CASCADE",
        "TRUNCATE history_entry CASCADE",
        "SET LOCAL session_replication_role = 'replica'",
        "UPDATE history_entry SET note = 'x'",
        "DELETE FROM history_entry",
        "UPDATE history_link SET digest = 'x'",
        "DELETE FROM history_head",
        "DELETE FROM django_migrations",
        "CREATE OR REPLACE FUNCTION zhize_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ],
)
def test_the_working_role_cannot_change_the_past_even_in_maintenance(cast: Cast, act: str) -> None:
    before = Entry.objects.count()
    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET LOCAL zhize.maintenance = 'on'")
        cursor.execute(act)
    assert Entry.objects.count() == before


def test_erasing_is_then_the_command_s_and_the_page_says_so(cast: Cast, as_app: None) -> None:
    customer = customers.create_customer(
        actor=cast.actor("wangfang"),
        unit=cast.centre,
        kind="visitor",
        name="王伟",
        phone_numbers=["13655557777"],
    )
    asked = customers.ask_erasure(actor=cast.actor("wangfang"), customer=customer, reason="本人申请")
    with pytest.raises(customers.ByCommandOnly), transaction.atomic():
        customers.grant_erasure(actor=cast.actor("liuqiang"), request=asked, number=customer.number)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    assert customers.erase(actor=access.system(caps.CLI), customer=customer, reason="本人申请")
