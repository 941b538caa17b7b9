"""The year: every course is lived once, the rest of the year are copies; the last days are lived to this moment."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from zhize.desk.demo.randomness import Chance
from zhize.desk.demo.services import other_courses as _other_courses  # noqa: F401 - registers its courses
from zhize.desk.demo.services import weeks
from zhize.desk.demo.services.copying import Copier, Exchange, Recorder, Recording, Row
from zhize.desk.demo.services.courses import SHARES
from zhize.desk.demo.services.lives import COURSES, Cast, Course, Life, Words, awake, last_awake
from zhize.desk.demo.services.places import Home
from zhize.desk.demo.services.present import STANDING
from zhize.desk.demo.services.stage import ZONE, Stage, local
from zhize.domains.cases.models import Case, WorkSheet
from zhize.kernel import calendars, history, numbering
from zhize.kernel.clocks import ledger, ticking
from zhize.kernel.clocks.limits import parse
from zhize.kernel.clocks.models import Clock, ClockThreshold
from zhize.kernel.history.models import Entry
from zhize.lib import clock
from zhize.lib.businesstime import WorkCalendar

CASES = 3000
TYPES = {
    "complaint": 31,
    "fault": 29,
    "consultation": 29,
    "suggestion": 5,
    "request": 5,
    "official_complaint": 1,
}
WEEK = timedelta(weeks=1)
STEADY = frozenset({"elapsed", "moment", "none"})
"""Limits that come out the same whatever day it is; the others count working time or working days."""
WEEKDAYS = (12, 10, 10, 10, 11, 9, 8)
LIVED_DAYS, LIVED_A_DAY = 2, 7
"""The last days are lived by the services, so that what is open now is open as it would be."""

# When a course begins; the common ones begin at two times of the day.
HOURS: dict[str, tuple[int, ...]] = {
    "quick": (9, 15), "repaired": (8, 14), "on_the_spot": (14,), "answered_at_once": (14,), "fixed_at_once": (14,),
    "done_at_once": (13,), "web": (18,), "web_fault": (17,), "counter_sheet": (10,), "looked_up": (11,), "arranged": (11,),
    "late": (9, 14), "adopted": (9, 15),
}  # fmt: skip
AT_ONCE = frozenset({"on_the_spot", "answered_at_once", "fixed_at_once", "done_at_once"})
JITTER, WIDE = 110, 330
"""Minutes by which a copy may begin earlier or later; what is over at once may begin at any time of the day."""

ONE_CALLBACK = frozenset({"quick", "by_mail", "urgent", "promised", "repaired"})
REMARKS = (
    "顾客表示满意，感谢及时处理。", "问题已解决，希望继续保持。", "对处理结果认可。", "满意，建议以后提前通知。",
    "态度很好，速度可以再快一点。", "已恢复正常，没有其他问题。",
)  # fmt: skip


@dataclass(frozen=True)
class Template:
    """A course that was lived, with the words and people in it that copies exchange."""

    course: str
    start: datetime
    recording: Recording
    home: Home
    words: Words
    cast: Cast

    @property
    def length(self) -> timedelta:
        """How long the matter took until the last thing that happened to it."""
        return max(row["at"] for row in self.recording.of(Entry)) - self.start


@dataclass(frozen=True, order=True)
class Plan:
    """One matter of the year: when, what, which course, where."""

    at: datetime
    index: int
    course: str
    matter_code: str
    home_index: int
    desk: str


def build(
    stage: Stage, homes: list[Home], *, cases: int = CASES, beside: Sequence[tuple[datetime, Course]] = ()
) -> int:
    """The whole year up to now. Returns how many cases there are.

    `beside`: what is lived among the last days, in order of time like them, because a number taken for a day that has
    passed leaves a gap in it.
    """
    templates = _templates(stage, homes)
    begins = stage.start + timedelta(days=len(templates) // 2 + 14)
    lived_from = stage.today - timedelta(days=LIVED_DAYS)
    plans = sorted(
        _plans(
            stage,
            homes,
            begins,
            lived_from,
            cases - len(templates) - LIVED_A_DAY * LIVED_DAYS - len(STANDING),
        )
    )
    _copy(stage, homes, templates, plans)
    live(stage, [*_recent(stage, homes, lived_from), *beside, *weeks.courses(stage)], until=clock.now())
    return Case.objects.count()


def run(course: Course, start: datetime) -> None:
    """Live one course to its end, alone."""
    moment = awake(start)
    for wait in _steps(course, moment):
        moment = awake(moment + timedelta(minutes=wait))
        pass_time(moment)


def _steps(course: Course, start: datetime) -> Iterator[int]:
    moment = start
    while True:
        with clock.simulating(moment):
            try:
                wait = next(course)
            except StopIteration:
                history.deliver_all()
                return
            history.deliver_all()
        yield wait
        moment = awake(moment + timedelta(minutes=wait))


def live(stage: Stage, matters: list[tuple[datetime, Course]], *, until: datetime) -> None:
    """Live many courses side by side, in order of time, and leave them as they stand at `until`."""
    waiting = [(awake(start), number, course) for number, (start, course) in enumerate(matters)]
    heapq.heapify(waiting)
    while waiting and waiting[0][0] <= until:
        moment, number, course = heapq.heappop(waiting)
        pass_time(moment)
        with clock.simulating(moment):
            try:
                wait = next(course)
            except StopIteration:
                continue
            finally:
                history.deliver_all()
        heapq.heappush(waiting, (awake(moment + timedelta(minutes=wait)), number, course))
    pass_time(until)


def pass_time(until: datetime) -> None:
    """Let the clocks tell what they reach up to `until`, each at its own moment."""
    while True:
        waiting = ClockThreshold.objects.filter(fired_at__isnull=True, next_at__lte=until)
        first = waiting.order_by("next_at").values_list("next_at", flat=True).first()
        if first is None:
            return
        with clock.simulating(first):
            ticking.tick()
            history.deliver_all()


def _templates(stage: Stage, homes: list[Home]) -> dict[str, list[Template]]:
    """Every course, once for each hour it begins at, in the first weeks of the year."""
    recorder, found, number = Recorder(), dict[str, list[Template]](), 0
    court = next(home.court for home in homes)
    there = [home for home in homes if home.court == court]
    for kind, shares in SHARES.items():
        matters = [matter for matter in stage.pack.items("demo_matters") if matter.type == kind]
        for name in shares:
            for hour in HOURS.get(name, (9,)):
                chance = Chance(f"template/{name}/{hour}")
                day = stage.start + timedelta(days=number // 2)
                home, matter = there[number], chance.pick(matters)
                cast, words = cast_for(stage, home, "limin"), _words(matter, home, chance)
                start = local(day, hour, 10)
                life = Life(stage, cast, home, matter, words, chance)
                run(COURSES[name](life), start)
                found.setdefault(name, []).append(Template(name, start, recorder.take(), home, words, cast))
                number += 1
    return found


def cast_for(stage: Stage, home: Home, desk: str) -> Cast:
    """Who deals with the matters of a home: `desk` (a login) takes them in, the rest holds the positions for its court."""
    ambassador = next(one.code for one in stage.pack.items("demo_staff") if home.court in one.areas)

    def only(position: str) -> str:
        return stage.holding(position)[0]

    return Cast(
        desk=desk,
        ambassador=ambassador,
        officer=only("complaint_officer"),
        lead=only("frontdesk_lead"),
        supervisor=only("service_supervisor"),
        manager=only("centre_manager"),
        engineer=only("engineering_head"),
        control=only("control_operator"),
    )


def _words(matter: Any, home: Home, chance: Chance) -> Words:
    said = chance.pick(matter.said)
    text = said.text
    places = {"building": home.building, "entrance": home.entrance, "floor": str(home.floor + 1)}
    for name, value in places.items():
        text = text.replace(f"{{{name}}}", value)
    return Words(said.title, text, said.answer, chance.pick(REMARKS))


def _plans(stage: Stage, homes: list[Home], begins: date, ends: date, count: int) -> Iterator[Plan]:
    """So many matters between two days, more on Mondays, each kind in its season."""
    chance = Chance("year")
    days = [begins + timedelta(days=offset) for offset in range((ends - begins).days)]
    weights = [WEEKDAYS[day.weekday()] for day in days]
    for index in range(count):
        day = chance.weighted(days, weights)
        kind = chance.weighted(list(TYPES), list(TYPES.values()))
        name = chance.weighted(list(SHARES[kind]), list(SHARES[kind].values()))
        matter = _matter(stage, kind, day, chance)
        hour = chance.pick(HOURS.get(name, (9,)))
        around = WIDE if name in AT_ONCE else JITTER
        at = local(day, hour, 10) + timedelta(minutes=chance.between(-around, around))
        home = chance.between(0, len(homes) - 1)
        yield Plan(at, index, name, matter.code, home, chance.pick(stage.holding("receptionist")))


def _matter(stage: Stage, kind: str, day: date, chance: Chance) -> Any:
    matters = [matter for matter in stage.pack.items("demo_matters") if matter.type == kind]
    weights = [matter.weight * matter.months.get(str(day.month), 1) for matter in matters]
    return chance.weighted(matters, weights)


def _copy(stage: Stage, homes: list[Home], templates: dict[str, list[Template]], plans: list[Plan]) -> None:
    copier = Copier()
    chosen = _fitting(stage, plans, templates)
    for listed in templates.values():
        for template in listed:
            copier.reserve(template.recording, sum(1 for _plan, used in chosen if used is template))
    numbers = _numbers(stage, chosen)
    for plan, template in chosen:
        copier.add(
            template.recording, _exchange(stage, homes[plan.home_index], template, plan, numbers[plan.index])
        )
    copier.flush()


def _numbers(stage: Stage, chosen: list[tuple[Plan, Template]]) -> dict[int, dict[str, str]]:
    """New numbers for every numbered row of every copy: index of the plan → old number → new number."""
    wanted: dict[tuple[str, str | None], list[tuple[datetime, int, str]]] = {}
    prefixes = {spec.code: spec.prefix for spec in stage.pack.items("case_types")}
    for plan, template in chosen:
        shift = plan.at - template.start
        for row in template.recording.of(Case):
            prefix = prefixes[row["type_code"]]
            wanted.setdefault(("case", prefix), []).append(
                (row["accepted_at"] + shift, plan.index, row["number"])
            )
        for row in template.recording.of(WorkSheet):
            wanted.setdefault(("worksheet", None), []).append(
                (row["sent_at"] + shift, plan.index, row["number"])
            )
    found: dict[int, dict[str, str]] = {plan.index: {} for plan, _template in chosen}
    for (series, prefix), listed in wanted.items():
        listed.sort()
        moments = [at for at, _index, _old in listed]
        fresh = numbering.next_numbers(series, moments, unit=stage.units["centre"], prefix=prefix)
        for (_at, index, old), new in zip(listed, fresh, strict=True):
            found[index][old] = new
    return found


def _nearest(templates: list[Template], at: datetime) -> Template:
    """The template that begins at the most similar time of day."""

    def minutes(moment: datetime) -> int:
        wall = moment.astimezone(ZONE)
        return wall.hour * 60 + wall.minute

    return min(templates, key=lambda template: abs(minutes(template.start) - minutes(at)))


def _fitting(
    stage: Stage, plans: list[Plan], templates: dict[str, list[Template]]
) -> list[tuple[Plan, Template]]:
    """Each plan with its template, moved to a day on which the template's limits in working time come out the same.

    Elapsed time is the same on every day; working time only whole weeks away, and not across a holiday. Nothing may
    happen after now, so a long matter begins earlier.
    """
    calendar, now = calendars.for_unit(stage.units["centre"]), clock.now()
    chosen = []
    for plan in plans:
        template = _nearest(templates[plan.course], plan.at)
        limits = [row for row in template.recording.of(Clock) if row["target"]["kind"] not in STEADY]
        at = _same_weekday(plan.at, template, limits, calendar) if limits else plan.at
        while at + template.length > now:
            at -= WEEK
        chosen.append((replace(plan, at=at), template))
    return sorted(chosen, key=lambda pair: pair[0])


def _same_weekday(at: datetime, template: Template, limits: list[Row], calendar: WorkCalendar) -> datetime:
    weeks = round((at - template.start) / WEEK)
    for offset in (0, -1, 1, -2, 2, -3, 3):
        shift = WEEK * max(1, weeks + offset)
        books = [ledger.Ledger(parse(row["target"]), row["started_at"] + shift) for row in limits]
        due = [ledger.due_at(book, calendar) for book in books]
        if due == [row["due_at"] + shift for row in limits]:
            return template.start + shift
    return template.start + WEEK * max(1, weeks)


def _exchange(stage: Stage, home: Home, template: Template, plan: Plan, numbers: dict[str, str]) -> Exchange:
    chance = Chance(f"copy/{plan.index}")
    matter = next(one for one in stage.pack.items("demo_matters") if one.code == plan.matter_code)
    words, old = _words(matter, home, chance), template.words
    shift = plan.at - template.start
    cast = cast_for(stage, home, plan.desk)
    texts = {old.title: words.title, old.text: words.text, old.answer: words.answer, old.remark: words.remark}
    texts |= {
        template.home.name: home.name,
        template.home.phone: home.phone,
        template.home.address: home.address,
    }
    rows = {
        ("customers.customer", template.home.customer_id): home.customer_id,
        ("customers.premises", template.home.premises_id): home.premises_id,
    }
    before, now = stage.areas[template.home.court], stage.areas[home.court]
    rows[("org.area", before.pk)] = now.pk
    texts[before.name] = now.name
    for role in ("ambassador", "desk"):
        former, person = stage.people[getattr(template.cast, role)], stage.people[getattr(cast, role)]
        rows[("org.person", former.pk)] = person.pk
        texts[former.name] = person.name
    texts |= numbers
    columns: dict[str, dict[str, Any]] = {
        "cases.case": {"subtype": matter.subtype, "cause": matter.cause or ""}
    }
    data: dict[str, Any] = {"subtype": matter.subtype}
    if plan.course in ONE_CALLBACK and chance.happens(45):
        columns["cases.case"]["satisfaction"] = 4
        columns["visits.callback"] = {"score": 4}
        data |= {"score": 4, "overall": 4}
        texts |= {"满意（5 分）": "满意（4 分）", "satisfied (5)": "satisfied (4)"}
    return Exchange(shift, rows, texts, columns, data)


def _recent(stage: Stage, homes: list[Home], begins: date) -> list[tuple[datetime, Course]]:
    """The matters of the last days, to be lived up to this moment."""
    found = []
    for plan in sorted(
        _plans(stage, homes, begins, stage.today + timedelta(days=1), LIVED_A_DAY * LIVED_DAYS)
    ):
        home = homes[plan.home_index]
        matter = next(one for one in stage.pack.items("demo_matters") if one.code == plan.matter_code)
        chance = Chance(f"recent/{plan.index}")
        life = Life(
            stage, cast_for(stage, home, plan.desk), home, matter, _words(matter, home, chance), chance
        )
        found.append((plan.at, COURSES[plan.course](life)))
    return [*found, *_standing(stage, homes)]


def _standing(stage: Stage, homes: list[Home]) -> Iterator[tuple[datetime, Course]]:
    """The matters that are half-way now."""
    chance = Chance("standing")
    for name, kind, hours in STANDING:
        home, matter = chance.pick(homes), _matter(stage, kind, stage.today, chance)
        cast = cast_for(stage, home, chance.pick(stage.holding("receptionist")))
        life = Life(stage, cast, home, matter, _words(matter, home, chance), chance)
        begun = clock.now() - timedelta(hours=hours, minutes=chance.between(0, 50))
        yield last_awake(begun), COURSES[name](life)
