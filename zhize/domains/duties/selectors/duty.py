"""One duty: who owes it, what it carries out, its versions and what each changed, how it was kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.domains.duties import people, wording
from zhize.domains.duties.models import Duty, DutyVersion, Obligation
from zhize.domains.duties.selectors import coverage
from zhize.domains.duties.services import ending, points
from zhize.domains.duties.services import library as declared
from zhize.kernel.access import Actor
from zhize.kernel.org.models import Clause, Position
from zhize.lib import clock
from zhize.lib.text import Text


def places(duty: Duty) -> list[Position]:
    """The positions that owe the duty: of its code, in its unit and below."""
    rows = Position.objects.filter(
        code=duty.position_code, active=True, unit__active=True, unit__path__startswith=duty.unit.path or "?"
    )
    return list(rows.select_related("unit").order_by("unit__path", "pk"))


def clauses(duty: Duty) -> list[Clause]:
    """The sentences it carries out, in printed order; also those that were taken out of their sheet."""
    rows = Clause.objects.filter(duties__duty=duty).select_related("position__unit")
    return list(rows.order_by("-active", "position", "order", "pk"))


def clauses_to_link(duty: Duty) -> models.QuerySet[Clause]:
    """The sentences of the duty's own position, which it could carry out."""
    rows = Clause.objects.filter(
        active=True,
        position__code=duty.position_code,
        position__active=True,
        position__unit__path__startswith=duty.unit.path or "?",
    )
    return rows.select_related("position__unit").order_by("position", "order", "pk")


def names_of_positions(codes: Iterable[str]) -> dict[str, Text]:
    """Position codes in words. One query."""
    wanted = {code for code in codes if code}
    rows = Position.objects.filter(code__in=wanted).order_by("-active", "unit__path", "pk")
    found: dict[str, Text] = {}
    for row in rows:
        found.setdefault(row.code, Text(row.name, row.name_en or row.name))
    return found


def receivers(unit_path: str) -> dict[str, Text]:
    """Codes and names of the positions in a unit, below and above it, that could receive what is done there."""
    found: dict[str, Text] = {}
    for row in points.positions_about(unit_path).order_by("unit__path", "pk"):
        found.setdefault(row.code, Text(row.name, row.name_en or row.name))
    return found


@dataclass(frozen=True)
class Change:
    """One point that differs between two versions."""

    label: Any
    before: Text
    after: Text


@dataclass(frozen=True)
class Edition:
    """A version with what it changed of the one before; `since` and `until` are when it was in force."""

    version: DutyVersion
    changes: tuple[Change, ...]
    until: datetime | None


def editions(duty: Duty) -> list[Edition]:
    """All versions, newest first, each with its differences to the one before. Two queries."""
    rows = list(duty.versions.order_by("number"))
    names = names_of_positions(code for row in rows for code in codes_of(row))
    found = []
    for index, row in enumerate(rows):
        before = rows[index - 1] if index else None
        until = rows[index + 1].made_at if index + 1 < len(rows) else None
        changes = differences(duty.kind, content(before), content(row), names) if before is not None else ()
        found.append(Edition(row, tuple(changes), until))
    return found[::-1]


def codes_in(acceptor: str, ladder: Iterable[Mapping[str, Any]]) -> list[str]:
    """The positions that receiver and ladder name."""
    return [acceptor, *(code for rung in ladder for code in rung.get("positions") or ())]


def codes_of(version: DutyVersion) -> list[str]:
    """The positions that a version names."""
    return [*codes_in(version.acceptor_code, version.ladder), *(version.spec.get("receivers") or ())]


def content(version: DutyVersion) -> dict[str, Any]:
    """What of a version is compared with another."""
    return {
        "title": version.title,
        "rule": version.rule,
        "evidence": version.evidence,
        "acceptor_code": version.acceptor_code,
        "ladder": version.ladder,
        "weight": version.weight,
        **declared.texts_of(version.spec),
    }


LABELS: dict[str, Any] = {
    "title": _("事项"),
    "rule": pgettext_lazy("duty", "规则"),
    "evidence": _("凭证"),
    "acceptor_code": _("接收人"),
    "receivers": _("抄送"),
    "weight": _("权重"),
    "ladder": _("提醒与上报"),
    "place": _("地点"),
    "object": pgettext_lazy("duty", "对象"),
    "method": _("方法与程序"),
    "assumed": _("期限来源"),
}


def differences(
    kind: str, before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[str, Text]
) -> list[Change]:
    """The points in which two contents differ, said in words; `names` of positions by code."""
    found = []
    for point, label in LABELS.items():
        if before.get(point) != after.get(point):
            said = [in_words(kind, point, each.get(point), names) for each in (before, after)]
            found.append(Change(label, *said))
    return found


USUAL = Text("通用：到期前提醒，到期上报上级", "the usual one: a reminder, then the superior")


def in_words(kind: str, point: str, value: Any, names: Mapping[str, Text]) -> Text:
    """The value of one point of a duty, as pages show it."""
    match point:
        case "rule":
            return wording.rule_text(kind, value or {})
        case "evidence":
            return wording.evidence_text(value or {})
        case "acceptor_code":
            return names.get(value, Text(value or "", value or ""))
        case "ladder":
            lines = wording.ladder_text(value or (), names)
            if not lines:
                return USUAL
            return Text("；".join(line.zh for line in lines), "; ".join(line.en for line in lines))
        case "receivers":
            given = [names.get(code, Text(code, code)) for code in value or ()]
            return Text("、".join(each.zh for each in given), ", ".join(each.en for each in given))
        case "assumed":
            return Text("默认", "default") if value else Text("原文写明", "stated in the text")
        case "weight":
            return Text(str(value), str(value))
    return Text.of(value or {})


def one(duty: Duty) -> Duty:
    """The same row with its unit and version read at once."""
    return Duty.objects.select_related("unit", "current").get(pk=duty.pk)


def open_obligations(actor: Actor, duty: Duty) -> models.QuerySet[Obligation]:
    """What is open of the duty and the actor may see, in due order."""
    rows = Obligation.objects.visible_to(actor).filter(duty=duty, ended_at__isnull=True)
    return rows.select_related("unit", "position", "holder").order_by(
        models.F("due_at").asc(nulls_last=True), "pk"
    )


def month(actor: Actor, duty: Duty, at: datetime | None = None) -> coverage.Counters:
    """How the duty was kept in the month of `at` (now), over all that the actor may see of it."""
    rows = Obligation.objects.visible_to(actor).filter(duty=duty)
    return coverage.month_of(lambda: rows, at or clock.now(), duty.unit.timezone, whose=None)


def who(duty: Duty) -> Text:
    """The positions that owe it with those who hold them today: 资料管理员（周敏）."""
    listed = places(duty)
    holding = people.Holding.of(listed)
    said = []
    for place in listed:
        held = list(holding.on(place, clock.today(place.unit.timezone)).values())
        names = Text("、".join(row.name for row in held), ", ".join(row.name_en or row.name for row in held))
        name = Text(place.name, place.name_en or place.name)
        said.append(Text(f"{name.zh}（{names.zh}）", f"{name.en} ({names.en})") if held else name)
    if not said:
        return Text(duty.position_code, duty.position_code)
    return Text("；".join(each.zh for each in said), "; ".join(each.en for each in said))


def before_in_chain(duty: Duty) -> Duty | None:
    """The duty whose fulfilment begins this one; None when it is no link of a chain."""
    code = duty.current.rule.get("after") if duty.current is not None else None
    return Duty.objects.filter(unit_id=duty.unit_id, code=code).first() if code else None


def has_default(duty: Duty) -> bool:
    """Whether the unit set this duty of a pack itself, so that it can go back to what the pack says."""
    return duty.current is not None and duty.current.own and not points.made_by_unit(duty)


def back_to_default(duty: Duty) -> list[Change]:
    """What going back to the pack's default would change."""
    spec = ending.default_of(duty)
    if duty.current is None or spec is None:
        return []
    values = {**declared.content_of(spec), **declared.texts_of(spec)}
    names = names_of_positions(
        [
            *codes_of(duty.current),
            *codes_in(values["acceptor_code"], values["ladder"]),
            *(spec.get("receivers") or ()),
        ]
    )
    return differences(duty.kind, content(duty.current), values, names)
