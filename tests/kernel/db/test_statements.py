"""Statements composed once and rows from memory say what is so now, to whom it is so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.kit import people
from zhize.kernel import access
from zhize.kernel.access.models import Grant
from zhize.kernel.db import known, marks, statements
from zhize.kernel.org.models import Absence, Person, Unit
from zhize.lib import clock


def named(user, name):
    actor = people.actor(user)
    made = []

    def make(name):
        made.append(1)
        return access.visible(actor, Person).filter(name=name)

    found = statements.rows("test.named", actor.key, make, name=name)
    return [row.name for row in found], len(made)


@pytest.mark.django_db
def test_a_statement_is_composed_once_and_filled_in_until_a_right_changes() -> None:
    where = people.unit()
    desk = people.position(where, {"person.view": "all"})
    user = people.user(people.person("李敏", desk))
    with marks.reading():
        assert named(user, "李敏") == (["李敏"], 1)
        assert named(user, "李敏") == (["李敏"], 0)
        assert named(user, "'; DROP TABLE org_person --") == ([], 0)
    Grant.objects.all().delete()
    with marks.reading():
        assert named(user, "李敏") == ([], 1)
    # Whoever may write is asked for anew, each time.
    assert named(user, "李敏")[1] == 1


@pytest.mark.django_db
def test_what_asks_for_the_moment_is_not_kept() -> None:
    away = people.person("王芳", people.position(people.unit()))
    leaves = clock.now() + timedelta(hours=1)
    Absence.objects.create(person=away, from_at=leaves, to_at=leaves + timedelta(hours=1))

    def absent():
        return statements.rows(
            "test.away", statements.ANYBODY, lambda: Absence.objects.filter(from_at__lte=clock.now())
        )

    with marks.reading():
        assert absent() == []
        with clock.simulating(leaves):
            assert len(absent()) == 1


@pytest.mark.django_db
def test_vouched_for_and_limited_actors_have_statements_of_their_own() -> None:
    user = people.user(people.person("李敏", people.position(people.unit(), {"person.view": "all"})))
    with marks.reading():
        actor = people.actor(user)
        assert actor.key is not None
        assert actor.vouched("person.view").key is None
        assert actor.through("api").key == actor.key


@pytest.mark.django_db
def test_counts_are_those_of_the_rows() -> None:
    for name in ("甲", "乙"):
        people.person(name)

    def counted(name):
        return statements.count(
            "test.count", statements.ANYBODY, lambda name: Person.objects.filter(name=name), name=name
        )

    assert [counted("甲"), counted("丙")] == [1, 0]


@pytest.mark.django_db
def test_rows_from_memory_follow_every_change_and_belong_to_one_request() -> None:
    where = people.unit()
    person = people.person("李敏", people.position(where))

    def unit_name():
        return known.rows_of(Unit, [where.pk])[where.pk].name

    with marks.reading():
        first = known.rows_of(Person, [person.pk])[person.pk]
        first.name = "改过"
        with CaptureQueriesContext(connection) as asked:
            again = known.rows_of(Person, [person.pk])
        assert (again[person.pk].name, len(asked)) == ("李敏", 0)
        assert unit_name() == where.name
    Person.objects.filter(pk=person.pk).update(name="李小敏")
    Unit.objects.filter(pk=where.pk).update(name="新名")
    with marks.reading():
        assert known.rows_of(Person, [person.pk])[person.pk].name == "李小敏"
        assert unit_name() == "新名"
        assert known.rows_of(Person, [10**9]) == {}
    with pytest.raises(TypeError):
        known.rows_of(Absence, [1])


@pytest.mark.django_db
def test_whoever_is_kept_in_memory_is_watched() -> None:
    kept = [
        model._meta.db_table
        for model in apps.get_models()
        if getattr(model, "kept_without", None) is not None
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal")
        triggers = set(cursor.fetchall())
    assert kept
    assert [
        table for table in kept if not {(table, f"{table}_turns"), (table, f"{table}_marks")} <= triggers
    ] == []
