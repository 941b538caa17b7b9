"""My day 我的工作台: everything somebody owes, in due order, and what was handed over. Fixed numbers of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property

from django.db import models
from django.db.models import Q

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import standing, subjects
from zhize.domains.duties.models import Obligation, ObligationKind
from zhize.domains.duties.selectors.chains import Risk, risks
from zhize.domains.duties.selectors.coverage import Counters, month_bounds, month_of
from zhize.domains.duties.selectors.five import Five, five
from zhize.domains.duties.selectors.owed import with_everything
from zhize.domains.duties.standing import Standing
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.clocks.models import Outcome
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
    `risk` is a later step of its chain that it puts at risk.
    """

    obligation: Obligation
    block: str
    why: str
    subject: Text
    url: str
    act: tuple[Text, str] | None = None
    part: Text = NO_PART
    risk: Risk | None = None

    @cached_property
    def five(self) -> Five:
        """Place, time, person, object, method (ORG-09)."""
        return five(self.obligation, self.subject)

    @property
    def needs(self) -> str:
        """The kind of evidence asked for; a fact needs nothing but the act itself."""
        return str(self.obligation.evidence_spec.get("kind") or "note")


@dataclass(frozen=True)
class Block:
    code: str
    label: Text
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Day:
    """Blocks in order (empty ones too), what was handed over and came back, what waits for acceptance, the month."""

    at: datetime
    blocks: tuple[Block, ...]
    given: int
    returned: int
    to_accept: int
    month: Counters

    @property
    def count(self) -> int:
        return sum(len(block.items) for block in self.blocks)


def my_day(actor: Actor, at: datetime | None = None) -> Day:
    """Everything the actor owes now, also where he stands in for others. The same number of queries for any length."""
    moment = at or clock.now()
    place = standing.of(actor, moment)
    rows = list(_owed(actor, place, moment))
    zone = clock.zone(rows[0].unit.timezone if rows else "")
    found = items(actor, rows, place, moment, zone_name=zone.key)
    blocks = tuple(
        Block(code, label, _in_order([item for item in found if item.block == code], code))
        for code, label in BLOCKS.items()
    )
    given = handed_over(actor).aggregate(
        given=models.Count("pk"), returned=models.Count("pk", filter=Q(returned_count__gt=0, state="open"))
    )
    month = month_of(Obligation.objects.filter(place.query()), moment, zone.key)
    return Day(moment, blocks, given["given"], given["returned"], to_accept(actor).count(), month)


def _in_order(found: list[Item], block: str) -> tuple[Item, ...]:
    """In due order; later today by the parts of the day, then by what may only begin at its own time."""
    if block != "today":
        return tuple(found)
    order = {text: index for index, text in enumerate(PARTS.values())}
    return tuple(sorted(found, key=lambda item: (order.get(item.part, len(order)), str(item.part.zh))))


def _part(row: Obligation, at: datetime) -> Text:
    zone = clock.zone(row.unit.timezone)
    if row.not_before_at is not None and row.not_before_at > at:
        begin = row.not_before_at.astimezone(zone)
        return Text(f"{begin:%H:%M} 后", f"From {begin:%H:%M}")
    due = row.due_at.astimezone(zone).time() if row.due_at is not None else SIX
    return PARTS["morning" if due <= NOON else "afternoon" if due <= SIX else "evening"]


def _owed(actor: Actor, place: Standing, at: datetime) -> models.QuerySet[Obligation]:
    """Open obligations that fall to the actor; a named holder needs no grant to see what he himself owes.

    Recurring ones are planned weeks ahead and come on the list when their period begins; what is meant for one day of
    this week or month (每周二, 每月26日) stands there before, or nobody could say what they still ask for. What is owed
    every day or shift does not.
    """
    _today, week, month = _edges(at, "")
    weekly = Q(duty_version__rule__every="week")
    often = Q(duty_version__rule__every__in=["day", "shift", "week"])
    this_month = Q(slot__isnull=False) & (Q(weekly, due_at__lt=week) | Q(~often, due_at__lt=month))
    rows = Obligation.objects.filter(
        Q(opened_at__lte=at) | this_month, place.query(), ended_at__isnull=True, state="open"
    )
    if not actor.may(caps.VIEW):
        rows = rows.filter(holder_id=actor.person_id)
    # Hundreds of rows share a few duties with their rules, which are read once and not with every row.
    rows = rows.select_related("unit", "holder", "acceptor", "acceptor_position", "clock")
    return rows.defer("clock__label", "clock__target").prefetch_related("position", "duty", "duty_version")


def items(
    actor: Actor, rows: Iterable[Obligation], place: Standing, at: datetime, *, zone_name: str = ""
) -> list[Item]:
    """Rows as the list shows them; two queries for each model they are about."""
    listed = list(rows)
    known = subjects.about(actor, ((row.subject_type, row.subject_id) for row in listed))
    edges, endangered = _edges(at, zone_name), risks(listed, at)
    found = []
    for row in listed:
        why, block = place.why(row.holder_id, row.position_id), _block(row, at, edges)
        part = _part(row, at) if block == "today" else NO_PART
        about = known.get((row.subject_type, row.subject_id), subjects.NOTHING)
        act = about.act(_ends(row)) if row.kind != ObligationKind.PROMISE else None
        found.append(Item(row, block, why, about.title, about.url, act, part, endangered.get(row.pk)))
    return found


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


def _block(row: Obligation, at: datetime, edges: tuple[datetime, datetime, datetime]) -> str:
    today, week, month = edges
    if row.clock is not None and row.clock.outcome == Outcome.PAUSED:
        return "waiting"
    if row.due_at is None:
        return "later"
    if at > row.due_at:
        return "overdue"
    if row.has_opened(at) and (row.due_at <= at + NOW_WITHIN or row.urgent):
        return "now"
    for block, edge in (("today", today), ("week", week), ("month", month)):
        if row.due_at < edge:
            return block
    return "later"


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
