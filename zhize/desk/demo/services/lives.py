"""The courses a matter can take, lived through by the real services under a simulated clock.

A course is a generator: it acts, then yields how many minutes pass before it goes on. Whoever runs it sets the clock
and may stop at any yield, which leaves the case as open as it is then.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from zhize.desk.demo.randomness import Chance
from zhize.desk.demo.services.places import Home
from zhize.desk.demo.services.stage import ZONE, Stage
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case, DelayAudit, WorkSheet
from zhize.domains.customers.models import Customer, Premises
from zhize.domains.visits import services as visits
from zhize.domains.visits.models import Callback
from zhize.lib import clock

Course = Generator[int, None, None]
HOUR = 60
OPENS, CLOSES = 8, 21


@dataclass(frozen=True)
class Words:
    """What is said in one matter."""

    title: str
    text: str
    answer: str
    remark: str


@dataclass(frozen=True)
class Cast:
    """Logins of the staff who meet this matter."""

    desk: str
    ambassador: str
    officer: str
    lead: str
    supervisor: str
    manager: str
    engineer: str
    control: str


class Life:
    """One matter in the making: who, where, what, and the verbs its course uses."""

    def __init__(
        self, stage: Stage, cast: Cast, home: Home, matter: Any, words: Words, chance: Chance
    ) -> None:
        self.stage, self.cast, self.home, self.matter, self.words, self.chance = (
            stage,
            cast,
            home,
            matter,
            words,
            chance,
        )
        self.case: Case | None = None

    def actor(self, role: str) -> Any:
        return self.stage.actor(getattr(self.cast, role))

    @property
    def row(self) -> Case:
        """The case as it is now."""
        assert self.case is not None  # noqa: S101 - every course begins by opening it
        return Case.objects.select_related(
            "customer", "unit", "premises", "area", "owner", "owner_position"
        ).get(pk=self.case.pk)

    def open(self, channel: str, role: str = "desk", *, severity: str = "", solution: str = "") -> None:
        customer = Customer.objects.get(pk=self.home.customer_id)
        self.case = cases.open_case(
            actor=self.actor(role),
            solution=solution,
            intake=cases.Intake(
                type=self.matter.type,
                subtype=self.matter.subtype,
                title=self.words.title,
                description=self.words.text,
                channel=channel,
                severity=severity,
                customer=customer,
                premises=Premises.objects.select_related("area", "unit").get(pk=self.home.premises_id),
                contact_name=customer.name,
                contact_phone=self.home.phone,
            ),
        )

    def verify(self, role: str = "officer") -> None:
        cases.verify(actor=self.actor(role), case=self.row)

    def act(self, role: str, verb: str, note: str = "", **given: Any) -> None:
        if given.get("solution") is not None and self.matter.cause:
            given.setdefault("cause", self.matter.cause)
        cases.act(actor=self.actor(role), case=self.row, verb=verb, data=given, note=note)

    def say(self, role: str, body: str, *, result: bool = False, channel: str = "phone") -> None:
        cases.reply(actor=self.actor(role), case=self.row, body=body, channel=channel, result=result)

    def answer(self, role: str, verb: str, solution: str) -> None:
        """The move that answers the case, and the customer is told so at once."""
        self.act(role, verb, solution=solution)
        self.say(role, solution, result=True)

    def heard(self, body: str, channel: str = "phone") -> None:
        cases.receive(actor=self.actor("desk"), case=self.row, body=body, channel=channel)

    def note(self, role: str, body: str) -> None:
        cases.note(actor=self.actor(role), case=self.row, body=body)

    def sheet(self, role: str, unit: str, task: str, hours: int) -> WorkSheet:
        centre = self.stage.units["centre"]
        to = next(row for row in centre.children.all() if row.sheet.get("template") == unit)
        due = clock.now() + timedelta(hours=hours)
        return cases.send_worksheet(actor=self.actor(role), case=self.row, unit=to, task=task, due_at=due)

    def answer_sheet(self, sheet: WorkSheet, result: str) -> None:
        sheet.refresh_from_db()
        cases.answer_worksheet(actor=self.actor("engineer"), sheet=sheet, result=result)

    def accept_sheet(self, role: str, sheet: WorkSheet) -> None:
        sheet.refresh_from_db()
        cases.accept_worksheet(actor=self.actor(role), sheet=sheet)

    def callback(self, kind: str = "callback") -> Callback | None:
        return self.row.callbacks.filter(kind=kind, done_at__isnull=True).order_by("-round").first()

    def not_reached(self, outcome: str = "no_answer") -> None:
        found = self.callback()
        if found is not None:
            visits.attempt(actor=self.actor("officer"), callback=found, outcome=outcome)

    def called(self, score: int, remark: str = "") -> None:
        found = self.callback()
        if found is None:
            return
        answers: dict[str, Any] = {
            name: value for name, value in _ANSWERS.items() if found.spec.form.field(name)
        }
        answers["overall"] = score
        if score <= 3 and found.spec.form.field("reason"):
            answers |= {"reason": "not_solved", "solved": "no"}
        visits.finish(actor=self.actor("officer"), callback=found, answers=answers, remark=remark)

    def apologised(self) -> None:
        for found in (self.callback("apology"), self.callback("visit")):
            if found is not None:
                visits.finish(
                    actor=self.actor("officer"), callback=found, answers={}, remark=self.words.remark
                )

    def close(self, role: str = "officer") -> None:
        case = self.row
        if not case.is_ended:
            if case.informed_at is None:
                cases.inform(actor=self.actor(role), case=case, channel="phone")
            cases.act(actor=self.actor(role), case=self.row, verb="close")

    def explain_delays(self) -> None:
        """Whoever was late says why."""
        for delay in DelayAudit.objects.filter(case=self.row, reason="").select_related("person"):
            if delay.person is not None:
                cases.explain_delay(actor=self.stage.actor_of(delay.person), delay=delay, reason=LATE)

    def audit_delays(self) -> None:
        """The front-desk lead looks at every delay; at the own one the supervisor does."""
        lead = self.stage.people[self.cast.lead]
        for delay in DelayAudit.objects.filter(case=self.row, audited_at__isnull=True).exclude(reason=""):
            role = "supervisor" if delay.person_id == lead.pk else "lead"
            cases.audit_delay(actor=self.actor(role), delay=delay)


LATE = "等待外部单位配合，未能按时完成。"
_ANSWERS: Mapping[str, Any] = {"solved": "yes", "speed": 4, "attitude": 5, "punctual": True, "clean": True}


def awake(moment: datetime) -> datetime:
    """The moment itself, or the next morning when people sleep then."""
    wall = moment.astimezone(ZONE)
    if wall.hour >= CLOSES:
        wall = (wall + timedelta(days=1)).replace(hour=OPENS, minute=20 + wall.minute % 30)
    elif wall.hour < OPENS:
        wall = wall.replace(hour=OPENS, minute=20 + wall.minute % 30)
    return wall


def last_awake(moment: datetime) -> datetime:
    """The moment itself, or the evening before when people sleep then."""
    wall = moment.astimezone(ZONE)
    if OPENS <= wall.hour < CLOSES:
        return wall
    day = wall if wall.hour >= CLOSES else wall - timedelta(days=1)
    return day.replace(hour=CLOSES - 1, minute=wall.minute)


COURSES: dict[str, Callable[[Life], Course]] = {}


def course(name: str) -> Callable[[Callable[[Life], Course]], Callable[[Life], Course]]:
    def register(function: Callable[[Life], Course]) -> Callable[[Life], Course]:
        COURSES[name] = function
        return function

    return register
