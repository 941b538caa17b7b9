"""The stage on which walks are played, and one function for every act they may contain."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

from tests.industries import keeping, settling
from zhize.desk.demo.services.year import pass_time
from zhize.desk.pack import WalkPerson, WalkSpec, WalkStep
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Alarm, Case, DelayAudit, WorkSheet
from zhize.domains.channels import capabilities as channel_caps
from zhize.domains.channels.services import mailin
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, Premises
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Duty, Escalation, Obligation
from zhize.domains.reports import selectors as reports
from zhize.domains.reports.services import drafting
from zhize.domains.visits import services as visits
from zhize.domains.visits.models import SampledHome, SamplePlan
from zhize.kernel import access, history, packs
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError
from zhize.kernel.notices.models import Notice
from zhize.kernel.org.models import Appointment, Area, AreaAssignment, Person, Position, Shift, Unit
from zhize.kernel.packs import services as packing
from zhize.lib import clock

ZONE = ZoneInfo("Asia/Shanghai")
SINCE = date(2025, 1, 1)


def moment(text: str) -> datetime:
    """A moment on the wall of the centre, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@dataclass
class Stage:
    """The centre with the people of one walk, and the cases by the names the walk gives them."""

    pack: packs.Pack
    walk: WalkSpec
    centre: Unit
    people: dict[str, Person] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    told: list[int] = field(default_factory=list)

    def actor(self, who: str | None) -> Actor:
        assert who is not None, "this act needs somebody who does it"
        return access.for_person(self.people[who], channel="web")

    def customer(self) -> WalkPerson:
        return next(person for person in self.walk.people.values() if person.position is None)

    def case(self, step: WalkStep) -> Case:
        rows = Case.objects.select_related("customer", "unit", "premises", "area", "owner", "owner_position")
        return rows.get(pk=self.cases[step.case].pk)

    def code_of(self, person: Person | None) -> str | None:
        return next(
            (code for code, row in self.people.items() if person is not None and row.pk == person.pk), None
        )


def build(pack: packs.Pack, walk: WalkSpec) -> Stage:
    """A centre with the pack in it, the walk's people in their positions, the customer at home."""
    begins = moment(walk.steps[0].at) - timedelta(days=30)
    with clock.simulating(begins):
        centre = Unit.objects.create(code="ZX01", name="物业服务中心", kind="centre")
        Unit.objects.filter(pk=centre.pk).update(path=f"/{centre.pk}/")
        centre.refresh_from_db()
        packing.apply(root=pack.root, pack=pack, actor=access.system("packs.apply"), unit=centre)
        stage = Stage(pack, walk, centre)
        for number, (code, spec) in enumerate(walk.people.items(), start=1):
            if spec.position is not None:
                _employ(stage, code, spec, number)
        _house(stage)
        settling.settle(stage.centre, stage.areas, walk.households)
    return stage


def _employ(stage: Stage, code: str, spec: WalkPerson, number: int) -> None:
    row = Person.objects.create(name=spec.name, employee_no=f"W{number}", email=f"{code}@centre.example")
    stage.people[code] = row
    held = Position.objects.get(unit__path__startswith=stage.centre.path, code=spec.position)
    Appointment.objects.create(person=row, position=held, from_on=SINCE)
    if spec.area is not None:
        area, _new = Area.objects.get_or_create(
            unit=stage.centre, code=spec.area, defaults={"name": spec.area}
        )
        stage.areas[spec.area] = area
        AreaAssignment.objects.create(area=area, person=row, position=held, from_on=SINCE)
    if spec.on_shift:
        first = moment(stage.walk.steps[0].at) - timedelta(days=1)
        Shift.objects.create(person=row, unit=stage.centre, from_at=first, to_at=None)


def _house(stage: Stage) -> None:
    spec = next((person for person in stage.walk.people.values() if person.home is not None), None)
    if spec is None or spec.home is None:
        return
    doer = access.system("walks.house")
    court, _space, door = spec.home.partition(" ")
    way = dict(zip(("building", "entrance", "room"), door.split("-"), strict=True))
    upper: Premises | None = customers.create_premises(
        actor=doer, unit=stage.centre, kind="community", code="estate"
    )
    upper = customers.create_premises(
        actor=doer, unit=stage.centre, kind="court", code=court, parent=upper, area=stage.areas[court]
    )
    for kind, code in way.items():
        upper = customers.create_premises(actor=doer, unit=stage.centre, kind=kind, code=code, parent=upper)
    customers.create_customer(
        actor=doer,
        unit=stage.centre,
        kind="owner",
        name=spec.name,
        phone_numbers=[spec.phone] if spec.phone else [],
        emails=[spec.email] if spec.email else [],
        at=[customers.OccupancyInput(premises=upper)],
    )


access.system_actor(
    "walks.house", caps=["customer.create", "customer.view", "premises.edit", "premises.view"]
)


@contextmanager
def at(text: str) -> Iterator[None]:
    """The clocks have told what they reached until then; then it is that moment, and the worker follows at once."""
    pass_time(moment(text))
    with clock.simulating(moment(text)):
        yield
        history.deliver_all()


Act = Callable[[Stage, WalkStep], None]
ACTS: dict[str, Act] = {}


def act(name: str) -> Callable[[Act], Act]:
    def register(function: Act) -> Act:
        ACTS[name] = function
        return function

    return register


@act("wait")
def _wait(stage: Stage, step: WalkStep) -> None:
    """Nothing but time."""


@act("take_in")
def _take_in(stage: Stage, step: WalkStep) -> None:
    customer = Customer.objects.get(name=stage.customer().name)
    place = customer.occupancies.get().premises
    given = {name: value for name, value in step.give.items() if name != "solution"}
    intake = cases.Intake(
        **given, customer=customer, premises=place, contact_phone=stage.customer().phone or ""
    )
    stage.cases[step.case] = cases.open_case(
        actor=stage.actor(step.who), intake=intake, solution=step.give.get("solution", "")
    )


@act("mail")
def _mail(stage: Stage, step: WalkStep) -> None:
    message = EmailMessage()
    message["From"] = f"{stage.customer().name} <{stage.customer().email}>"
    message["To"] = "service@centre.example"
    message["Subject"] = step.give["subject"]
    message["Message-ID"] = f"<{stage.walk.code}@example.com>"
    message["Date"] = clock.now()
    message.set_content(step.give["body"])
    taken = mailin.take_in(
        actor=access.system(channel_caps.MAIL), arrival=mailin.Arrival(raw=message.as_bytes())
    )
    assert taken.mail.case is not None, f"the mail became no case: {taken.mail.outcome} {taken.mail.reason}"
    stage.cases[step.case] = taken.mail.case


@act("assign")
def _assign(stage: Stage, step: WalkStep) -> None:
    cases.assign(actor=stage.actor(step.who), case=stage.case(step), to=stage.people[step.give["to"]])


@act("act")
def _act(stage: Stage, step: WalkStep) -> None:
    given = {name: value for name, value in step.give.items() if name not in {"verb", "note"}}
    cases.act(
        actor=stage.actor(step.who),
        case=stage.case(step),
        verb=step.give["verb"],
        data=given,
        note=step.give.get("note", ""),
    )


@act("reply")
def _reply(stage: Stage, step: WalkStep) -> None:
    cases.reply(actor=stage.actor(step.who), case=stage.case(step), **{"channel": "phone", **step.give})


@act("inform")
def _inform(stage: Stage, step: WalkStep) -> None:
    cases.inform(actor=stage.actor(step.who), case=stage.case(step), **{"channel": "phone", **step.give})


@act("urge")
def _urge(stage: Stage, step: WalkStep) -> None:
    cases.urge(actor=stage.actor(step.who), case=stage.case(step), **step.give)


@act("promise")
def _promise(stage: Stage, step: WalkStep) -> None:
    due = moment(step.give["due"])
    cases.promise(actor=stage.actor(step.who), case=stage.case(step), text=step.give["text"], due_at=due)


@act("send_sheet")
def _send_sheet(stage: Stage, step: WalkStep) -> None:
    unit = next(row for row in stage.centre.children.all() if row.sheet["template"] == step.give["unit"])
    due = moment(step.give["due"])
    cases.send_worksheet(
        actor=stage.actor(step.who), case=stage.case(step), unit=unit, task=step.give["task"], due_at=due
    )


def _sheet(stage: Stage, step: WalkStep) -> WorkSheet:
    found = stage.case(step).worksheets.order_by("-pk").first()
    assert found is not None
    return found


@act("receive_sheet")
def _receive_sheet(stage: Stage, step: WalkStep) -> None:
    cases.receive_worksheet(actor=stage.actor(step.who), sheet=_sheet(stage, step))


@act("answer_sheet")
def _answer_sheet(stage: Stage, step: WalkStep) -> None:
    cases.answer_worksheet(actor=stage.actor(step.who), sheet=_sheet(stage, step), **step.give)


@act("accept_sheet")
def _accept_sheet(stage: Stage, step: WalkStep) -> None:
    cases.accept_worksheet(actor=stage.actor(step.who), sheet=_sheet(stage, step))


@act("make_major")
def _make_major(stage: Stage, step: WalkStep) -> None:
    cases.make_major(actor=stage.actor(step.who), case=stage.case(step), reason=step.give["reason"])


@act("propose")
def _propose(stage: Stage, step: WalkStep) -> None:
    cases.propose(actor=stage.actor(step.who), report=stage.case(step).major, proposal=step.give["proposal"])


@act("decide")
def _decide(stage: Stage, step: WalkStep) -> None:
    cases.decide(actor=stage.actor(step.who), report=stage.case(step).major, decision=step.give["decision"])


@act("raise_alarm")
def _raise_alarm(stage: Stage, step: WalkStep) -> None:
    stage.cases[step.case] = cases.report_fire(actor=stage.actor(step.who), **step.give)


@act("acknowledge")
def _acknowledge(stage: Stage, step: WalkStep) -> None:
    cases.acknowledge(actor=stage.actor(step.who), alarm=stage.case(step).alarm)


@act("end_alarm")
def _end_alarm(stage: Stage, step: WalkStep) -> None:
    cases.end_alarm(actor=stage.actor(step.who), alarm=stage.case(step).alarm, **step.give)


@act("explain_delay")
def _explain_delay(stage: Stage, step: WalkStep) -> None:
    for delay in DelayAudit.objects.filter(case=stage.case(step), reason=""):
        cases.explain_delay(actor=stage.actor(step.who), delay=delay, reason=step.give["reason"])


@act("audit_delay")
def _audit_delay(stage: Stage, step: WalkStep) -> None:
    for delay in DelayAudit.objects.filter(case=stage.case(step), audited_at__isnull=True):
        cases.audit_delay(actor=stage.actor(step.who), delay=delay)


@act("call_back")
def _call_back(stage: Stage, step: WalkStep) -> None:
    callback = stage.case(step).callbacks.filter(kind="callback", done_at__isnull=True).get()
    if "outcome" in step.give:
        visits.attempt(actor=stage.actor(step.who), callback=callback, outcome=step.give["outcome"])
        return
    score = step.give["score"]
    answers: dict[str, Any] = {"overall": score, "solved": "yes" if score > 3 else "no"}
    answers |= {"reason": "not_solved"} if score <= 3 else {}
    visits.finish(
        actor=stage.actor(step.who), callback=callback, answers=answers, remark=step.give.get("remark", "")
    )


@act("report")
def _report(stage: Stage, step: WalkStep) -> None:
    day = date.fromisoformat(step.give["day"])
    drafting.open_draft(actor=stage.actor(step.who), code=step.give["report"], unit=stage.centre, day=day)


@act("draw_plan")
def _draw_plan(stage: Stage, step: WalkStep) -> None:
    holder = stage.people[step.who] if step.give.get("own", True) and step.who else None
    visits.draw(actor=stage.actor(step.who), sample=step.give["sample"], unit=stage.centre, holder=holder)


@act("visit_homes")
def _visit_homes(stage: Stage, step: WalkStep) -> None:
    """The next so many homes of the person's plan; those in `gone` give way to the reserve first."""
    actor = stage.actor(step.who)
    plan = SamplePlan.objects.filter(holder=stage.people[step.who or ""]).latest("from_on")
    for home in plan.homes.filter(stage="planned").order_by("order")[: step.give.get("gone", 0)]:
        visits.replace(actor=actor, home=home, reason="三次上门无人")
    for home in plan.homes.filter(stage="planned").order_by("order")[: step.give["count"]]:
        visits.visit(actor=actor, home=home, means="door", satisfaction=5)


@act("report_event")
def _report_event(stage: Stage, step: WalkStep) -> None:
    duty = Duty.objects.get(unit=stage.centre, code=step.give["duty"])
    # The date that the event names (on the letter), for a duty that is due before it.
    named = date.fromisoformat(str(step.give["named"])) if "named" in step.give else None
    duties.report_event(
        actor=stage.actor(step.who), duty=duty, unit=stage.centre, note=step.give["note"], named=named
    )


@act("fulfil")
def _fulfil(stage: Stage, step: WalkStep) -> None:
    row = Obligation.objects.filter(duty__code=step.give["duty"], state="open").earliest("due_at")
    keeping.hand_in(stage.actor(step.who), row, step.give.get("note", "已办"))


Check = Callable[[Stage, WalkStep, Any], Any]


def _obligations(stage: Stage, step: WalkStep) -> Any:
    case = stage.case(step)
    return Escalation.objects.filter(
        obligation__subject_type="cases.case",
        obligation__subject_id=case.pk,
        obligation__duty__code__startswith="answer",
    )


def _rungs(stage: Stage, step: WalkStep) -> dict[str, list[str | None]]:
    rows = _obligations(stage, step).prefetch_related("told").order_by("at")
    return {row.code: sorted(stage.code_of(person) or "?" for person in row.told.all()) for row in rows}


def _alarm(stage: Stage, step: WalkStep) -> Alarm:
    return stage.case(step).alarm


def _told_within(stage: Stage, step: WalkStep, seconds: int) -> bool:
    alarm = _alarm(stage, step)
    return all(call.told_at - alarm.found_at <= timedelta(seconds=seconds) for call in alarm.calls.all())


def _tasks(stage: Stage, step: WalkStep, wanted: Mapping[str, Any]) -> dict[str, Any]:
    calls = {
        stage.code_of(call.person): call.task for call in _alarm(stage, step).calls.select_related("person")
    }
    return {
        who: part if str(part) in (calls.get(who) or "") else calls.get(who) for who, part in wanted.items()
    }


def _notified(stage: Stage, step: WalkStep, wanted: list[str]) -> list[str]:
    people = Notice.objects.filter(person__in=stage.people.values()).values_list("person_id", flat=True)
    return [who for who in wanted if stage.people[who].pk in set(people)]


def _callback_with(stage: Stage, step: WalkStep) -> str | None:
    found = stage.case(step).callbacks.filter(done_at__isnull=True).select_related("caller").first()
    return stage.code_of(found.caller) if found is not None else None


def _stands_in(stage: Stage, step: WalkStep) -> bool:
    day = date.fromisoformat(step.give["day"])
    unit, actor = stage.centre, stage.actor(step.who)
    report = drafting.open_draft(actor=actor, code=step.give["report"], unit=unit, day=day)
    return stage.case(step).number in json.dumps(reports.content(report), ensure_ascii=False)


def _acknowledged(stage: Stage, step: WalkStep) -> list[str]:
    calls = _alarm(stage, step).calls.filter(acknowledged_at__isnull=False).select_related("person")
    return [stage.code_of(call.person) or "?" for call in calls.order_by("acknowledged_at", "pk")]


def _duty_state(stage: Stage, step: WalkStep, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Duty code → state of its latest obligation, with "late" behind it where it is."""
    found = {}
    for code in wanted:
        row = Obligation.objects.filter(duty__code=code, opened_at__lte=clock.now()).latest("opened_at", "pk")
        found[code] = f"{row.state} late" if row.late else row.state
    return found


def _homes_twice(stage: Stage) -> int:
    seen = SampledHome.objects.filter(stage="visited").values_list("premises", flat=True)
    return len(seen) - len(set(seen))


CHECKS: dict[str, Check] = {
    "duties": _duty_state,
    "homes_visited": lambda stage, step, _wanted: SampledHome.objects.filter(stage="visited").count(),
    "homes_twice": lambda stage, step, _wanted: _homes_twice(stage),
    "state": lambda stage, step, _wanted: stage.case(step).state,
    "channel": lambda stage, step, _wanted: stage.case(step).channel,
    "owner": lambda stage, step, _wanted: stage.code_of(stage.case(step).owner),
    "due": lambda stage, step, _wanted: _wall(stage.case(step).next_due_at),
    "late": lambda stage, step, _wanted: stage.case(step).is_late,
    "reopened": lambda stage, step, _wanted: stage.case(step).reopen_count,
    "rating": lambda stage, step, _wanted: stage.case(step).satisfaction,
    "informed": lambda stage, step, _wanted: stage.case(step).informed_at is not None,
    "forwarded": lambda stage, step, _wanted: stage.case(step).forwarded_at is not None,
    "sheet_with": lambda stage, step, _wanted: stage.code_of(_sheet(stage, step).person),
    "callback_with": lambda stage, step, _wanted: _callback_with(stage, step),
    "rungs": lambda stage, step, _wanted: _rungs(stage, step),
    "notified": _notified,
    "called": lambda stage, step, _wanted: sorted(
        stage.code_of(call.person) or "?" for call in _alarm(stage, step).calls.select_related("person")
    ),
    "told_within_seconds": lambda stage, step, wanted: (
        wanted if _told_within(stage, step, wanted) else "too late"
    ),
    "tasks": _tasks,
    "acknowledged": lambda stage, step, _wanted: _acknowledged(stage, step),
    "unanswered": lambda stage, step, wanted: [
        who for who in wanted if who not in _acknowledged(stage, step)
    ],
    "names": lambda stage, step, wanted: wanted if _stands_in(stage, step) else [],
    "sheet": lambda stage, step, _wanted: _stands_in(stage, step),
}


def _wall(at_moment: datetime | None) -> str | None:
    return at_moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if at_moment else None


def play(stage: Stage) -> None:
    """Every step in its time; what it expects must be true, what must be refused must change nothing.

    Between the steps the routine of the walk is kept, and at the end its coverage is what the walk says.
    """
    routine = keeping.Routine(stage.walk, stage.people, stage.centre)
    for number, step in enumerate(stage.walk.steps, start=1):
        routine.until(moment(step.at))
        place = f"step {number} ({step.at}, {step.do})"
        with at(step.at):
            refused = _do(stage, step)
        assert refused == step.refused, f"{place}: refused with {refused}, expected {step.refused}"
        with clock.simulating(moment(step.at)):
            for name, wanted in step.expect.items():
                found = CHECKS[name](stage, step, wanted)
                expected = sorted(wanted) if name == "called" else wanted
                assert found == expected, f"{place}: {name} is {found!r}, expected {expected!r}"
    keeping.check(stage.walk, stage.centre, moment(stage.walk.steps[-1].at))


def _do(stage: Stage, step: WalkStep) -> str | None:
    before = history.models.Entry.objects.count() if step.refused else 0
    try:
        ACTS[step.do](stage, step)
    except DomainError as error:
        if step.refused:
            assert history.models.Entry.objects.count() == before, "a refused step left something behind"
        return error.code
    return None
