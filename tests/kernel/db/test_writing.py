"""Rows written without Django composing the statement, and transactions within transactions."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.db.models import F
from django.db.transaction import TransactionManagementError
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from tests.kernel.calendars import build
from zhize import rest, ui
from zhize.kernel.db import Invalid, Outrun, again_if_lost, atomic, copying, guarded_update, marks, writing
from zhize.kernel.history.models import Entry
from zhize.kernel.org.models import Area, Unit
from zhize.lib import clock

pytestmark = pytest.mark.django_db


def unit(code: str = "U") -> Unit:
    return Unit(kind="centre", code=code, name="中心", path=f"/{code}/")


def test_a_row_and_what_belongs_to_it_are_there_as_they_were_given() -> None:
    made = unit()
    writing.insert_with(
        made, [Area(code="A", name="A 苑"), Area(code="B", name="“B”苑", active=False)], "unit"
    )
    assert Unit.objects.get(pk=made.pk).name == "中心"
    assert list(made.areas.values_list("code", "name", "active", "parent")) == [
        ("A", "A 苑", True, None),
        ("B", "“B”苑", False, None),
    ]
    writing.insert([Area(unit=made, parent=made.areas.first(), code="C", name="C")])
    assert made.areas.get(code="C").parent == made.areas.get(code="A")


@pytest.mark.parametrize("many", [3, writing.TOGETHER + 1])
def test_rows_of_several_models_that_name_each_other_are_written_together(many: int) -> None:
    (above, below), (area, *_unused) = copying.reserve_each({Unit: 2, Area: 1})
    parent, child = unit("P"), unit("C")
    parent.pk, child.pk, child.parent_id = above, below, above
    named = Area(pk=area, unit=child, code="A", name="“A”苑")
    entries = [Entry(unit=child, verb="x", subject_id=number, at=clock.now()) for number in range(many)]
    with CaptureQueriesContext(connection) as asked:
        writing.insert_together([child, parent, named, *entries])
    assert len(asked) == 1
    assert Area.objects.get(pk=area).unit.parent == Unit.objects.get(pk=above)
    written = Entry.objects.filter(unit=below).order_by("subject_id")
    assert [entry.subject_id for entry in written] == list(range(many))
    # What is left to the database it fills in, as ever.
    assert all(entry.transaction for entry in written)
    with pytest.raises(IntegrityError), transaction.atomic():
        writing.insert_together([unit("D"), Area(unit=child, code="A", name="A")])
    assert not Unit.objects.filter(code="D").exists()


def test_statements_of_many_rows_are_not_kept() -> None:
    """Their text is long, and there is one for each number of rows."""
    writing.insert([unit("U0")])
    kept = writing._insert.cache_info().currsize
    for count in (30, 31, 32):
        writing.insert([unit(f"{count}.{number}") for number in range(count)])
    assert writing._insert.cache_info().currsize == kept
    assert Unit.objects.filter(code__contains=".").count() == 93


def test_a_part_that_leaves_something_to_the_database_is_refused_and_not_written_wrong() -> None:
    made = unit()
    with pytest.raises(writing.NotPlain):
        writing.insert_with(made, [Entry(unit=made, verb="x")], "unit")
    assert made.pk is None


def test_what_does_not_fit_is_refused_and_not_cut() -> None:
    with pytest.raises(DataError), transaction.atomic():
        writing.insert_with(unit(), [Area(code="A", name="长" * 81)], "unit")
    with pytest.raises(IntegrityError), transaction.atomic():
        writing.insert_with(unit(), [Area(code="A", name="A"), Area(code="A", name="A")], "unit")
    assert not Unit.objects.filter(code="U").exists()


def test_what_is_expected_may_be_nothing_and_what_is_written_may_be_computed() -> None:
    unit, person = build.unit(), build.person()
    guarded_update(unit, expect={"parent": None}, name="改名")
    with pytest.raises(Outrun):
        guarded_update(unit, expect={"parent": unit}, name="又改")
    guarded_update(person, name=F("employee_no"))
    person.refresh_from_db()
    assert person.name == person.employee_no
    with pytest.raises(Outrun):
        guarded_update(person, expect={"name": "别人"}, name="我")


@pytest.fixture(autouse=True)
def _without_entries(settings: Any) -> None:
    settings.HISTORY_GUARD = False


@atomic
def refuse(made: list[Unit]) -> None:
    made.append(build.unit())
    raise Invalid({"": "不行"})


def test_what_a_service_raises_takes_back_only_the_block_that_is_caught() -> None:
    made: list[Unit] = []
    with atomic():
        kept = build.unit()
        with pytest.raises(Invalid), atomic():
            refuse(made)
    assert list(Unit.objects.filter(pk__in=[kept.pk, made[0].pk])) == [kept]


def test_going_on_without_such_a_block_is_refused() -> None:
    with pytest.raises(TransactionManagementError), atomic():
        with pytest.raises(Invalid):
            refuse([])
        Unit.objects.exists()


class Lost:
    """A piece of work that loses its transaction the first time, as the database says it of a deadlock."""

    def __init__(self, code: str, *, keeps: bool = False) -> None:
        self.code, self.keeps, self.times = code, keeps, 0

    def __call__(self) -> int:
        self.times += 1
        if self.keeps:
            with atomic():
                unit("K").save()
        with atomic(), connection.cursor() as cursor:
            unit(self.code).save()
            if self.times == 1:
                cursor.execute(
                    "DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = 'deadlock_detected'; END $$"
                )
        return self.times


@pytest.mark.django_db(transaction=True)
def test_who_loses_a_transaction_to_another_does_it_again_unless_something_is_kept(
    rf: RequestFactory,
) -> None:
    request, work, keeping = rf.get("/"), Lost("L"), []

    def looking() -> int:
        keeping.append(marks.keeping())
        return work()

    with marks.reading():
        assert again_if_lost(request, looking) == 2
    # The first run changed a watched table; the second begins as if it had not.
    assert keeping == [True, True]
    assert Unit.objects.filter(code="L").count() == 1
    half = Lost("H", keeps=True)
    with pytest.raises(OperationalError):
        again_if_lost(request, half)
    assert half.times == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_and_an_operation_are_done_again(rf: RequestFactory, method: str) -> None:
    request, page, answer = rf.generic(method, "/"), Lost("P"), Lost("A")
    view = ui.page(public=True)(lambda _request: HttpResponse(str(page())))
    assert view(request).content == b"2"
    operation = rest.operation(public=True)(lambda _request: {"times": answer()})
    operation.rest_spec.responses = {200: dict[str, int]}
    assert operation(request).content == b'{"times":2}'


@pytest.mark.django_db(transaction=True)
def test_a_request_with_files_is_not_done_again(rf: RequestFactory) -> None:
    """They are read once: the second run would find them empty."""
    page, answer = Lost("P"), Lost("A")
    view = ui.page(public=True)(lambda _request: HttpResponse(str(page())))
    operation = rest.operation(public=True)(lambda _request: {"times": answer()})
    for door in (view, operation):
        with pytest.raises(OperationalError):
            door(rf.post("/", {"upload": SimpleUploadedFile("a.txt", b"x")}))
    assert (page.times, answer.times) == (1, 1)
