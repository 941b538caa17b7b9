"""What a pack says about duties: which clause they carry out, when they are owed, what proves them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Annotated, Literal, Self

from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints, model_validator

from zhize.domains.duties import exporting, recurring, seeding, subjects
from zhize.domains.duties.services.triggering import ENTRY_NAMES
from zhize.kernel import history, packs
from zhize.kernel.packs.problems import Misfit
from zhize.kernel.packs.specs import (
    Code,
    ConditionSpec,
    Item,
    PackText,
    Positive,
    RungSpec,
    Share,
    Spec,
    TargetSpec,
    VerbName,
    site,
)
from zhize.lib import conditions
from zhize.lib.periods import Every
from zhize.lib.recurrence import Due, FreeDay

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
FormName = Annotated[str, StringConstraints(pattern=r"^(FRM-\d{3}|[a-z][a-z0-9_]*)$")]
Reference = Annotated[str, StringConstraints(pattern=r"^(CAL|TRG)-\d{2,3}$")]


class RecurringSpec(Spec):
    """When a recurring duty is owed (requirements §0).

    `every` shift · day · week · ten_days (上旬, 中旬, 下旬) · half_month (1–15, 16–end) · month · quarter · half_year ·
    year; `interval` takes every nth (隔日: day, 2), counted so that the period of `starting` is among them.
    `due`: `by`: on or before the day, end of the working day; a free day moves it to the working day before · `on`:
    that day, a free day moves it to the next working day · `period_start`: as `by` on the first day of the period ·
    `period_end`: as `by` on the last day of the period, plus `offset_days`, or on the working day
    `offset_working_days` after it · `shift_start`, `shift_end`: when the holder's own shift begins or ends, without a
    roster the office day. `on_free_day` earlier, later or keep says otherwise for free days.
    The day: `weekdays`, `month_days` (a month without day N uses its last day; -1 is the last), `nth_working_day` of
    the period (3 is the third, -1 the last), or `weekdays` with `nth_weekday` (second Monday of the month); `months`
    keeps to these months. Daily duties are owed on working days, with `on_free_day: keep` on all days.
    The time: `at` instead of the end of work; several `times` are several occurrences a day; `before_minutes` and
    `after_minutes` before and after the shift's start or end or the time; `not_before` the earliest time; `at_random`
    a time of the day that nobody knows ahead. `follows` names the duty that must be done before this one can be (the
    step before in a chain whose steps have days of their own, DUT-13): being late there is a risk here.
    `each_holder`: everybody who holds the position owes his own (其责任苑落, 个人); else its holders owe it together.
    """

    every: Every
    interval: Annotated[int, Field(ge=1, le=100)] = site(1)
    starting: date | None = site(None)
    due: Due
    weekdays: tuple[Weekday, ...] = site(())
    month_days: tuple[Annotated[int, Field(ge=-1, le=31)], ...] = site(())
    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = site(())
    nth_working_day: Annotated[int, Field(ge=-31, le=260)] | None = site(None)
    nth_weekday: Annotated[int, Field(ge=-1, le=5)] | None = site(None)
    offset_days: Annotated[int, Field(ge=0)] = site(0)
    offset_working_days: Annotated[int, Field(ge=0, le=60)] = site(0)
    before_minutes: Annotated[int, Field(ge=0)] = site(0)
    after_minutes: Annotated[int, Field(ge=0)] = site(0)
    at: time | None = site(None)
    times: tuple[time, ...] = site(())
    not_before: time | None = site(None)
    at_random: bool = site(False)
    on_free_day: FreeDay | None = site(None)
    follows: Code | None = None
    workdays_only: bool = False
    count: Positive | None = site(None)
    share_percent: Share | None = site(None)
    no_repeat: bool = False
    each_holder: bool = site(False)
    assumed: bool = False
    """The text gives no period (定期, 及时): this one is our default and shown as such."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for field, fault in recurring.faults(self):
            raise Misfit(field, fault)
        return self


class TriggerSpec(Spec):
    """Which facts begin and end a triggered duty on a subject (a model label such as cases.case).

    How long it may take stands either here (`target`) or in the policy table of the subject (`deadline` names the
    moment there, so that type, severity and unit decide). Who owes it (`holder`): the holder of the duty's position
    · the subject's owner · whoever did the starting act · the head of the unit concerned · everybody on shift (each
    owes it; a stopping fact ends it for the one who did it, a cancelling one for all). With
    `only_positions` or `except_positions` it is opened only when that person holds (does not hold) one of these.
    Where a domain opens the obligation itself, `opened_as` names its kind, and nothing is opened a second time. While
    the product does not see the event at all, `by_hand` names it: somebody reports it, nothing starts alone.
    With several holders (on_shift) a stopping fact by one of them ends that one's obligation only.
    """

    subject: VerbName | None = None
    starts: tuple[VerbName, ...] = ()
    stops: tuple[VerbName, ...] = ()
    cancels: tuple[VerbName, ...] = ()
    by_hand: PackText | None = None
    opened_as: Literal["worksheet", "task", "promise", "callback", "reading", "triggered"] | None = None
    when: ConditionSpec | None = None
    deadline: Code | None = None
    target: TargetSpec | None = None
    holder: Literal["position", "owner", "actor", "unit_head", "on_shift"] = "position"
    only_positions: tuple[Code, ...] = ()
    except_positions: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if sum([bool(self.starts), self.by_hand is not None, self.opened_as is not None]) != 1:
            raise ValueError(_("starts、by_hand、opened_as 写且只写一个。"))
        if (self.deadline is None) == (self.target is None) and self.opened_as is None:
            raise ValueError(_("deadline 和 target 写且只写一个。"))
        if self.starts and (self.subject is None or not self.stops):
            raise ValueError(_("由事实触发的职责要写 subject 和 stops。"))
        if self.deadline is not None and self.subject is None:
            raise ValueError(_("用 deadline 时要写 subject。"))
        return self


class ChainSpec(Spec):
    """Owed within `target` of the fulfilment of another duty, e.g. collect → check → report (DUT-13)."""

    after: Code
    target: TargetSpec


class StandingSpec(Spec):
    """A standard without a clock (DUT-16); with `declare` its holder says once a period how it was kept."""

    declare: Literal["month", "quarter", "half_year", "year"] | None = site(None)


class EvidenceSpec(Spec):
    """What proves the duty was done. Where the system sees the fact itself, nobody ticks a box.

    `form` names a form of the pack by its code, or by its number in the catalogue (the forms that bear it in `refs`).
    `forms` name several, which are all wanted. `record`: the paper is kept in the product as a record of its own (the
    log of a shift, the minutes of a meeting), which then proves the duty; no other record does.
    """

    kind: Literal["fact", "report", "form", "file", "count", "signature", "note"]
    report: Code | None = None
    form: FormName | None = None
    forms: tuple[FormName, ...] = ()
    record: Literal["shift_log", "minutes"] | None = None
    label: PackText | None = None


class DutySpec(Item):
    """One duty of a position. `clauses` are codes of clauses of the position sheet it carries out (ORG-08).

    Place, object and method with the rule's time and the holder are the five things of every task (ORG-09).
    """

    refs: tuple[Reference, ...] = ()
    position: Code
    title: PackText
    clauses: Annotated[tuple[Code, ...], Field(min_length=1)]
    recurring: RecurringSpec | None = None
    trigger: TriggerSpec | None = None
    chain: ChainSpec | None = None
    standing: StandingSpec | None = None
    place: PackText
    object: PackText
    method: PackText
    evidence: EvidenceSpec
    acceptor: Code | None = None
    receivers: tuple[Code, ...] = ()
    weight: Positive = site(1)
    ladder: tuple[RungSpec, ...] = ()

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        rules = (self.recurring, self.trigger, self.chain, self.standing)
        if sum(rule is not None for rule in rules) != 1:
            raise ValueError(_("recurring、trigger、chain、standing 写且只写一个。"))
        return self

    @property
    def kind(self) -> Literal["recurring", "triggered", "standing"]:
        """Chained duties count as triggered: another duty's fulfilment is what triggers them."""
        if self.standing is not None:
            return "standing"
        return "recurring" if self.recurring is not None else "triggered"


def check_duties(pack: packs.Pack) -> Iterator[packs.Problem]:
    """Positions, clauses, reports and messages exist; every clause is carried out or marked standing (ORG-08)."""
    positions = pack.codes("positions")
    facts = {verb.code for verb in history.all_verbs()}
    linked: dict[str, set[str]] = {}
    for duty in pack.items("duties"):
        where = ("duties", duty.code)
        for field in ("position", "acceptor"):
            named = getattr(duty, field)
            if named is not None and named not in positions:
                yield pack.problem(*where, (field,), _("没有叫“{name}”的岗位。").format(name=named))
        yield from pack.unknown(*where, ("receivers",), duty.receivers, positions, _("岗位"))
        before = (
            (("chain", "after"), duty.chain.after if duty.chain is not None else None),
            (("recurring", "follows"), duty.recurring.follows if duty.recurring is not None else None),
        )
        for path, name in before:
            if name is not None and name not in pack.codes("duties"):
                yield pack.problem(*where, path, _("没有叫“{name}”的职责。").format(name=name))
        if duty.trigger is not None:
            for field in ("starts", "stops", "cancels"):
                named = getattr(duty.trigger, field)
                yield from pack.unknown(*where, ("trigger", field), named, facts, _("事实"))
            for field in ("only_positions", "except_positions"):
                named = getattr(duty.trigger, field)
                yield from pack.unknown(*where, ("trigger", field), named, positions, _("岗位"))
            yield from _check_condition(pack, duty)
        report = duty.evidence.report
        if report is not None and report not in pack.codes("reports"):
            yield pack.problem(
                *where, ("evidence", "report"), _("没有叫“{name}”的报表。").format(name=report)
            )
        yield from _check_form(pack, duty)
        yield from _check_ladder(pack, duty)
        sheet = pack.get("positions", duty.position)
        known = {clause.code for clause in sheet.clauses} if sheet else set(duty.clauses)
        yield from pack.unknown(*where, ("clauses",), duty.clauses, known, _("条款"))
        linked.setdefault(duty.position, set()).update(duty.clauses)
    for sheet in pack.items("positions"):
        for index, clause in enumerate(sheet.clauses):
            if not clause.standing and clause.code not in linked.get(sheet.code, set()):
                message = _("条款“{code}”没有职责落实，也没有标为常设标准。").format(code=clause.code)
                yield pack.problem("positions", sheet.code, ("clauses", index), message)


def _check_condition(pack: packs.Pack, duty: DutySpec) -> Iterator[packs.Problem]:
    """The condition asks only about what the subject's domain declares, or about the fact's own entry."""
    trigger = duty.trigger
    subject = subjects.known(trigger.subject.lower()) if trigger is not None and trigger.subject else None
    if trigger is None or trigger.when is None or subject is None:
        return
    names = {**ENTRY_NAMES, **subject.names}
    for problem in conditions.check(trigger.when.as_data(), names):
        yield pack.problem("duties", duty.code, ("trigger", "when"), problem.message.zh)


def _check_form(pack: packs.Pack, duty: DutySpec) -> Iterator[packs.Problem]:
    """The form stands in the pack: as a form with this code or number, or as the report that it is."""
    known = {name for form in pack.items("forms") for name in (form.code, *form.refs)}
    known |= {report.form for report in pack.items("reports")}
    if duty.evidence.forms and duty.evidence.kind != "form":
        message = _("凭证种类是“{kind}”，几张表单都要填时用 kind: form。").format(kind=duty.evidence.kind)
        yield pack.problem("duties", duty.code, ("evidence", "forms"), message)
    if duty.evidence.kind == "fact":
        # The number of a paper that the product keeps as a record of its own.
        return
    for field in ("form", "forms"):
        named = getattr(duty.evidence, field)
        for name in (named,) if isinstance(named, str) else named or ():
            if name not in known:
                message = _("没有叫“{name}”的表单。").format(name=name)
                yield pack.problem("duties", duty.code, ("evidence", field), message)


def _check_ladder(pack: packs.Pack, duty: DutySpec) -> Iterator[packs.Problem]:
    for index, rung in enumerate(duty.ladder):
        place = ("ladder", index)
        known = pack.codes("positions")
        yield from pack.unknown("duties", duty.code, (*place, "positions"), rung.positions, known, _("岗位"))
        if rung.message is not None and rung.message not in pack.codes("messages"):
            message = _("没有叫“{name}”的通知文本。").format(name=rung.message)
            yield pack.problem("duties", duty.code, (*place, "message"), message)


packs.section(
    "duties",
    model=DutySpec,
    kind="seed",
    check=check_duties,
    plan=seeding.plan,
    apply=seeding.apply,
    export=exporting.duties,
)
