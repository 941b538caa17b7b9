"""Applying a pack, and a site's own values within one."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from pydantic import ValidationError

from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic
from zhize.kernel.org.models import Unit
from zhize.kernel.packs import loader, sections, selectors
from zhize.kernel.packs.applying import Applying, Change
from zhize.kernel.packs.models import PackOverride, PackPlacement, PackRelease
from zhize.kernel.packs.problems import PackRefused, Problem, in_words
from zhize.lib import clock

_LOCK = 7_420_118
"""Advisory lock key: two applies at once would both believe to be the newest release."""


def plan(*, root: Path, actor: Actor, unit: Unit | None = None) -> list[Change]:
    """What applying the pack in `root` would change; nothing is written. PackRefused when it has mistakes."""
    access.require(actor, "pack.apply")
    pack = loader.load_or_refuse(root)
    spec = _with_overrides(pack.code, pack.spec())
    return _plan(pack, spec, actor, unit)


@atomic
def apply(
    *, root: Path, actor: Actor, unit: Unit | None = None, pack: loader.Pack | None = None
) -> tuple[PackRelease, list[Change]]:
    """Make the pack in `root` the one in force and seed it into `unit` and every unit it was seeded into before.

    `pack` is the pack as `loader.load` read it from there, when somebody has it already.
    Applying the same pack again changes nothing and answers an empty list. PackRefused when the pack has mistakes,
    when one of its codes belongs to another applied pack, or when it drops something that is in use.
    """
    access.require(actor, "pack.apply")
    _one_at_a_time()
    if pack is None or pack.problems:
        pack = loader.load_or_refuse(root)
    spec = _with_overrides(pack.code, pack.spec())
    changes = _plan(pack, spec, actor, unit)
    refused = [
        Problem(pack.code, 1, 1, f"{one.section}/{one.code}: {one.detail}")
        for one in changes
        if one.kind == "refuse"
    ]
    if refused:
        raise PackRefused(refused)
    former = _current(pack.code)
    manifest = pack.manifest
    if manifest is None:  # load_or_refuse has refused a folder without one
        raise PackRefused([])
    source = loader.checksum(pack.spec())
    release = _release(pack.code, manifest.version, manifest.label.as_dict(), spec, source, actor)
    done = (
        [change for change in changes if sections.get(change.section).kind == "live"]
        if release != former
        else []
    )
    for place in _places(pack.code, unit):
        done.extend(_seed(pack.code, place, release, spec, _renames(pack), actor))
    return release, done


@atomic
def override(
    *, actor: Actor, pack: str, section: str, code: str, path: Sequence[str | int], value: Any, reason: str
) -> PackRelease:
    """Set the site's own value at an open point of a live item; a new release with it comes into force.

    What was opened under the former release keeps it (CAS-46). Invalid when the point is not open to the site,
    the value does not fit or no reason is given.
    """
    access.require(actor, "pack.override")
    _one_at_a_time()
    current = _current(pack)
    if current is None or sections.get(section).kind != "live":
        raise Invalid({"pack": [_("没有应用这个包，或这一部分不能改。")]})
    if not reason.strip():
        raise Invalid({"reason": [_("请写明修改原因。")]})
    points = dict(selectors.open_points(section, code, current.pk))
    if tuple(path) not in points:
        raise Invalid({"path": [_("这一项不由本单位设定。")]})
    row = PackOverride(
        pack=pack, section=section, code=code, path=list(path), value=value, reason=reason.strip()
    )
    spec = copy.deepcopy(current.spec)
    _set(spec, row)
    _check_values(spec, section)
    row.path_text, row.made_at, row.made_by = ".".join(str(step) for step in path), clock.now(), actor.label
    PackOverride.objects.filter(pack=pack, section=section, code=code, path_text=row.path_text).delete()
    row.save()
    changes = {row.path_text: [history.plain(points[tuple(path)]), value]}
    history.record(actor=actor, verb="pack.overridden", subject=row, changes=changes, note=reason.strip())
    return _release(pack, current.version, current.label, spec, current.source_checksum, actor)


def overrides_as_data(pack: str) -> list[dict[str, Any]]:
    """The site's own values of a pack, ready to be written as YAML."""
    rows = PackOverride.objects.filter(pack=pack)
    names = ("section", "code", "path", "value", "reason")
    return [{name: getattr(row, name) for name in names} for row in rows]


def _plan(pack: loader.Pack, spec: dict[str, Any], actor: Actor, unit: Unit | None) -> list[Change]:
    changes = list(_collisions(pack))
    former = _current(pack.code)
    renames = _renames(pack)
    for section in sections.every():
        if section.kind == "sample":
            continue
        if section.kind == "live":
            applying = _applying(
                section.name, spec, former.spec if former else {}, renames, actor, None, pack.code
            )
            changes.extend(_differences(applying))
            if section.plan is not None:
                changes.extend(section.plan(applying))
            continue
        for place in _places(pack.code, unit):
            before = _seeded(pack.code, place)
            applying = _applying(section.name, spec, before, renames, actor, place, pack.code)
            changes.extend(section.plan(applying) if section.plan is not None else _differences(applying))
    return changes


def _collisions(pack: loader.Pack) -> Iterable[Change]:
    """Codes must be unique over all applied packs; two packs may share what both include from a third."""
    for other in PackRelease.objects.filter(current=True).exclude(pack=pack.code):
        origins = other.spec.get("origins", {})
        for name, entries in pack.entries.items():
            if sections.get(name).kind == "sample":
                continue
            for code, entry in entries.items():
                if code in origins.get(name, {}) and origins[name][code] != entry.pack:
                    detail = _("这个代码已经属于包 {pack}。").format(pack=other.pack)
                    yield Change("refuse", name, code, detail)


def _differences(applying: Applying) -> Iterable[Change]:
    for code, item in applying.items.items():
        before = applying.before(code)
        if before is None:
            yield applying.change("add", code)
        elif before != item:
            yield applying.change("change", code, ", ".join(_changed(before, item)))
    for code in applying.dropped():
        yield applying.change("drop", code)


def _changed(before: Any, after: Any) -> list[str]:
    names = type(after).model_fields
    return [name for name in names if getattr(before, name, None) != getattr(after, name, None)]


def _applying(
    name: str,
    spec: dict[str, Any],
    before: dict[str, Any],
    renames: dict[str, dict[str, str]],
    actor: Actor,
    unit: Unit | None,
    pack: str,
) -> Applying:
    items, former = selectors.parsed(spec, name), selectors.parsed(before, name)
    return Applying(actor, name, unit, items, former, renames.get(name, {}), pack)


def _seed(
    pack: str,
    unit: Unit,
    release: PackRelease,
    spec: dict[str, Any],
    renames: dict[str, dict[str, str]],
    actor: Actor,
) -> list[Change]:
    before = _seeded(pack, unit)
    done: list[Change] = []
    for section in sections.every():
        if section.kind == "seed" and section.apply is not None:
            applying = _applying(section.name, spec, before, renames, actor, unit, pack)
            done.extend(section.apply(applying))
    placement = PackPlacement.objects.filter(pack=pack, unit=unit).first()
    if placement is None or placement.release_id != release.pk:
        placement = placement or PackPlacement(pack=pack, unit=unit)
        placement.release = release
        placement.save()
        history.record(
            actor=actor, verb="pack.placed", subject=placement, unit=unit, data={"release": str(release)}
        )
    return done


def _release(
    pack: str, version: str, label: dict[str, str], spec: dict[str, Any], source: str, actor: Actor
) -> PackRelease:
    former = _current(pack)
    total = loader.checksum(spec)
    if former is not None and former.checksum == total and former.version == version:
        return former
    if former is not None:
        former.current = False
        former.save(update_fields=["current"])
    release = PackRelease.objects.create(
        pack=pack,
        version=version,
        number=former.number + 1 if former else 1,
        label=label,
        checksum=total,
        source_checksum=source,
        spec=spec,
        applied_at=clock.now(),
        applied_by=actor.label,
    )
    marks = [former] if former is not None else []
    history.record(actor=actor, verb="pack.applied", subject=release, data={"version": version}, marks=marks)
    return release


def _current(pack: str) -> PackRelease | None:
    return PackRelease.objects.filter(pack=pack, current=True).first()


def _seeded(pack: str, unit: Unit) -> dict[str, Any]:
    placement = PackPlacement.objects.filter(pack=pack, unit=unit).select_related("release").first()
    return dict(placement.release.spec) if placement else {}


def _places(pack: str, unit: Unit | None) -> list[Unit]:
    places = [placement.unit for placement in PackPlacement.objects.filter(pack=pack).select_related("unit")]
    return places if unit is None or unit in places else [*places, unit]


def _renames(pack: loader.Pack) -> dict[str, dict[str, str]]:
    return pack.manifest.renames if pack.manifest else {}


def _with_overrides(pack: str, spec: dict[str, Any]) -> dict[str, Any]:
    """The spec with the site's own values; one whose point has gone is left out (the row stays for the record)."""
    merged = copy.deepcopy(spec)
    for row in PackOverride.objects.filter(pack=pack):
        try:
            _set(merged, row)
        except (LookupError, TypeError):
            continue
    return merged


def _set(spec: dict[str, Any], row: PackOverride) -> None:
    data: Any = next(item for item in spec["sections"][row.section] if item["code"] == row.code)
    *steps, last = row.path
    for step in steps:
        data = data[step]
    data[last] = row.value


def _check_values(spec: dict[str, Any], section: str) -> None:
    try:
        selectors.parsed(copy.deepcopy(spec), section)
    except ValidationError as error:
        raise Invalid({"value": [in_words(one) for one in error.errors(include_url=False)]}) from None


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
