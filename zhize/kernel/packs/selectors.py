"""Reads of applied packs: the live items of a release, parsed once per process and release."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from zhize.kernel.db import marks
from zhize.kernel.packs import sections
from zhize.kernel.packs.loader import validate
from zhize.kernel.packs.models import PackRelease
from zhize.kernel.packs.specs import OVERRIDE

SpecT = TypeVar("SpecT", bound=BaseModel)


class NotInPack(LookupError):
    """No applied pack (or not this release) has such an item."""


def live(section: str, code: str, release: int | None = None) -> Any:
    """The item as the given release has it; without one, as the packs in force have it. NotInPack otherwise.

    A record that pins its release reads with it and so never changes under its feet.
    """
    for release_id in [release] if release is not None else current_ids():
        found = _section(release_id, section).get(code)
        if found is not None:
            return found
    raise NotInPack(f"{section}/{code}")


def find(section: str, code: str, release: int | None = None) -> Any | None:
    """As `live`, or None."""
    try:
        return live(section, code, release)
    except NotInPack:
        return None


def listing(section: str, release: int | None = None) -> list[Any]:
    """All items of a section in the order in which the packs list them."""
    ids = [release] if release is not None else current_ids()
    return [item for release_id in ids for item in _section(release_id, section).values()]


def release_of(section: str, code: str) -> int:
    """Id of the release in force that has this item: what a new record pins. NotInPack otherwise."""
    for release_id in current_ids():
        if code in _section(release_id, section):
            return release_id
    raise NotInPack(f"{section}/{code}")


def current_ids() -> list[int]:
    """Ids of the releases in force, one per applied pack."""
    return marks.kept("releases", _current_ids)


def _current_ids() -> list[int]:
    return list(PackRelease.objects.filter(current=True).order_by("pack").values_list("pk", flat=True))


def parsed(spec: dict[str, Any], section: str) -> dict[str, Any]:
    """The items of a section of a stored spec, by code."""
    model = sections.get(section).model
    return {data["code"]: _revive(model, data) for data in spec.get("sections", {}).get(section, [])}


@lru_cache(maxsize=400)
def _section(release_id: int, section: str) -> MappingProxyType[str, Any]:
    # A release never changes after it was written, so what was parsed once stays right in every process.
    spec = PackRelease.objects.values_list("spec", flat=True).get(pk=release_id)
    return MappingProxyType(parsed(spec, section))


def forget() -> None:
    """Empty the cache (for tests that undo a release)."""
    _section.cache_clear()


def _revive(model: type[SpecT], data: Any) -> SpecT:
    """Read stored data although the model may have lost keys since: unknown ones are left out."""
    try:
        return validate(model, data)
    except ValidationError as error:
        unknown = [one["loc"] for one in error.errors() if one["type"] == "extra_forbidden"]
        if not unknown:
            raise
        for loc in unknown:
            _remove(data, loc)
        return validate(model, data)


def _remove(data: Any, loc: tuple[int | str, ...]) -> None:
    *steps, last = loc
    for step in steps:
        data = data[step] if not isinstance(data, dict) or step in data else data
    data.pop(last, None)


def open_points(
    section: str, code: str, release: int | None = None
) -> list[tuple[tuple[str | int, ...], Any]]:
    """The points of an item where a site may set its own value, with the value now."""
    return list(_open(live(section, code, release), ()))


def _open(value: Any, path: tuple[str | int, ...]) -> list[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, BaseModel):
        found: list[tuple[tuple[str | int, ...], Any]] = []
        for name, info in type(value).model_fields.items():
            extra = info.json_schema_extra
            inner = getattr(value, name)
            if isinstance(extra, dict) and extra.get(OVERRIDE):
                found.append(((*path, info.alias or name), inner))
            else:
                found.extend(_open(inner, (*path, info.alias or name)))
        return found
    if isinstance(value, tuple):
        return [point for index, part in enumerate(value) for point in _open(part, (*path, index))]
    return []
