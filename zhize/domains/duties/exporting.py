"""The duties of a unit as items of a pack, with what the unit set itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from zhize.domains.duties.models import Duty, DutyClause, DutyVersion
from zhize.domains.duties.services import library, points
from zhize.kernel.packs.sections import Exporting

PARTS = ("recurring", "trigger", "chain", "standing")


def duties(exporting: Exporting) -> Iterator[dict[str, Any]]:
    """The duties in force in the unit, in the order of the packs, its own ones last. Two queries."""
    links: dict[int, list[str]] = defaultdict(list)
    rows = DutyClause.objects.filter(
        duty__unit=exporting.unit, clause__active=True, clause__position__active=True
    )
    for pk, position, code in rows.order_by("clause__order", "pk").values_list(
        "duty_id", "clause__position__code", "clause__code"
    ):
        links[pk].append(f"{position}/{code}")
    order = list(exporting.items["duties"])
    found = Duty.objects.filter(unit=exporting.unit, active=True, current__isnull=False)
    for duty in sorted(
        found.select_related("current").order_by("pk"),
        key=lambda duty: order.index(duty.code) if duty.code in order else len(order),
    ):
        # A position below may bear the code of the duty's more than once; the sentence is one.
        own = [name.partition("/")[2] for name in links[duty.pk] if name.startswith(f"{duty.position_code}/")]
        clauses = list(dict.fromkeys(own))
        if duty.current is None or not clauses:
            exporting.left_out.append(
                _("职责 {name}（{code}）：没有落实岗位说明书的哪一句，写不进包里。").format(
                    name=duty, code=duty.code
                )
            )
            continue
        yield declared(duty.current, clauses)


def declared(version: DutyVersion, clauses: list[str]) -> dict[str, Any]:
    """The declaration that makes this version; what was not changed stays as its pack wrote it."""
    # That the unit made it itself is no word of packs: in the pack that is written it is a duty like the others.
    item = {
        key: value
        for key, value in version.spec.items()
        if value not in ([], (), None) and key != "made_by_unit"
    }
    applied = library.content_of(version.spec)
    part = next((name for name in PARTS if version.spec.get(name) is not None), "recurring")
    if set(clauses) != set(item.get("clauses", ())):
        item["clauses"] = clauses
    if version.rule != applied["rule"]:
        item[part] = dict(version.rule)
        # That the text names no limit stays true of the limit that the unit set.
        if version.rule.get("target") and points.is_assumed(version.spec):
            item[part]["target"] = {**version.rule["target"], "assumed": True}
    for name in ("title", "evidence", "ladder", "weight"):
        if getattr(version, name) != applied[name]:
            item[name] = getattr(version, name)
    if version.acceptor_code != applied["acceptor_code"]:
        item["acceptor"] = version.acceptor_code or None
    if not item.get("acceptor"):
        item.pop("acceptor", None)
    return item
