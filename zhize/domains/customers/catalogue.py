"""The kinds and grades of customers that the packs in force know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhize.kernel import packs
from zhize.kernel.db import Invalid

if TYPE_CHECKING:
    from zhize.domains.customers.pack import CustomerGrade, CustomerKind
    from zhize.lib.text import Text

KINDS, GRADES = "customer_kinds", "customer_grades"


def kinds() -> list[CustomerKind]:
    """All kinds, in the order of the pack."""
    return packs.listing(KINDS)


def grades() -> list[CustomerGrade]:
    """All grades, the highest first."""
    return sorted(packs.listing(GRADES), key=lambda grade: grade.rank)


def kind(code: str) -> CustomerKind:
    """The kind of this code. Raises Invalid naming the field when no pack knows it."""
    found = packs.find(KINDS, code) if code else None
    if found is None:
        raise Invalid({"kind": [_("没有这个客户类别，请重新选择。")]}, code="customer.unknown_kind")
    return found


def grade(code: str) -> CustomerGrade:
    """The grade of this code. Raises Invalid naming the field when no pack knows it."""
    found = known_grade(code)
    if found is None:
        raise Invalid({"grade": [_("没有这个客户等级，请重新选择。")]}, code="customer.unknown_grade")
    return found


def known_grade(code: str) -> CustomerGrade | None:
    """The grade of this code, None when the packs in force no longer have it."""
    return packs.find(GRADES, code) if code else None


def fallback_kind(among: Iterable[CustomerKind] | None = None) -> CustomerKind:
    """The kind of people who contact us and are in no list: the declared fallback, else the first that asks nothing."""
    listed = list(kinds() if among is None else among)
    for candidate in (*(one for one in listed if one.fallback), *(one for one in listed if not one.asks)):
        return candidate
    raise Invalid({"kind": [_("请选择客户类别。")]}, code="customer.no_fallback_kind")


def spoken(text: Text) -> str:
    """The text in the reader's language."""
    return text.in_language(get_language() or "zh-hans")


def kind_labels() -> dict[str, str]:
    """Label by code, in the reader's language: for lists, in one query."""
    return {one.code: spoken(one.label) for one in kinds()}


def grade_labels() -> dict[str, str]:
    return {one.code: spoken(one.label) for one in grades()}


def kind_by_word(word: str, among: Iterable[CustomerKind] | None = None) -> CustomerKind | None:
    """The kind that an owners' list means by this word: its code, its label or one of its declared words."""
    wanted = word.strip().casefold()
    for one in kinds() if among is None else among:
        if wanted in {
            one.code,
            one.label.zh.casefold(),
            one.label.en.casefold(),
            *(w.casefold() for w in one.words),
        }:
            return one
    return None


def grade_by_word(word: str, among: Iterable[CustomerGrade] | None = None) -> CustomerGrade | None:
    """The grade that an owners' list means by this word: its code or its label, with or without 级."""
    wanted = word.strip().casefold().removesuffix("级")
    for one in grades() if among is None else among:
        if wanted in {one.code, one.label.zh.casefold().removesuffix("级"), one.label.en.casefold()}:
            return one
    return None
