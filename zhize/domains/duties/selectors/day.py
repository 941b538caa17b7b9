"""My day 我的工作台: everything somebody owes, in due order, and what was handed over. Fixed numbers of queries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Q

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import standing, subjects
from zhize.domains.duties.models import Obligation, ObligationKind
from zhize.domains.duties.selectors.chains import Risk, risks
from zhize.domains.duties.selectors.coverage import Counters, answered_by, month_bounds, month_of
from zhize.domains.duties.selectors.five import Five, five
from zhize.domains.duties.selectors.owed import returned, with_everything
from zhize.domains.duties.standing import Standing
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.clocks.models import Outcome
from zhize.kernel.db import known, statements
from zhize.kernel.history.models import Entry
from zhize.lib import clock
from zhize.lib.text import Text

NOW_WITHIN = timedelta(hours=2)

BLOCKS = {
    "overdue": Text("已超时", "Overdue"),
    "now": Text("现在", "Now"),
    "today": Text("今天稍后", "Later today"),
    "week": Text("本周", "This week"),
    "month": Text("本月", "This month"),
    "later": Text("以后", "Later"),
    "waiting": Text("暂停中", "Paused"),
}


# The parts of today, by the wall clock of the unit; what has its own earliest time stands under that (每日15:30后).
PARTS = {
    "morning": Text("上午", "Morning"),
    "afternoon": Text("下午", "Afternoon"),
    "evening": Text("晚上", "Evening"),
}
NOON, SIX = time(12), time(18)
NO_PART = Text("", "")


@dataclass(frozen=True)
class Item:
    """A row of the list: the obligation, what it is about, and why it is on this person's list.

    `why`: mine, position (nobody named), standing_in (the holder is away), included (ORG-07). `act` is what its domain
    lets people do about it in place, by label and address. `part` is the part of today it stands under, else empty.
    `risk` is a later step of its chain that it puts at risk, `returned` what its receiver said when he returned it.
    """

    obligation: Obligation
    block: str
    why: str
    subject: Text
    url: str
    act: tuple[Text, str] | None = None
    part: Text = NO_PART
    risk: Risk | None = None
    returned: Entry | None = None

    @cached_property
    def five(self) -> Five:
        """Place, time, person, object, method (ORG-09)."""
        return five(self.obligation, self.subject)

    @property
    def needs(self) -> str:
        """The kind of evidence asked for; a fact needs nothing but the act itself."""
        return str(self.obligation.evidence_spec.get("kind") or "note")


class Owed(NamedTuple):
    """What decides where an open obligation stands; read of all of them, the rest only of those that are shown."""

    pk: int
    due_at: datetime | None
    not_before_at: datetime | None
    opened_at: datetime
    urgent: bool
    outcome: str | None
    zone: str
    subject_type: str
    subject_id: int | None

    @property
    def about(self) -> tuple[str, int | None]:
        """The row it is about."""
        return self.subject_type, self.subject_id

    def block(self, at: datetime, edges: tuple[datetime, datetime, datetime]) -> str:
        """The block it stands in at `at`; `edges` are the ends of the day, the week and the month."""
        today, week, month = edges
        if self.outcome == Outcome.PAUSED:
            return "waiting"
        if self.due_at is None:
            return "later"
        if at > self.due_at:
            return "overdue"
        begun = self.opened_at <= at and (self.not_before_at is None or self.not_before_at <= at)
        if begun and (self.due_at <= at + NOW_WITHIN or self.urgent):
            return "now"
        for block, edge in (("today", today), ("week", week), ("month", month)):
            if self.due_at < edge:
                return block
        return "later"

    def part(self, at: datetime) -> Text:
        """The part of today it stands under."""
        zone = clock.zone(self.zone)
        if self.not_before_at is not None and self.not_before_at > at:
            begin = self.not_before_at.astimezone(zone)
            return Text(f"{begin:%H:%M} 后", f"From {begin:%H:%M}")
        due = self.due_at.astimezone(zone).time() if self.due_at is not None else SIX
        return PARTS["morning" if due <= NOON else "afternoon" if due <= SIX else "evening"]


COLUMNS = (
    "pk", "due_at", "not_before_at", "opened_at", "urgent", "clock__outcome", "unit__timezone", "subject_type",
    "subject_id",
)  # fmt: skip


@dataclass(frozen=True)
class Block:
    """A part of the list. `count` is how many stand in it, `items` those of them that were asked for."""

    code: str
    label: Text
    items: tuple[Item, ...]
    count: int


@dataclass(frozen=True)
class Day:
    """Blocks in order (empty ones too), what was handed over and came back, what waits for acceptance, his own month."""

    at: datetime
    blocks: tuple[Block, ...]
    given: int
    returned: int
    to_accept: int
    month: Counters

    @property
    def count(self) -> int:
        return sum(block.count for block in self.blocks)


def my_day(
    actor: Actor,
    at: datetime | None = None,
    *,
    first: int | None = None,
    whole: Collection[str] = (),
    only: str = "",
    without: Collection[tuple[str, int | None]] = (),
) -> Day:
    """Everything the actor owes now, also where he stands in for others. The same number of queries for any length.

    `first`: only so many rows of each block are read, all of those named in `whole`; with `only`, of that block alone.
    What is owed about a row in `without` is not on the list. Blocks count everything that stands in them.
    """
    moment = at or clock.now()
    place = standing.of(actor, moment)
    whose = (actor.key, place) if actor.key is not None else None
    _today, week, month = _edges(moment, "")
    rows = [
        Owed._make(row)
        for row in statements.rows(
            "duties.owed",
            whose,
            lambda **given: _owed(actor, place, **given).values_list(*COLUMNS),
            at=moment,
            week=week,
            month=month,
        )
    ]
    zone = clock.zone(rows[0].zone if rows else "")
    edges = _edges(moment, zone.key)
    standing_in: dict[str, list[tuple[Owed, Text]]] = {code: [] for code in BLOCKS}
    for row in rows:
        if row.about not in without:
            block = row.block(moment, edges)
            standing_in[block].append((row, row.part(moment) if block == "today" else NO_PART))
    _order_today(standing_in["today"])
    shown = {
        code: listed if first is None or code in whole else listed[:first]
        for code, listed in standing_in.items()
        if not only or code == only
    }
    found = _items(actor, shown, place, moment)
    blocks = tuple(
        Block(code, label, tuple(found.get(code, ())), len(standing_in[code]))
        for code, label in BLOCKS.items()
    )
    handed, returned = statements.first("duties.handed", actor.key, lambda: _handed(actor)) or (0, 0)
    counts = month_of(lambda: _own(actor), moment, zone.key, whose=actor.key)
    accepts = statements.count("duties.to_accept", actor.key, lambda: to_accept(actor))
    return Day(moment, blocks, handed, returned, accepts, counts)


def _own(actor: Actor) -> models.QuerySet[Obligation]:
    """What the board counts under the actor's name: not what he does as deputy, nor what a position owes together."""
    if actor.person_id is None:
        return Obligation.objects.none()
    mine = answered_by(actor.person_id)
    return Obligation.objects.filter(mine)


def _handed(actor: Actor) -> models.QuerySet[Any]:
    """How many things the actor gave away, and how many of them came back: one row."""
    came_back = models.Count("pk", filter=Q(returned_count__gt=0, state="open"))
    rows = handed_over(actor).order_by().annotate(_all=models.Value(1)).values("_all")
    return rows.annotate(given=models.Count("pk"), returned=came_back).values_list("given", "returned")


def _order_today(rows: list[tuple[Owed, Text]]) -> None:
    """By the parts of the day, then by what may only begin at its own time."""
    order = {text: index for index, text in enumerate(PARTS.values())}
    rows.sort(key=lambda row: (order.get(row[1], len(order)), str(row[1].zh)))


def on_my_day(actor: Actor, at: datetime) -> Q:
    """What stands on the actor's day, as a condition: the list of obligations says «mine» of the same rows."""
    _today, week, month = _edges(at, "")
    return _falling(actor, standing.of(actor, at), at, week, month)


def _owed(actor: Actor, place: Standing, at: Any, week: Any, month: Any) -> models.QuerySet[Obligation]:
    return Obligation.objects.filter(_falling(actor, place, at, week, month))


def _falling(actor: Actor, place: Standing, at: Any, week: Any, month: Any) -> Q:
    """Open obligations that fall to the actor; a named holder needs no grant to see what he himself owes.

    Recurring ones are planned weeks ahead and come on the list when their period begins; what is meant for one day of
    this week or month (每周二, 每月26日) stands there before, or nobody could say what they still ask for. What is owed
    every day or shift does not. `week` and `month` are their ends.
    """
    weekly = Q(duty_version__rule__every="week")
    often = Q(duty_version__rule__every__in=["day", "shift", "week"])
    this_month = Q(slot__isnull=False) & (Q(weekly, due_at__lt=week) | Q(~often, due_at__lt=month))
    own = Q() if actor.may(caps.VIEW) else Q(holder_id=actor.person_id)
    return Q(Q(opened_at__lte=at) | this_month, place.query(), own, ended_at__isnull=True, state="open")


def _items(
    actor: Actor, shown: dict[str, list[tuple[Owed, Text]]], place: Standing, at: datetime
) -> dict[str, list[Item]]:
    """The rows of each block as the list shows them; two queries for each model they are about, one where some were returned."""
    wanted = [owed.pk for part in shown.values() for owed, _part in part]
    listed = statements.by_id("duties.items", statements.ANYBODY, _whole, wanted)
    about_rows = subjects.about(actor, ((row.subject_type, row.subject_id) for row in listed.values()))
    endangered, back = risks(listed.values(), at), returned(listed.values())

    def item(row: Obligation, block: str, part: Text) -> Item:
        why = place.why(row.holder_id, row.position_id)
        about = about_rows.get((row.subject_type, row.subject_id), subjects.NOTHING)
        act = about.act(_ends(row)) if row.kind != ObligationKind.PROMISE else None
        return Item(
            row, block, why, about.title, about.url, act, part, endangered.get(row.pk), back.get(row.pk)
        )

    return {
        # What ended between the two queries is no longer there.
        code: [item(listed[owed.pk], code, part) for owed, part in owing if owed.pk in listed]
        for code, owing in shown.items()
    }


def _whole() -> models.QuerySet[Obligation]:
    rows = Obligation.objects.order_by().select_related("clock").defer("clock__label", "clock__target")
    # Many rows share a few duties with their rules, which are read once and not with every row.
    return known.beside(
        rows, "duty", "duty_version", "unit", "position", "holder", "acceptor", "acceptor_position"
    )


def _ends(row: Obligation) -> frozenset[str]:
    """The facts that fulfil the obligation, by the version of its duty."""
    rule = row.duty_version.rule if row.duty_version is not None else {}
    return frozenset(rule.get("stops") or ())


def _edges(at: datetime, zone_name: str) -> tuple[datetime, datetime, datetime]:
    """The end of today, of this week (Sunday) and of this month in the zone."""
    zone = clock.zone(zone_name)
    local = at.astimezone(zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), zone)
    sunday = datetime.combine(local.date() + timedelta(days=7 - local.weekday()), time(), zone)
    return midnight, sunday, month_bounds(at, zone_name)[1]


def handed_over(actor: Actor) -> models.QuerySet[Obligation]:
    """What the actor gave to others and is not done with: open, handed in, returned."""
    return given(actor).filter(ended_at__isnull=True)


def given(actor: Actor) -> models.QuerySet[Obligation]:
    """Everything the actor ever gave to others, however it ended (DUT-11)."""
    rows = Obligation.objects.filter(creator_id=actor.person_id)
    return with_everything(rows.exclude(holder_id=actor.person_id)) if actor.person_id else rows.none()


def to_accept(actor: Actor) -> models.QuerySet[Obligation]:
    """What was handed in and waits for the actor to accept or return it."""
    if actor.person_id is None:
        return Obligation.objects.none()
    held = [holding.position_id for holding in actor.positions]
    mine = Q(acceptor_id=actor.person_id) | Q(acceptor__isnull=True, acceptor_position_id__in=held)
    return with_everything(Obligation.objects.filter(mine, state="submitted"))


def may_fulfil(actor: Actor) -> bool:
    """Whether the buttons of the list are worth showing at all."""
    return access.allowed(actor, caps.FULFIL)
