"""A pack from what is in force: a unit's own positions, sheets, duties and values, or an applied pack as it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Unit
from zhize.kernel.packs import loader, sections, writing
from zhize.kernel.packs.models import PackPlacement, PackRelease
from zhize.kernel.packs.sections import Exporting
from zhize.lib.text import Text


@dataclass
class Exported:
    """What was written, and what could not be said in a pack, in words."""

    root: Path
    files: list[Path] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def export_unit(*, actor: Actor, unit: Unit, out: Path) -> Exported:
    """Write what is in force in a unit as one pack into `out`: all packs placed there, with the unit's own changes.

    Samples and walks are left out, packs that were included are written in full. Raises Refused, and Invalid when no
    pack stands in the unit or `out` is not empty.
    """
    access.require(actor, "pack.apply")
    releases = _placed(unit)
    if not releases:
        raise Invalid({"unit": _("这个单位没有应用行业包。")})
    specs = [dict(release.spec) for release in releases]
    exporting = Exporting(unit=unit)
    content: dict[str, list[Mapping[str, Any]]] = {}
    for section in sections.every():
        if section.kind == "sample":
            continue
        listed = [item for spec in specs for item in spec["sections"].get(section.name, [])]
        exporting.items[section.name] = {item["code"]: item for item in listed}
        if section.export is not None:
            listed = list(section.export(exporting))
        if listed:
            content[section.name] = listed
    manifest = _manifest(releases, unit)
    return Exported(out, writing.write(out, manifest, content), exporting.left_out)


def export_pack(*, actor: Actor, code: str, out: Path) -> Exported:
    """Write an applied pack with the site's own values, as it is in force. Raises Refused, Invalid."""
    access.require(actor, "pack.apply")
    release = PackRelease.objects.filter(pack=code, current=True).first()
    if release is None:
        raise Invalid({"pack": _("没有应用这个包。")})
    content = {name: items for name, items in release.spec["sections"].items() if items}
    ordered = {one.name: content[one.name] for one in sections.every() if one.name in content}
    return Exported(out, writing.write(out, _manifest([release], None), ordered))


def _placed(unit: Unit) -> list[PackRelease]:
    packs = PackPlacement.objects.filter(unit=unit).values("pack")
    return list(PackRelease.objects.filter(pack__in=packs, current=True).order_by("pack"))


def _manifest(releases: list[PackRelease], unit: Unit | None) -> dict[str, Any]:
    """The cover. One pack keeps its own, so that an upgrade finds what it seeded; of several it is the unit's."""
    covers = [_shipped(release.pack) for release in releases]
    refs = [ref for cover in covers if cover is not None for ref in cover.refs]
    first = releases[0]
    if len(releases) == 1 or unit is None:
        code, label = first.pack, dict(first.label)
    else:
        code, label = _code_of(unit), {"zh": unit.name, "en": unit.name_en or unit.name}
    said = covers[0].summary if covers[0] is not None and code == first.pack else None
    summary = said or Text(
        f"{label['zh']}现行的岗位、职责和制度", f"Positions, duties and rules in force: {label['en']}"
    )
    made: dict[str, Any] = {
        "code": code,
        "version": first.version,
        "label": label,
        "summary": summary.as_dict(),
    }
    return {**made, "refs": refs} if refs else made


def _shipped(code: str) -> loader.Manifest | None:
    return loader.load(loader.INDUSTRIES / code).manifest if code in loader.shipped() else None


def _code_of(unit: Unit) -> str:
    """A pack code from the unit's: letters, digits and hyphens, a letter first."""
    made = re.sub(r"[^a-z0-9]+", "-", unit.code.lower()).strip("-")
    return f"unit-{made}"[:60]
