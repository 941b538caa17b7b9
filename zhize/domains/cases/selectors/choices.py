"""What forms offer to choose from."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from zhize.domains.cases.kinds import Nature, Outcome, Severity
from zhize.domains.cases.models import Case
from zhize.domains.cases.selectors import types
from zhize.domains.organisation.selectors import choosable
from zhize.kernel import access, packs
from zhize.kernel.flow import OPEN
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Unit
from zhize.lib.text import Text


def said(text: Text) -> str:
    """A bilingual text in the reader's language."""
    return text.in_language(get_language() or "zh-hans")


def _with_load(people: QuerySet[Person]) -> QuerySet[Person]:
    open_cases = Count("owned_cases", filter=Q(owned_cases__category__in=OPEN), distinct=True)
    return people.annotate(load=open_cases).order_by("load", "employee_no")


def assignable(unit: Unit) -> QuerySet[Person]:
    """People a case of the unit may be given to: all of its tree, least loaded first."""
    return _with_load(org.people_of(org.surroundings(unit)))


def everybody() -> QuerySet[Person]:
    """All active people, least loaded first."""
    return _with_load(Person.objects.filter(active=True))


def owners(request: Any) -> QuerySet[Person]:
    """Whom a list of cases is narrowed by: whom the reader may see, and who has a case that he may see (ORG-31)."""
    if request is None:
        return Person.objects.none()
    seen = access.visible(request.actor, Case).filter(owner=OuterRef("pk"))
    return Person.objects.filter(Q(pk__in=choosable.people(request).values("pk")) | Exists(seen.order_by()))


def people_near(unit: Unit) -> QuerySet[Person]:
    """People of the unit's tree."""
    return org.people_of(org.surroundings(unit))


def units_near(unit: Unit) -> QuerySet[Unit]:
    """The unit, what is below it, and the departments beside it."""
    return Unit.objects.filter(path__startswith=org.surroundings(unit).path or "?", active=True)


def involved(spec: Any) -> list[tuple[str, Any]]:
    """What a matter of this type may be about."""
    return [(item.code, said(item.label)) for item in spec.objects]


def subtypes(spec: Any) -> list[tuple[str, Any]]:
    """Subtypes of a case type, children under their parent."""
    found: list[tuple[str, Any]] = []
    for item in spec.subtypes:
        if item.children:
            found.extend((child.code, f"{said(item.label)} / {said(child.label)}") for child in item.children)
        else:
            found.append((item.code, said(item.label)))
    return found


def severities(spec: Any) -> list[tuple[str, Any]]:
    """The levels a case type knows."""
    return [(code, Severity(code).label) for code in spec.severities]


def outcomes(nature: str) -> list[tuple[str, Any]]:
    """How a case of this nature can end by hand."""
    if nature == Nature.SUGGESTION:
        codes = [Outcome.ADOPTED, Outcome.NOT_ADOPTED, Outcome.EXPLAINED]
    else:
        codes = [Outcome.SOLVED, Outcome.EXPLAINED, Outcome.UNFOUNDED, Outcome.DECLINED]
    return [(code.value, code.label) for code in codes]


def tags() -> list[tuple[str, str]]:
    """The tags in force."""
    return [(item.code, said(item.label)) for item in packs.listing("tags")]


def type_choices() -> list[tuple[str, str]]:
    """The case types in force."""
    return [(item.code, said(item.label)) for item in types.case_types()]


def causes(spec: Any) -> list[tuple[str, str]]:
    """The cause classes of a case type."""
    return [(code, said(item.label)) for code, item in spec.cause_codes().items()]
