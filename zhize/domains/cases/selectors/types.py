"""Case types as the packs in force, or the release a case was opened under, have them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from zhize.domains.cases.kinds import Nature
from zhize.kernel import packs
from zhize.kernel.flow import Machine
from zhize.lib.text import Text


def case_type(code: str, release_id: int | None = None) -> Any:
    """The CaseTypeSpec of this code. Raises NotInPack when no applied pack (or not this release) has it."""
    return packs.live("case_types", code, release=release_id)


def case_types() -> list[Any]:
    """All case types in force, by nature: complaints first, alarms last."""
    order = {code: place for place, code in enumerate(Nature.values)}
    return sorted(packs.listing("case_types"), key=lambda item: order[item.nature])


@lru_cache(maxsize=256)
def machine(code: str, release_id: int) -> Machine:
    """The lifecycle of a case type in a release; releases never change, so it is compiled once."""
    compiled: Machine = case_type(code, release_id).machine()
    return compiled


@lru_cache(maxsize=2000)
def kind_label(code: str, subtype: str, release_id: int) -> Text:
    """Type and subtype by their names in a release; releases never change, so they are put together once."""
    label = type_label(code, release_id)
    if not subtype:
        return label
    second = subtype_label(code, subtype, release_id)
    return Text(f"{label.zh} · {second.zh}", f"{label.en} · {second.en}")


def type_label(code: str, release_id: int | None = None) -> Text:
    """The type's name; the bare code when the type is gone."""
    found = packs.find("case_types", code, release=release_id)
    return found.label if found is not None else Text(code, code)


def subtype_label(code: str, subtype: str, release_id: int | None = None) -> Text:
    """The subtype's name within its type."""
    found = packs.find("case_types", code, release=release_id)
    item = found.subtype_codes().get(subtype) if found is not None else None
    return item.label if item is not None else Text(subtype, subtype)


def object_labels() -> dict[str, Text]:
    """What matters may be about, by code, over all types in force."""
    return {item.code: item.label for spec in case_types() for item in spec.objects}


def cause_label(code: str, cause: str, release_id: int | None = None) -> Text:
    """The cause class's name within its type."""
    found = packs.find("case_types", code, release=release_id)
    item = found.cause_codes().get(cause) if found is not None else None
    return item.label if item is not None else Text(cause, cause)


def tag_label(code: str) -> Text:
    """The tag's name; the bare code when the tag is gone."""
    found = packs.find("tags", code)
    return found.label if found is not None else Text(code, code)


def canned_answers(type_code: str) -> list[Any]:
    """Ready answers that suit the type."""
    return [item for item in packs.listing("canned_answers") if not item.types or type_code in item.types]
