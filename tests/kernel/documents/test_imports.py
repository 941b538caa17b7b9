from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.db import connection

from tests.kernel import small_world
from zhize.kernel import access, documents, files, history, jobs
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Refused
from zhize.kernel.documents import imports, reading
from zhize.kernel.documents.imports import kinds, running
from zhize.kernel.documents.models import ImportRun
from zhize.kernel.flow import NotNow
from zhize.kernel.numbering.models import IssuedNumber
from zhize.kernel.org.models import Unit
from zhize.lib import clock
from zhize.lib.text import Text


class Papers(imports.Importer):
    """Takes in papers; one that is there already stays as it is."""

    code = "trial.papers"
    label = Text("单据", "Papers")
    capability = "number.void"
    fields = (
        imports.ImportField("name", Text("名称", "Name"), ("单据名称",), required=True, example="收据一"),
        imports.ImportField("count", Text("数量", "Count"), required=True),
        imports.ImportField("phone", Text("电话", "Phone"), ("手机", "座机")),
    )

    def apply(
        self, *, actor: Actor, cells: Mapping[str, str], unit: Unit | None, memory: dict[str, Any]
    ) -> imports.Done:
        name, count = cells.get("name", ""), cells.get("count", "")
        if not count.isdigit():
            raise Invalid({"count": ["数量要写数字。"]})
        if name == "坏的":
            raise RuntimeError("a mistake of ours")
        known = IssuedNumber.objects.filter(number=name).first()
        if known:
            return imports.Done("unchanged", known)
        made = IssuedNumber.objects.create(
            series="i",
            prefix="",
            period=name[:8],
            count=int(count),
            number=name,
            unit=unit,
            issued_at=clock.now(),
            issued_by=actor.label,
        )
        history.record(actor=actor, verb="number.issued", subject=made, unit=unit)
        return imports.Done(
            "created", made, [("phone", "电话有两个")] if "\n" in cells.get("phone", "") else []
        )


@pytest.fixture(autouse=True)
def papers() -> Iterator[None]:
    imports.register(Papers())
    yield
    kinds._importers.pop("trial.papers")


@pytest.fixture
def unit(db: None) -> Unit:
    return small_world.unit("A")


@pytest.fixture
def clerk(unit: Unit) -> Actor:
    held = small_world.position("clerk", unit, import_view="unit", number_view="unit", number_void="unit")
    return small_world.actor(small_world.person("李敏", held))


@pytest.fixture
def reader(unit: Unit) -> Actor:
    held = small_world.position("reader", unit, import_view="unit", number_view="unit")
    return small_world.actor(small_world.person("陈静", held))


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


MESSY = workbook(
    ["单据清单（2026年）"],
    ["单据名称*", "数量", "手机", "座机", "备注"],
    ["收据一", 1, "13800001111", "0755-26661234", "x"],
    ["收据二", "两张"],
    [None, None],
    ["单据名称*", "数量", "手机", "座机", "备注"],
    ["收据一", 1, "13800001111", "0755-26661234", "别的"],
    ["坏的", 3],
    ["收据三", 4],
)


def uploaded(actor: Actor, unit: Unit, content: bytes = MESSY) -> ImportRun:
    return imports.upload(actor=actor, kind="trial.papers", content=content, name="单据.xlsx", unit=unit)


def tried(actor: Actor, unit: Unit, content: bytes = MESSY) -> ImportRun:
    run = uploaded(actor, unit, content)
    jobs.run_all()
    run.refresh_from_db()
    return run


def test_the_trial_says_what_will_happen_and_changes_nothing(clerk: Actor, unit: Unit) -> None:
    run = tried(clerk, unit)
    assert run.state == "tried"
    assert not IssuedNumber.objects.exists()
    assert imports.progress(run) == imports.Progress(
        5, {"good": 2, "bad": 2, "duplicate": 1}, {"waiting": 5}, 100
    )
    assert [(row.number, row.trial, row.messages) for row in run.rows.all()] == [
        (3, "good", [["phone", "电话有两个"]]),
        (4, "bad", [["count", "数量要写数字。"]]),
        (7, "duplicate", [["", "与第 3 行重复。"]]),
        (8, "bad", [["", "这一行处理时出错，问题已记入日志。"]]),
        (9, "good", []),
    ]


def test_carrying_out_takes_the_good_rows_in_the_uploaders_name(clerk: Actor, unit: Unit) -> None:
    run = tried(clerk, unit)
    imports.start(actor=clerk, run=run)
    jobs.run_all()
    run.refresh_from_db()
    assert (run.state, run.ended_at is not None) == ("done", True)
    assert set(IssuedNumber.objects.values_list("number", flat=True)) == {"收据一", "收据三"}
    made = IssuedNumber.objects.get(number="收据一")
    entry = history.timeline(made)[0]
    assert (entry.actor_label, entry.channel) == ("李敏", "import")
    row = run.rows.get(number=3)
    assert (row.outcome, row.subject_type, row.subject_id) == ("created", "numbering.issuednumber", made.pk)
    assert imports.progress(run).outcome == {"created": 2, "waiting": 3}
    assert [entry.verb for entry in history.timeline(run)] == [
        "import.finished",
        "import.started",
        "import.tried",
        "import.uploaded",
    ]


def test_the_same_file_again_makes_nothing_twice(clerk: Actor, unit: Unit) -> None:
    for _ in range(2):
        run = tried(clerk, unit)
        imports.start(actor=clerk, run=run)
        jobs.run_all()
    assert IssuedNumber.objects.count() == 2
    assert imports.progress(run).outcome == {"unchanged": 2, "waiting": 3}


def test_the_error_sheet_can_be_corrected_and_uploaded(clerk: Actor, unit: Unit) -> None:
    run = tried(clerk, unit)
    sheet = imports.error_sheet(run).getvalue()
    grid = documents.read_table(sheet)
    assert grid.rows[0] == ["原行号", "问题", "名称", "数量", "电话"]
    assert [row[:3] for row in grid.rows[1:]] == [
        ["4", "数量:数量要写数字。", "收据二"],
        ["7", "与第 3 行重复。", "收据一"],
        ["8", "这一行处理时出错,问题已记入日志。", "坏的"],
    ]
    book = openpyxl.load_workbook(io.BytesIO(sheet))
    book.active["D2"] = "2"
    out = io.BytesIO()
    book.save(out)
    again = tried(clerk, unit, out.getvalue())
    assert again.rows.get(number=2).trial == "good"


def test_a_worker_killed_in_the_middle_loses_nothing_and_does_nothing_twice(
    clerk: Actor, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CARRY_OUT_AT_ONCE", 2)
    monkeypatch.setattr(running, "TRY_AT_ONCE", 2)
    run = tried(clerk, unit, workbook(["名称", "数量"], *([f"票{n}", n] for n in range(5))))
    imports.start(actor=clerk, run=run)
    plain = Papers.apply
    calls: list[str] = []

    def dies_at_third(self: Papers, **given: Any) -> imports.Done:
        calls.append(given["cells"]["name"])
        if len(calls) == 3:
            raise KeyboardInterrupt
        return plain(self, **given)

    monkeypatch.setattr(Papers, "apply", dies_at_third)
    assert running.carry_out_some(run.pk)
    with pytest.raises(KeyboardInterrupt):
        running.carry_out_some(run.pk)
    while running.carry_out_some(run.pk):
        pass
    run.refresh_from_db()
    assert run.state == "done"
    assert calls == ["票0", "票1", "票2", "票2", "票3", "票4"]
    assert IssuedNumber.objects.count() == 5


def test_a_cancelled_import_stops_and_keeps_what_is_done(
    clerk: Actor, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CARRY_OUT_AT_ONCE", 2)
    run = tried(clerk, unit, workbook(["名称", "数量"], *([f"票{n}", n] for n in range(5))))
    imports.start(actor=clerk, run=run)
    assert running.carry_out_some(run.pk)
    run.refresh_from_db()
    imports.cancel(actor=clerk, run=run, note="传错文件")
    assert not running.carry_out_some(run.pk)
    assert IssuedNumber.objects.count() == 2
    with pytest.raises(NotNow):
        imports.start(actor=clerk, run=run)


def test_columns_can_be_said_by_hand(clerk: Actor, unit: Unit) -> None:
    run = tried(clerk, unit, workbook(["名称", "数量", "多少"], ["甲", "x", 7]))
    assert run.rows.get().trial == "bad"
    with pytest.raises(Invalid) as refused:
        imports.remap(actor=clerk, run=run, header_row=0, columns={"name": [9], "nothing": [0]})
    assert set(refused.value.errors) == {"name", "nothing", "count"}
    run = imports.remap(actor=clerk, run=run, header_row=0, columns={"name": [0], "count": [2]})
    jobs.run_all()
    run.refresh_from_db()
    assert (run.state, run.rows.get().trial, run.rows.get().cells) == (
        "tried",
        "good",
        {"name": "甲", "count": "7"},
    )


def test_a_file_without_the_needed_columns_is_refused_by_their_names(clerk: Actor, unit: Unit) -> None:
    with pytest.raises(imports.NoHeader, match="数量"):
        uploaded(clerk, unit, workbook(["名称", "别的"], ["甲", 1]))
    with pytest.raises(reading.UnreadableTable):
        uploaded(clerk, unit, b"%PDF-1.7")
    assert not ImportRun.objects.exists()


def test_importing_needs_its_capability_and_others_do_not_see_it(
    clerk: Actor, reader: Actor, unit: Unit
) -> None:
    with pytest.raises(Refused):
        uploaded(reader, unit)
    run = tried(clerk, unit)
    for verb in (imports.start, imports.cancel):
        with pytest.raises(Refused):
            verb(actor=reader, run=run)
    stranger = small_world.actor(
        small_world.person("钱进", small_world.position("x", small_world.unit("B"), import_view="unit"))
    )
    assert list(ImportRun.objects.visible_to(clerk)) == [run]
    assert list(ImportRun.objects.visible_to(stranger)) == []
    run.refresh_from_db()
    assert run.state == "tried"


def test_rights_lost_meanwhile_are_lost_for_the_rows_too(clerk: Actor, unit: Unit) -> None:
    run = tried(clerk, unit)
    assert run.created_by is not None
    assert access.for_person(run.created_by, channel="import").may("number.void")
    run.created_by.appointments.all().delete()
    assert not running._actor(run).may("number.void")


def test_the_empty_table_can_be_filled_in_and_uploaded(clerk: Actor, unit: Unit) -> None:
    grid = documents.read_table(imports.template("trial.papers").getvalue())
    assert grid.rows == [["名称*", "数量*", "电话"], ["收据一", "", ""]]


def test_declarations_are_checked() -> None:
    with pytest.raises(ValueError, match="twice"):
        imports.register(Papers())

    class Ambiguous(Papers):
        code = "trial.ambiguous"
        fields = (
            imports.ImportField("a", Text("甲", "A"), ("同名",)),
            imports.ImportField("b", Text("乙", "B"), ("同名",)),
        )

    with pytest.raises(ValueError, match="同名"):
        imports.register(Ambiguous())


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_carry_each_row_out_once(clerk: Actor, unit: Unit) -> None:
    run = tried(clerk, unit, workbook(["名称", "数量"], *([f"票{n}", n] for n in range(20))))
    imports.start(actor=clerk, run=run)
    barrier = threading.Barrier(2)

    def work(_: int) -> None:
        barrier.wait()
        try:
            running.carry_out_some(run.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert IssuedNumber.objects.count() == 20
    assert imports.progress(run).outcome == {"created": 20}


def test_an_older_version_gets_an_empty_file_for_one_that_was_forgotten(clerk: Actor, unit: Unit) -> None:
    """The way back of the migration, up to the column that may not be empty again."""
    run = uploaded(clerk, unit)
    ImportRun.objects.filter(pk=run.pk).update(blob=None)
    back = import_module("zhize.kernel.documents.migrations.0002_files_of_imports_go")
    back.give_empty(apps, connection.schema_editor())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE documents_importrun ALTER COLUMN blob_id SET NOT NULL")
    run.refresh_from_db()
    assert run.blob is not None
    assert files.content(run.blob).strip() == b""
