from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db.models import Q
from django.utils import translation

from tests.kernel import small_world
from zhize.kernel import measures
from zhize.kernel.db import marks
from zhize.kernel.measures import MeasureScope, computing, dimensions, registry
from zhize.kernel.numbering.models import IssuedNumber
from zhize.kernel.org.models import Unit

MARCH = MeasureScope.days(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    """Measures over numbers: how many, which share was voided, how large and how fast."""
    before = dict(registry._measures), dict(dimensions._dimensions)
    rows = IssuedNumber.objects.all
    drill = ("trial-list", {"from": "{since}", "to": "{until}", "unit": "{units}"})

    @measures.measure("trial.issued", zh="开出", en="Issued", unit="件", direction="down", drill=drill)
    def issued(scope: MeasureScope) -> measures.Figure:
        return measures.count(scope.narrow(rows(), at="issued_at"), at="issued_at")

    @measures.measure("trial.void_rate", zh="作废率", en="Voided", unit="%", direction="down")
    def void_rate(scope: MeasureScope) -> measures.Figure:
        found = scope.narrow(rows(), at="issued_at")
        return measures.ratio(found, Q(voided_at__isnull=False), at="issued_at")

    @measures.measure("trial.small_void_rate", zh="小额作废率", en="Small voided", unit="%", direction="down")
    def small_void_rate(scope: MeasureScope) -> measures.Figure:
        found = scope.narrow(rows(), at="issued_at")
        return measures.ratio(found, Q(voided_at__isnull=False), among=Q(count__lte=30), at="issued_at")

    @measures.measure("trial.size", zh="面值", en="Size", unit="元", direction="up")
    def size(scope: MeasureScope) -> measures.Figure:
        return measures.total(scope.narrow(rows(), at="issued_at"), "count", at="issued_at")

    @measures.measure("trial.median", zh="中位数", en="Median", unit="个")
    def median(scope: MeasureScope) -> measures.Figure:
        return measures.percentile(scope.narrow(rows(), at="issued_at"), "count", 0.5, at="issued_at")

    @measures.measure("trial.speed", zh="作废用时", en="Time to void", unit="min", direction="down")
    def speed(scope: MeasureScope) -> measures.Figure:
        found = scope.narrow(rows(), at="issued_at")
        return measures.mean(found, measures.minutes_between("issued_at", "voided_at"), at="issued_at")

    @measures.measure("trial.valid", zh="有效", en="Valid", unit="件", stock=True)
    def valid(scope: MeasureScope) -> measures.Figure:
        still = Q(voided_at__isnull=True) | Q(voided_at__gte=scope.until)
        return measures.count(scope.narrow(rows(), at=None).filter(still, issued_at__lt=scope.until))

    @measures.measure("trial.still_valid", zh="仍有效", en="Still valid", unit="件", stock=True)
    def still_valid(scope: MeasureScope) -> measures.Figure:
        """The same, each condition with a statement of its own."""
        given = scope.narrow(rows(), at=None).filter(issued_at__lt=scope.until)
        either = Q(voided_at__isnull=True), Q(voided_at__gte=scope.until)
        return measures.count(given, either=either)

    def unit_names(ids: Collection[Any]) -> dict[Any, Any]:
        return {unit.pk: unit.name for unit in Unit.objects.filter(pk__in=[pk for pk in ids if pk])} | {
            None: "无"
        }

    measures.dimension(IssuedNumber, "prefix", zh="前缀", en="Prefix")
    measures.dimension(IssuedNumber, "unit", zh="部门", en="Unit", path="unit_id", labels=unit_names)
    yield
    registry._measures.clear()
    registry._measures.update(before[0])
    dimensions._dimensions.clear()
    dimensions._dimensions.update(before[1])


@pytest.fixture
def units(db: None) -> list[Unit]:
    """Two units with numbers of known days, sizes and fates; one number belongs to none."""
    made = [small_world.unit("甲"), small_world.unit("乙")]
    lines: list[tuple[Unit | None, str, int, datetime, int | None]] = [
        (made[0], "A", 10, datetime(2026, 3, 1, 1, tzinfo=UTC), None),
        (made[0], "A", 20, datetime(2026, 3, 2, 1, tzinfo=UTC), 30),
        (made[0], "B", 30, datetime(2026, 3, 2, 17, tzinfo=UTC), 90),  # the 3rd in Shanghai
        (made[1], "A", 40, datetime(2026, 3, 15, 1, tzinfo=UTC), None),
        (None, "B", 50, datetime(2026, 3, 31, 15, 59, tzinfo=UTC), None),
        (made[0], "A", 60, datetime(2026, 2, 28, 15, 59, tzinfo=UTC), None),  # February
        (made[0], "A", 70, datetime(2026, 3, 31, 16, 0, tzinfo=UTC), None),  # April in Shanghai
    ]
    for at, (unit, prefix, size, moment, voided_after) in enumerate(lines):
        voided = None if voided_after is None else moment + timedelta(minutes=voided_after)
        IssuedNumber.objects.create(
            series="m", prefix=prefix, period="", count=size, number=f"m{at}", unit=unit, issued_at=moment, issued_by="x",
            voided_at=voided, void_reason="x" if voided else "",
        )  # fmt: skip
    return made


def test_each_form_of_figure(units: list[Unit], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        found = measures.values(
            ["trial.issued", "trial.void_rate", "trial.size", "trial.median", "trial.speed"], MARCH
        )
    assert {code: result.shown for code, result in found.items()} == {
        "trial.issued": "5 件",
        "trial.void_rate": "40.0%",
        "trial.size": "150.00 元",
        "trial.median": "30 个",
        "trial.speed": "60 分钟",
    }
    assert (found["trial.void_rate"].part, found["trial.void_rate"].whole) == (2, 5)


def test_only_rows_that_may_come_twice_are_sorted_to_be_counted_once(units: list[Unit]) -> None:
    for name in "丙丁":
        small_world.unit(name, parent=units[0])
    plain = measures.ratio(
        IssuedNumber.objects.filter(unit__path__startswith="/"), Q(voided_at__isnull=False)
    )
    joined = measures.count(Unit.objects.filter(children__active=True))
    assert "DISTINCT" not in str(plain.rows.values("unit").annotate(**plain.aggregates()).query)
    assert joined.rows.aggregate(**joined.aggregates()) == {"value": joined.rows.distinct().count()}
    assert joined.rows.count() > joined.rows.distinct().count()


class TestFiguresAreKept:
    """What a measure says of a scope is composed once for a mark, and figures have little room of their own."""

    @pytest.fixture(autouse=True)
    def room_for_two(self, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
        monkeypatch.setattr(computing, "FIGURES_KEPT", 2)
        small_world.unit("丙")

    @pytest.fixture
    def composed(self) -> list[int]:
        """The day of every scope that the measure was asked for."""
        days: list[int] = []

        @measures.measure("trial.counted", zh="数过", en="Counted", unit="件", direction="down")
        def counted(scope: MeasureScope) -> measures.Figure:
            days.append(scope.first_day.day)
            return measures.count(scope.narrow(IssuedNumber.objects.all(), at="issued_at"), at="issued_at")

        return days

    @staticmethod
    def ask(*days: int) -> None:
        for day in days:
            measures.value("trial.counted", MeasureScope.days(date(2026, 3, day), date(2026, 3, day)))

    def test_the_one_not_asked_for_the_longest_goes_first(self, composed: list[int]) -> None:
        with marks.reading():
            self.ask(1, 2, 1, 3, 1, 3, 2)
        assert composed == [1, 2, 3, 2]

    def test_none_outlives_its_mark(self, composed: list[int]) -> None:
        with marks.reading():
            self.ask(1, 1)
        small_world.unit("丁")
        with marks.reading():
            self.ask(1, 1)
        assert composed == [1, 1]

    def test_they_push_nothing_else_out(self, composed: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(marks, "KEPT", 5)
        loaded: list[str] = []
        with marks.reading():
            marks.kept("somebody", lambda: loaded.append("once"))
            self.ask(*range(1, 20))
            marks.kept("somebody", lambda: loaded.append("again"))
        assert loaded == ["once"]


def test_the_rows_behind_a_figure_are_those_that_were_counted(units: list[Unit]) -> None:
    result = measures.value("trial.issued", MARCH)
    assert result.rows is not None
    assert result.rows.count() == result.value == 5


def test_nothing_has_no_mean_and_no_share_but_is_none_in_number(units: list[Unit]) -> None:
    empty = MeasureScope.days(date(2020, 1, 1), date(2020, 1, 31))
    found = measures.values(
        ["trial.issued", "trial.void_rate", "trial.size", "trial.median", "trial.speed"], empty
    )
    assert [result.shown for result in found.values()] == ["0 件", "—", "0.00 元", "—", "—"]


def test_units_and_filters_narrow(units: list[Unit]) -> None:
    assert (
        measures.value(
            "trial.issued", MeasureScope.days(date(2026, 3, 1), date(2026, 3, 31), unit_ids=[units[0].pk])
        ).value
        == 3
    )
    assert measures.value("trial.issued", MARCH.where(prefix=["A"])).value == 3
    assert measures.value("trial.issued", MARCH.where(prefix=["A"], unit=[units[0].pk])).value == 2
    assert measures.value("trial.issued", MARCH.where(unit=[None])).value == 1
    assert measures.value("trial.issued", MARCH.where(unit=[None, units[1].pk])).value == 2
    assert measures.value("trial.issued", MARCH.where(prefix=[])).value == 0
    nobody = MeasureScope.days(date(2026, 3, 1), date(2026, 3, 31), unit_ids=[])
    assert measures.value("trial.issued", nobody).value == 0
    with pytest.raises(LookupError, match="prefix, unit"):
        measures.value("trial.issued", MARCH.where(colour=["red"]))


def test_a_breakdown_adds_up_in_one_query_and_its_labels_in_another(
    units: list[Unit], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        groups = measures.breakdown("trial.issued", MARCH, ["unit"])
    assert [(group.labels, group.result.value) for group in groups] == [
        (("甲",), 3),
        (("乙",), 1),
        (("无",), 1),
    ]
    assert sum(group.result.value or 0 for group in groups) == measures.value("trial.issued", MARCH).value
    two = measures.breakdown("trial.void_rate", MARCH, ["unit", "prefix"])
    assert {group.keys: group.result.shown for group in two}[units[0].pk, "A"] == "50.0%"
    assert len(measures.breakdown("trial.size", MARCH, ["prefix"], top=1)) == 1
    for group in groups:
        assert measures.value("trial.issued", group.result.scope).value == group.result.value


def test_a_trend_has_every_step_also_the_empty_ones(
    units: list[Unit], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        days = measures.trend("trial.issued", MeasureScope.days(date(2026, 3, 1), date(2026, 3, 4)), "day")
    assert [result.value for result in days] == [1, 1, 1, 0]
    quarter = MeasureScope.days(date(2026, 2, 1), date(2026, 4, 30))
    assert [result.value for result in measures.trend("trial.issued", quarter, "month")] == [1, 5, 1]
    assert [result.shown for result in measures.trend("trial.void_rate", quarter, "month")] == [
        "0.0%",
        "40.0%",
        "0.0%",
    ]
    weeks = measures.trend("trial.issued", MARCH, "week")
    assert [result.scope.first_day for result in weeks][:2] == [date(2026, 3, 1), date(2026, 3, 2)]
    assert [result.value for result in weeks] == [1, 2, 1, 0, 0, 1]


def test_trends_of_the_same_rows_share_one_query(units: list[Unit], django_assert_num_queries: Any) -> None:
    codes = ("trial.issued", "trial.void_rate", "trial.small_void_rate", "trial.size")
    alone = {code: measures.trend(code, MARCH, "day") for code in codes}
    with django_assert_num_queries(1):
        together = measures.trends(codes, MARCH, "day")
    assert list(together) == list(codes)
    for code in codes:
        figures = [
            [(one.value, one.part, one.whole, one.scope) for one in found[code]]
            for found in (alone, together)
        ]
        assert figures[0] == figures[1]
    assert [(one.part, one.whole) for one in together["trial.small_void_rate"]][:2] == [(0, 1), (1, 1)]
    assert measures.value("trial.small_void_rate", MARCH).whole == 3


def test_a_stock_is_the_state_at_the_end_of_each_step(units: list[Unit]) -> None:
    days = measures.trend("trial.valid", MeasureScope.days(date(2026, 3, 1), date(2026, 3, 4)), "day")
    assert [result.value for result in days] == [2, 2, 2, 2]
    assert measures.value("trial.valid", MeasureScope.days(date(2026, 4, 1), date(2026, 4, 30))).value == 5


def test_a_stock_found_by_either_condition_is_the_same_in_every_form(
    units: list[Unit], django_assert_num_queries: Any
) -> None:
    # At the first moment a number is issued and not voided yet.
    for until in (datetime(2026, 3, 2, 1, 10, tzinfo=UTC), MARCH.until):
        scope = MARCH.between(MARCH.since, until)
        with django_assert_num_queries(2):
            found = measures.value("trial.still_valid", scope)
        whole = measures.value("trial.valid", scope)
        assert found.value == whole.value
        assert set(found.rows or ()) == set(whole.rows or ())
        assert {
            (group.keys, group.result.value)
            for group in measures.breakdown("trial.still_valid", scope, ["unit"])
        } == {
            (group.keys, group.result.value) for group in measures.breakdown("trial.valid", scope, ["unit"])
        }
    days = MeasureScope.days(date(2026, 3, 1), date(2026, 3, 4))
    assert [one.value for one in measures.trend("trial.still_valid", days, "day")] == [2, 2, 2, 2]


def test_breakdowns_share_a_query_and_leave_out_what_has_no_rows(
    units: list[Unit], django_assert_num_queries: Any
) -> None:
    codes = ("trial.issued", "trial.small_void_rate", "trial.median")
    with django_assert_num_queries(2):
        found = measures.breakdowns(codes, MARCH, ["unit"])
    for code in codes:
        alone = measures.breakdown(code, MARCH, ["unit"])
        assert [(one.keys, one.result.value, one.result.whole) for one in found[code]] == [
            (one.keys, one.result.value, one.result.whole) for one in alone
        ]
    # The other unit's numbers are all large.
    assert [group.labels for group in found["trial.small_void_rate"]] == [("甲",)]
    assert len(found["trial.issued"]) == 3


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        (date(2026, 3, 1), date(2026, 3, 31), (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 1, 1), date(2026, 3, 31), (date(2025, 10, 1), date(2025, 12, 31))),
        (date(2026, 3, 2), date(2026, 3, 8), (date(2026, 2, 23), date(2026, 3, 1))),
        (date(2026, 3, 2), date(2026, 3, 2), (date(2026, 3, 1), date(2026, 3, 1))),
    ],
)
def test_the_span_before(first: date, last: date, before: tuple[date, date]) -> None:
    earlier = MeasureScope.days(first, last).before()
    assert (earlier.first_day, earlier.last_day) == before


def test_steps_never_overlap_and_leave_nothing_out() -> None:
    for step in ("day", "week", "month"):
        spans = MeasureScope.days(date(2026, 1, 15), date(2026, 4, 3), zone="Europe/Berlin").steps(step)
        assert all(a.until == b.since for a, b in pairwise(spans))
        assert (spans[0].first_day, spans[-1].last_day) == (date(2026, 1, 15), date(2026, 4, 3))


def test_the_list_behind_a_figure_has_the_same_filters(units: list[Unit], settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.kernel.measures.urls"
    scope = MeasureScope.days(date(2026, 3, 1), date(2026, 3, 31), unit_ids=[1, 2], filters={"prefix": ["A"]})
    result = measures.value("trial.issued", scope)
    assert result.url() == "/trial/?from=2026-03-01&to=2026-03-31&unit=1%2C2&prefix=A"
    assert result.url(state="open").endswith("&state=open")
    none = measures.value("trial.issued", scope.where(prefix=[None, "B"]))
    assert none.url().endswith("&unit=1%2C2&prefix=None&prefix=B")
    assert measures.value("trial.size", scope).url() == ""


def test_targets_and_changes_know_which_way_is_good(units: list[Unit]) -> None:
    rate = measures.value("trial.void_rate", MARCH)
    assert measures.judge(rate, measures.Target("trial.void_rate", Decimal("0.5"))) == "good"
    assert (
        measures.judge(rate, measures.Target("trial.void_rate", Decimal("0.3"), near=Decimal("0.45")))
        == "near"
    )
    assert measures.judge(rate, measures.Target("trial.void_rate", Decimal("0.3"))) == "bad"
    assert measures.judge(rate, None) == "none"
    assert measures.judge(measures.value("trial.median", MARCH), measures.Target("x", Decimal(1))) == "none"
    now, before = (measures.value("trial.issued", scope) for scope in (MARCH, MARCH.before()))
    assert measures.change(now, before) == (Decimal(4), "bad")
    assert measures.change(before, now) == (Decimal("-0.8"), "good")
    assert measures.change(now, now) == (Decimal(0), "none")
    assert measures.change(rate, measures.value("trial.void_rate", MARCH.before())) == (Decimal("0.4"), "bad")
    close, same = replace(rate, value=Decimal("0.4204")), replace(rate, value=Decimal("0.4196"))
    assert (close.shown, same.shown) == ("42.0%", "42.0%")
    assert measures.change(close, same) == (Decimal(0), "none")
    assert measures.change(replace(rate, value=Decimal("0.4206")), same)[0] == Decimal("0.001")


def test_a_reader_of_english_gets_english_units(units: list[Unit]) -> None:
    with translation.override("en"):
        assert measures.value("trial.issued", MARCH).shown == "5 cases"


def test_declarations_are_checked() -> None:
    with pytest.raises(ValueError, match="unit"):
        measures.measure("trial.x", zh="x", en="x", unit="furlong")
    with pytest.raises(ValueError, match="twice"):
        measures.measure("trial.issued", zh="x", en="x", unit="件")(
            lambda scope: measures.count(IssuedNumber.objects.all())
        )
    with pytest.raises(ValueError, match="twice"):
        measures.dimension(IssuedNumber, "prefix", zh="x", en="x")
    with pytest.raises(LookupError):
        measures.get("trial.unknown")
    with pytest.raises(ValueError, match="zone"):
        MeasureScope(datetime(2026, 3, 1), datetime(2026, 3, 2))  # noqa: DTZ001
    assert measures.is_known("trial.issued")
