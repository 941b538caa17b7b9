from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kernel import small_world
from zhize.kernel import access, search
from zhize.kernel.access import Actor
from zhize.kernel.numbering.models import IssuedNumber
from zhize.kernel.org.models import Unit
from zhize.kernel.search import finding, providers
from zhize.kernel.search.models import SearchDoc
from zhize.lib import clock, tokens

SUBJECT = "numbering.issuednumber"
START = datetime(2026, 3, 2, tzinfo=UTC)
access.system_actor("search.reader", caps=["number.view"])
access.system_actor("search.nobody", caps=[])


def document(row: IssuedNumber) -> search.Document | None:
    if row.void_reason:
        return None
    return search.Document(title=row.number, at=row.issued_at, body=row.issued_by, unit_id=row.unit_id)


@pytest.fixture(autouse=True)
def provided() -> Iterator[None]:
    """The rows of these tests, and nothing else, can be found."""
    before = dict(providers._providers)
    providers._providers.clear()
    search.provide(IssuedNumber, zh="单据", en="Papers", document=document)
    yield
    providers._providers.clear()
    providers._providers.update(before)


def rows(count: int, *, unit: Unit | None = None, prefix: str = "P") -> list[IssuedNumber]:
    return IssuedNumber.objects.bulk_create(
        IssuedNumber(
            series="s",
            prefix=prefix,
            period="",
            count=n,
            number=f"{prefix}-{n}",
            unit=unit,
            issued_at=START + timedelta(minutes=n),
            issued_by="甲",
        )
        for n in range(count)
    )


def everyone() -> Actor:
    return access.system("search.reader")


def found(text: str, actor: Actor | None = None, **more: Any) -> list[int]:
    return [hit.object_id for hit in search.find(actor or everyone(), text, **more)]


@pytest.mark.parametrize(
    ("asked", "hits"),
    [
        ("漏", True),
        ("漏水", True),
        ("卫生间漏", True),
        ("卫生间漏水", True),
        ("衛生間漏水", True),
        ("水漏", False),
        ("张建国", True),
        ("建国 漏水", True),
        ("建国 停车", False),
        ("TS-20260302-0001", True),
        ("0302", True),
        ("13800138000", True),
        ("0138", True),
        ("8000", True),
        ("9999", False),
        ("3栋", True),
        ("13栋", False),
        ("", False),
        ("，。", False),
    ],
)
def test_words_of_any_length_numbers_and_phone_fragments(db: None, asked: str, hits: bool) -> None:
    [row] = rows(1)
    search.index(
        row,
        title="3栋衛生間漏水",
        body="业主张建国来电，要求今天上门",
        keys=["TS-20260302-0001", "13800138000"],
        at=START,
    )
    assert found(asked) == ([row.pk] if hits else [])


def test_a_phone_finds_the_row_and_is_nowhere_to_be_read(db: None) -> None:
    [row] = rows(1)
    search.index(row, title="张先生", keys=["13800138000"])
    [hit] = search.find(everyone(), "0013")
    assert "138" not in f"{hit.title}{hit.summary}"
    assert "13800138000" not in str(list(SearchDoc.objects.values()))


def test_hits_come_newest_first_and_can_be_continued(db: None) -> None:
    made = rows(7)
    for row in made:
        search.index(row, title="停车", at=START + timedelta(minutes=row.count // 2))
    seen: list[int] = []
    before = None
    while page := search.find(everyone(), "停车", limit=3, before=before):
        assert len(page) <= 3
        seen += [hit.object_id for hit in page]
        before = page[-1].cursor
    assert seen == [row.pk for row in sorted(made, key=lambda row: (row.count // 2, row.count), reverse=True)]


def test_hits_of_all_times_come_newest_first(db: None) -> None:
    now = clock.now()
    ages = (-400, -1, 0, 1, 4, 20, 45, 80, 300, 500, 900, 5000)  # days; what is still to come stands below
    made = rows(len(ages))
    for row, days in zip(made, ages, strict=True):
        search.index(row, title="停车", at=now - timedelta(days=days))
    expected = [row.pk for row in [*made[1:], made[0]]]
    assert found("停车", limit=5) == expected[:5]
    seen, before = [], None
    while page := search.find(everyone(), "停车", limit=1, before=before):
        seen += [hit.object_id for hit in page]
        before = page[-1].cursor
    assert seen == expected[:-1]


def test_nobody_finds_what_he_may_not_see(db: None) -> None:
    here, there = small_world.unit("A"), small_world.unit("B")
    below = small_world.unit("A1", here)
    desk = small_world.actor(
        small_world.person("李敏", small_world.position("desk", here, number_view="unit"))
    )
    head = small_world.actor(
        small_world.person("王芳", small_world.position("head", here, number_view="subtree"))
    )
    made = {place.code: rows(1, unit=place, prefix=place.code)[0] for place in (here, there, below)}
    for row in made.values():
        search.index(row, title="漏水")
    assert found("漏水", desk) == [made["A"].pk]
    assert set(found("漏水", head)) == {made["A"].pk, made["A1"].pk}
    assert found("漏水", access.system("search.nobody")) == []
    assert len(found("漏水")) == 3


def test_types_narrow_the_search_and_unknown_ones_find_nothing(db: None) -> None:
    [row] = rows(1)
    search.index(row, title="漏水")
    assert found("漏水", types=[SUBJECT]) == [row.pk]
    assert found("漏水", types=["cases.nothing"]) == []


def test_indexing_again_replaces_and_removing_forgets(db: None) -> None:
    [row] = rows(1)
    search.index(row, title="漏水")
    search.index(row, title="停车")
    assert found("漏水") == []
    assert found("停车") == [row.pk]
    assert search.rows_of(search.find(everyone(), "停车")) == {(SUBJECT, row.pk): row}
    search.remove(row)
    assert found("停车") == []


def test_reindexing_makes_it_anew_and_forgets_what_is_gone(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, third = rows(3)
    search.index(second, title="旧的")
    search.refresh(third)
    IssuedNumber.objects.filter(pk=third.pk).delete()
    IssuedNumber.objects.filter(pk=second.pk).update(void_reason="作废", voided_at=START)
    call_command("search", "reindex")
    assert [doc.object_id for doc in SearchDoc.objects.all()] == [first.pk]
    assert found("P-0") == [first.pk]
    with pytest.raises(CommandError, match="nothing"):
        call_command("search", "reindex", "cases.nothing")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.text("漏水停车电梯電", min_size=1, max_size=8), min_size=1, max_size=8),
    asked=st.text("漏水停车电梯電", min_size=1, max_size=4),
)
def test_a_search_for_chinese_equals_a_substring_test(db: None, texts: list[str], asked: str) -> None:
    IssuedNumber.objects.all().delete()
    SearchDoc.objects.all().delete()
    made = rows(len(texts))
    for row, text in zip(made, texts, strict=True):
        search.index(row, title=text[:4], body=text)
    expected = [
        row.pk for row, text in zip(made, texts, strict=True) if tokens.fold(asked) in tokens.fold(text)
    ]
    assert sorted(found(asked)) == expected


def test_the_index_is_used_whatever_the_rest_of_the_query_suggests(db: None) -> None:
    made = rows(3000)
    from zhize.kernel.search import indexing

    indexing._write(
        [
            indexing._values(
                SUBJECT,
                row.pk,
                search.Document(title="停车管理" if row.count % 300 else "电梯异响", at=row.issued_at),
            )
            for row in made
        ]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_searchdoc")
        cursor.execute("ANALYZE numbering_issuednumber")
    plans: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "search_searchdoc" in sql and not sql.startswith("EXPLAIN"):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {sql}", params)
                plans.append("\n".join(line for (line,) in cursor.fetchall()))
        return execute(sql, params, many, context)

    desk = small_world.position("desk", small_world.unit("A"), number_view="subtree")
    reader = small_world.actor(small_world.person("李敏", desk))
    with connection.execute_wrapper(explain):
        assert len(finding.find(everyone(), "电梯异响")) == 10
        finding.find(reader, "电梯")
    assert len(plans) == 2
    for plan in plans:
        assert "Bitmap Index Scan on search_doc_tokens" in plan, plan


def test_the_newest_hits_are_known_without_the_others(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "FEW", 4)
    made = rows(9)
    for row in made:
        search.index(row, title="停车管理" if row.count else "电梯", at=row.issued_at)
    assert finding.newest(IssuedNumber, "停车") == [row.pk for row in made[:3:-1]]
    assert finding.newest(IssuedNumber, "电梯") == [made[0].pk]
    assert finding.newest(IssuedNumber, "，。") == []


@pytest.mark.parametrize("few", [finding.FEW, 20])
def test_a_list_is_narrowed_to_all_its_rows_in_its_own_order(
    db: None, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(finding, "FEW", few)
    here, there = small_world.unit("A"), small_world.unit("B")
    desk = small_world.actor(
        small_world.person("李敏", small_world.position("desk", here, number_view="unit"))
    )
    made = [*rows(300, unit=here), *rows(5, unit=there, prefix="B")]
    for row in made:
        search.index(row, title="停车管理" if row.count % 2 else "电梯", at=row.issued_at)
    mine = IssuedNumber.objects.visible_to(desk).order_by("count")
    expected = [row.pk for row in made[:300] if row.count % 2]
    assert list(search.narrow(mine, "停车").values_list("pk", flat=True)) == expected
    assert search.narrow(mine, "停车").filter(count__lt=4).count() == 2
    assert search.narrow(mine, " ").count() == 300
    assert search.narrow(mine, "，。").count() == 0
