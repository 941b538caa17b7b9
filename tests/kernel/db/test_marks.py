"""What is kept between requests is asked for anew as soon as it may have changed."""

from __future__ import annotations

import threading
import weakref

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.kernel.calendars import build
from tests.kit import people
from zhize.kernel.access.models import Grant
from zhize.kernel.db import atomic, copying, marks
from zhize.kernel.org.models import Person


def counted() -> tuple[list[int], object]:
    calls: list[int] = []
    return calls, lambda: calls.append(1) or len(calls)


@pytest.mark.django_db
def test_what_is_kept_is_asked_for_once_until_a_watched_table_is_written() -> None:
    _calls, load = counted()
    with marks.reading():
        assert marks.kept("x", load) == marks.kept("x", load) == 1
    build.person()
    with marks.reading():
        assert marks.kept("x", load) == 2


@pytest.mark.django_db
def test_what_nobody_can_ask_for_any_more_is_let_go() -> None:
    with marks.reading():
        held = weakref.ref(marks.kept("long", build.person))
    with marks.reading():
        marks.kept("other", str)
    assert held() is None


@pytest.mark.django_db
def test_what_may_write_asks_every_time() -> None:
    _calls, load = counted()
    assert (marks.kept("y", load), marks.kept("y", load)) == (1, 2)


@pytest.mark.django_db
def test_a_transaction_asks_once_until_it_changes_something_itself() -> None:
    calls, load = counted()
    build.person()
    with atomic():
        assert (marks.kept("z", load), marks.kept("z", load)) == (1, 1)
        Person.objects.update(name="改名")
        assert (marks.kept("z", load), marks.kept("z", load)) == (2, 3)
    with atomic():
        assert marks.kept("z", load) == 4
    assert len(calls) == 4


@pytest.mark.django_db
def test_rows_copied_in_are_heard_of_too() -> None:
    calls, load = counted()
    with atomic():
        marks.kept("copied", load)
        copying.copy_in([Person(name="新来", employee_no="N1")])
        marks.kept("copied", load)
    assert len(calls) == 2


@pytest.mark.django_db
def test_a_right_taken_away_is_gone_with_the_next_request() -> None:
    user = people.somebody({"org.view": "all", "person.view": "all"})
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/people/").status_code == 200
    Grant.objects.filter(capability="person.view").delete()
    assert client.get("/people/").status_code == 403


@pytest.mark.django_db
def test_an_undone_write_brings_the_old_mark_back() -> None:
    before = marks.now()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        build.person()
        assert marks.now() != before
        raise ZeroDivisionError
    assert marks.now() == before


@pytest.mark.django_db(transaction=True)
def test_others_see_the_turn_with_the_commit_and_writers_do_not_wait_for_each_other() -> None:
    first, second = build.person(), build.person()
    before = marks.now()
    both_wrote, seen = threading.Barrier(2, timeout=20), []

    def write(pk: int) -> None:
        try:
            with transaction.atomic():
                Person.objects.filter(pk=pk).update(name="改名")
                both_wrote.wait()
        finally:
            connection.close()

    def look() -> None:
        seen.append(marks.now())
        connection.close()

    with transaction.atomic():
        Person.objects.filter(pk=first.pk).update(name="再改")
        other = threading.Thread(target=look)
        other.start()
        other.join()
    assert seen == [before]
    assert marks.now() != before
    writers = [threading.Thread(target=write, args=(person.pk,)) for person in (first, second)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not both_wrote.broken
    assert Person.objects.filter(name="改名").count() == 2
