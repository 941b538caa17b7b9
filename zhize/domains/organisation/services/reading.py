"""Publishing texts to be read and signed, and signing them (ORG-14). Who owes a signature, duties follow by the facts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.organisation import capabilities as caps
from zhize.domains.organisation.models import Reading, Signature
from zhize.domains.organisation.selectors import reading as reads
from zhize.kernel import access, calendars, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Refused, atomic, guarded_update, one_at_a_time
from zhize.kernel.org.models import Person, SheetVersion, Unit
from zhize.lib import businesstime, clock

DAYS = 7
"""Calendar days to read and sign in, where nobody says otherwise (TRG-67)."""
# A legal text: kept in the language in which it was published, as the sheet itself.
STATEMENT = "本人已阅读《{title}》第{number}版。本人已完全并正确理解以上文件详细内容，保证尽职尽责执行，达成个人、团队和企业的共同目标。"


def ask_for_sheet(*, actor: Actor, version: SheetVersion, days: int = DAYS) -> Reading:
    """Ask the holders of the position to read and sign the version that was just issued; the one before is replaced."""
    position = version.position
    return _publish(
        actor,
        {"position": position},
        unit=position.unit,
        title=f"{position.name}职位说明书",
        number=version.number,
        days=days,
        position=position,
        sheet=version,
    )


def ask_no_more(*, actor: Actor, version: SheetVersion) -> None:
    """The version that was just issued asks for no signature; nobody signs the one before any more."""
    _replace(actor, {"position": version.position}, version.position.unit, version.number)


@atomic
def publish_document(
    *,
    actor: Actor,
    unit: Unit,
    title: str,
    text: str,
    annexes: Iterable[str] = (),
    days: int = DAYS,
    below: bool = True,
) -> Reading:
    """Publish a document of a unit (部门说明书, 章程) to its members. The same title again is its next version.

    Raises Refused, and Invalid without title or text.
    """
    access.require(actor, caps.SHEET, unit)
    errors: dict[str, Any] = {}
    if not title.strip():
        errors["title"] = _("请填写名称。")
    if not text.strip():
        errors["text"] = _("请填写正文。")
    if errors:
        raise Invalid(errors)
    named = title.strip().strip("《》")
    one_at_a_time("organisation.reading", unit.pk, named)
    last = Reading.objects.filter(unit=unit, position__isnull=True, title=named).order_by("-number").first()
    return _publish(
        actor,
        {"position__isnull": True, "title": named},
        unit=unit,
        title=named,
        number=last.number + 1 if last is not None else 1,
        days=days,
        text=text.strip(),
        annexes=[line.strip() for line in annexes if line.strip()],
        below=below,
    )


def _publish(
    actor: Actor, same: dict[str, Any], *, unit: Unit, title: str, number: int, days: int, **more: Any
) -> Reading:
    if days < 1:
        raise Invalid({"days": _("至少要给一天。")})
    now = clock.now()
    _replace(actor, same, unit, number)
    row = Reading(
        unit=unit,
        title=title[:120],
        number=number,
        days=days,
        statement=STATEMENT.format(title=title, number=number),
        published_at=now,
        published_by=actor.label[:120],
        **more,
    )
    row.due_on = _due_on(row)
    row.save()
    also = [row.position] if row.position is not None else [unit]
    told = {"title": row.title, "number": number, "days": days}
    history.record(actor=actor, verb="reading.asked", subject=row, unit=unit, data=told, also=also)
    return row


def _due_on(row: Reading) -> date:
    """The day on which those who are asked at once owe their signature, as their obligations do."""
    calendar = calendars.for_unit(row.unit)
    due = businesstime.due(businesstime.parse_target(row.target), row.published_at, calendar).at
    return calendar.local_date(due or row.published_at)


def _replace(actor: Actor, same: dict[str, Any], unit: Unit, number: int) -> None:
    for former in Reading.objects.filter(unit=unit, replaced_at__isnull=True, **same):
        guarded_update(former, replaced_at=clock.now())
        history.record(
            actor=actor, verb="reading.replaced", subject=former, unit=unit, data={"number": number}
        )


@atomic
def sign(*, actor: Actor, reading: Reading, name: str) -> Signature:
    """A reader signs with his name that he has read the text. Signing twice keeps the first signature.

    Raises Refused for somebody who is not asked, Invalid for another name than his own and for a text that a newer
    version has replaced.
    """
    person = Person.objects.filter(pk=actor.person_id or 0).first()
    if person is None or not reads.is_reader(reading, person):
        raise Refused(_("这份文件不要求您签署。"), code="refused.reading")
    one_at_a_time("organisation.signature", reading.pk, person.pk)
    there = Signature.objects.filter(reading=reading, person=person).first()
    if there is not None:
        return there
    if reading.replaced_at is not None:
        raise Invalid({"": _("这份文件已有新版本，请签署新版本。")})
    if _plain(name) not in {_plain(person.name), _plain(person.name_en)} - {""}:
        raise Invalid({"name": _("请签本人的姓名。")})
    row = Signature.objects.create(
        reading=reading, person=person, name=" ".join(name.split()), signed_at=clock.now()
    )
    also = [reading.position] if reading.position is not None else []
    told = {"title": reading.title, "number": reading.number, "who": person.name}
    history.record(
        actor=actor, verb="reading.signed", subject=reading, unit=reading.unit, data=told, also=also
    )
    return row


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
