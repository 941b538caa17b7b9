"""The last weeks of recurring duties: done, done late, handed back, excused and missed, so that coverage has a past."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from zhize.desk.demo.randomness import Chance
from zhize.desk.demo.services.lives import Course, awake
from zhize.desk.demo.services.stage import ZONE, Stage, local
from zhize.domains.duties import papers, tallies
from zhize.domains.duties import services as duties
from zhize.domains.duties.capabilities import SCHEDULE
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import coverage
from zhize.domains.reports import selectors as periods
from zhize.domains.reports import services as reports
from zhize.domains.visits import services as visits
from zhize.domains.visits.models import HomeState, SamplePlan
from zhize.kernel import access, packs
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError
from zhize.kernel.forms import FieldSpec
from zhize.lib import clock

WEEKS = 4
# Of a hundred: what became of a duty. The rest was done in time.
LATE, MISSED, EXCUSED, RETURNED = 6, 4, 2, 4
WORDS = (
    "逐项核对，情况正常。",
    "已完成，无异常。",
    "发现两处小问题，已当场处理。",
    "资料齐全，已归档。",
    "已与相关人员沟通确认。",
)
WHY_EXCUSED = ("当天参加消防演练，部门经理同意免办。", "系统停机维护，改为次日一并处理。")
WHY_FAILED = (
    "当天人手不足，先处理了紧急报修，事后已补办。",
    "等工程部的结果，晚了一步。",
    "客户一直联系不上，第二天才打通。",
    "系统停电两小时，恢复后补办。",
    "交接时漏看了这一项，已提醒本班。",
)
EXPLAINED, LOOKED_BACK = 60, timedelta(days=21)
"""Of a hundred failures of these last days so many have a reason; the others wait for one, as they would."""
WHY_RETURNED = ("数量与台账对不上，请核对后重交。", "缺少签字，请补齐。")
# The smallest picture there is, for papers that ask for a drawn signature: the paper itself was photographed.
PAPER = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415478da63f8ffff3f0005fe02fe"
    "a7355bc90000000049454e44ae426082"
)


def courses(stage: Stage) -> list[tuple[datetime, Course]]:
    """Take the duties over four weeks ago, and live what became of each slot since. Times are UTC."""
    begin = local(stage.today - timedelta(days=stage.today.weekday() + 7 * WEEKS), 8)
    actor = access.system(SCHEDULE, channel="cli")
    # The second centre begins today: nobody there is made up to have done anything.
    duties.begin_now(actor=actor)
    duties.begin_now(actor=actor, now=begin, unit=stage.units["centre"])
    with clock.simulating(begin):
        duties.schedule(actor=actor, ahead_days=7 * WEEKS + 14)
    found = [(at, _life(stage, row, at)) for row, at in _planned(stage, begin)]
    days = (stage.today - begin.date()).days
    return [*found, *((local(begin.date() + timedelta(days=n), 23, 30), _night()) for n in range(days))]


def _planned(stage: Stage, begin: datetime) -> Iterator[tuple[Obligation, datetime]]:
    """What was due since then, each with the moment at which somebody sat down to it."""
    rows = Obligation.objects.filter(slot__isnull=False, due_at__gt=begin, due_at__lt=clock.now())
    for row in rows.filter(unit__path__startswith=stage.units["centre"].path or "?").order_by("due_at", "pk"):
        if row.due_at is None or row.evidence_spec.get("kind") == "fact":
            continue
        chance = _chance(row)
        opened = max(row.not_before_at or row.opened_at, begin)
        lived = (row.due_at - opened) * (chance.between(52, 72) / 100)
        yield row, _signable(row, awake(opened + lived), chance)


def _signable(row: Obligation, at: datetime, chance: Chance) -> datetime:
    """The moment itself; of a report whose period goes on then, the afternoon of the day from which it can be signed."""
    if row.evidence_spec.get("kind") != "report":
        return at
    _span, day = periods.span_owed(row)
    return at if at.astimezone(ZONE).date() >= day else local(day, 14, chance.between(0, 59))


def _chance(row: Obligation) -> Chance:
    return Chance(f"duty/{row.duty.code if row.duty else ''}/{row.position_id}/{row.slot:%Y%m%d%H%M}")


def _life(stage: Stage, row: Obligation, at: datetime) -> Course:
    """One slot from the moment somebody sits down to it."""
    chance = _chance(row)
    owner = _owner(stage, row, chance)
    fate = chance.between(1, 100)
    if owner is None or fate <= MISSED:
        return
    yield 1
    if fate <= MISSED + EXCUSED:
        boss = stage.actor("liuqiang")
        _try(duties.excuse, actor=boss, obligation=_now(row), reason=chance.pick(WHY_EXCUSED))
        return
    if fate <= MISSED + EXCUSED + LATE and row.due_at is not None:
        yield int((row.due_at - at).total_seconds() // 60) + chance.between(20, 200)
    _do(owner, row, chance)
    if not _is(row, "submitted"):
        return
    receiver = _receiver(stage, row)
    yield chance.between(60, 180)
    if receiver is None:
        return
    if fate > 100 - RETURNED and row.evidence_spec.get("kind") != "report":
        _try(duties.give_back, actor=receiver, obligation=_now(row), reason=chance.pick(WHY_RETURNED))
        yield chance.between(60, 240)
        _do(owner, row, chance)
        yield chance.between(30, 90)
    if _is(row, "submitted"):
        _try(duties.accept, actor=receiver, obligation=_now(row))


def _night() -> Course:
    """What nobody did until its grace had passed is missed."""
    duties.miss_due(actor=access.system(SCHEDULE, channel="cli"))
    yield 1


def reasons() -> None:
    """Why it was late or missed, by who owed it or the supervisor."""
    now = clock.now()
    rows = Obligation.objects.select_related("unit", "holder", "position", "duty", "duty_version", "clock")
    for row in rows.filter(coverage.failed(now), due_at__gt=now - LOOKED_BACK).order_by("due_at", "pk"):
        chance = Chance(f"why/{row.name.zh}/{row.due_at:%Y%m%d%H%M}")
        if row.holder is not None and chance.between(1, 100) <= EXPLAINED:
            by = access.for_person(row.holder, channel="web")
            _try(duties.explain_failure, actor=by, obligation=row, reason=chance.pick(WHY_FAILED))


def _now(row: Obligation) -> Obligation:
    rows = Obligation.objects.select_related("unit", "holder", "position", "duty", "duty_version", "clock")
    return rows.get(pk=row.pk)


def _is(row: Obligation, state: str) -> bool:
    return Obligation.objects.filter(pk=row.pk, state=state).exists()


def _try(act: Callable[..., Any], **given: Any) -> None:
    """A duty that cannot be done just then (it ended by itself, it is not yet its hour) stays as it is."""
    with suppress(DomainError), transaction.atomic():
        act(**given)


def _owner(stage: Stage, row: Obligation, chance: Chance) -> Actor | None:
    if row.holder is not None:
        return stage.actor_of(row.holder)
    logins = stage.holding(row.position.code) if row.position is not None else []
    return stage.actor(chance.pick(logins)) if logins else None


def _receiver(stage: Stage, row: Obligation) -> Actor | None:
    logins = stage.holding(row.acceptor_position.code) if row.acceptor_position is not None else []
    return stage.actor(logins[0]) if logins else None


def _do(owner: Actor, row: Obligation, chance: Chance) -> None:
    kind = row.evidence_spec.get("kind")
    if kind == "report":
        _try(_report, owner=owner, row=row, chance=chance)
        return
    if tallies.of(row) is not None:
        _try(_visits, owner=owner, row=row, chance=chance)
        return
    given: dict[str, Any] = {"note": chance.pick(WORDS)}
    if kind == "count":
        given["count"] = row.quota
    elif kind == "form":
        given |= _papers(row, chance)
    elif kind in {"file", "signature"}:
        given["file"] = SimpleUploadedFile(f"{row.name.zh}.png", PAPER, "image/png")
    _try(duties.hand_in, actor=owner, obligation=_now(row), **given)


def _visits(*, owner: Actor, row: Obligation, chance: Chance) -> None:
    """Visit the homes of the holder's plan of the period, drawn where it is not yet: the plan counts them."""
    code = row.duty.code if row.duty is not None else ""
    sample = next(spec for spec in packs.listing("samples") if spec.duty == code)
    plan = SamplePlan.objects.filter(obligation=row).first() or visits.draw(
        actor=owner,
        sample=sample.code,
        unit=row.unit,
        holder=row.slot_holder if sample.own_areas else None,
        day=clock.today(row.unit.timezone),
    )
    for home in plan.homes.filter(stage=HomeState.PLANNED):
        visits.visit(actor=owner, home=home, means="door", satisfaction=chance.between(3, 5))


def _papers(row: Obligation, chance: Chance) -> dict[str, Any]:
    """The forms filled in; where one asks for a signature the paper itself was photographed."""
    found = [options[0] for options in papers.offered(row).values()]
    if not found or _asks_for_more(found):
        return {"file": SimpleUploadedFile(f"{row.name.zh}.png", PAPER, "image/png")}
    today = clock.today(row.unit.timezone)
    return {
        "answers": {
            paper.form.code: {
                field.code: answer
                for field in paper.form.fields
                if (answer := _answer(field, row, chance, today.isoformat())) is not None
            }
            for paper in found
        }
    }


def _asks_for_more(found: list[papers.Paper]) -> bool:
    """Whether something has to be drawn or photographed."""
    fields = [field for paper in found for field in paper.form.fields]
    return any(field.type in {"signature", "file"} and field.required for field in fields)


def _answer(field: FieldSpec, row: Obligation, chance: Chance, today: str) -> Any:
    """What somebody would write, as the form takes it; nothing where nothing has to be said."""
    if not field.required and not field.required_if:
        return None
    number = max(int(field.min or 0), min(int(field.max or 24), chance.between(2, 24)))
    return {
        "text": "各班组",
        "paragraph": chance.pick(WORDS),
        "integer": number,
        "decimal": str(number),
        "money": f"{number}.00",
        "date": today,
        "datetime": clock.now().isoformat(),
        "time": "10:00",
        "choice": field.choices[0].code if field.choices else None,
        "multichoice": [field.choices[0].code] if field.choices else None,
        "boolean": True,
        "rating": field.max or 5,
        "phone": "13900000000",
        "person": row.holder_id,
    }.get(field.type)


def _report(*, owner: Actor, row: Obligation, chance: Chance) -> None:
    """Draw the report up, write its texts, issue it: that is the evidence."""
    code = str(row.evidence_spec.get("report"))
    span, _day = periods.span_owed(row)
    draft = reports.open_draft(actor=owner, code=code, unit=row.unit, day=span.first)
    for block in draft.spec.blocks:
        if block.block == "text" and block.required:
            draft = reports.write_text(actor=owner, report=draft, key=block.key, text=chance.pick(WORDS))
    reports.issue(actor=owner, report=draft)
