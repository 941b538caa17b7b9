"""The library of duties: what each position owes when, what holds by default, and how a duty came to be as it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import wording
from zhize.domains.duties.models import Duty, DutyClause, Obligation
from zhize.domains.duties.selectors import coverage
from zhize.domains.duties.services import points
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Clause, Position
from zhize.lib import clock
from zhize.lib.text import Text

ASSUMED = (
    Q(current__spec__recurring__assumed=True)
    | Q(current__spec__trigger__target__assumed=True)
    | Q(current__spec__chain__target__assumed=True)
)
"""The source of the duty gives no number: its period or limit is a default that the unit may set (§0, D2)."""

WITH_SETTING = {
    "default": ASSUMED & Q(current__own=False),
    "own": Q(current__own=True) & ~Q(current__spec__has_key="made_by_unit"),
    "unit": Q(current__spec__has_key="made_by_unit"),
}
"""Conditions for the words of `setting`."""


def library(actor: Actor, at: datetime | None = None) -> models.QuerySet[Duty]:
    """Every duty the actor may see, ended ones too, with what a list row shows.

    Annotated: `position_name`, `acceptor_name` (each also with `_en`), `clause_count`, and of the month of `at` (now) `month_owed` (done,
    missed or past due) and `month_in_time`, over what the actor may see. Three queries when listed, beside those of
    his reach.
    """
    moment = at or clock.now()
    begin, end = coverage.month_bounds(moment, str(clock.zone()))
    place = Position.objects.filter(
        code=OuterRef("position_code"), unit__path__startswith=OuterRef("unit__path")
    ).order_by("-active", "unit__path", "pk")
    receiver = Position.objects.filter(code=OuterRef("current__acceptor_code")).order_by("-active", "pk")
    month = (
        Obligation.objects.visible_to(actor)
        .filter(duty=OuterRef("pk"), due_at__gte=begin, due_at__lt=end)
        .order_by()
        .values("duty")
    )
    owed = coverage.IN_TIME | coverage.failed(moment)
    rows = Duty.objects.visible_to(actor).select_related("unit", "current")
    return rows.annotate(
        position_name=Subquery(place.values("name")[:1]),
        position_name_en=Subquery(place.values("name_en")[:1]),
        acceptor_name=Subquery(receiver.values("name")[:1]),
        acceptor_name_en=Subquery(receiver.values("name_en")[:1]),
        clause_count=Count("clauses", filter=Q(clauses__clause__active=True), distinct=True),
        month_owed=Subquery(month.annotate(n=Count("pk", filter=owed)).values("n")),
        month_in_time=Subquery(month.annotate(n=Count("pk", filter=coverage.IN_TIME)).values("n")),
    ).prefetch_related(models.Prefetch("clauses", queryset=_links(), to_attr="links"))


def _links() -> models.QuerySet[DutyClause]:
    rows = DutyClause.objects.filter(clause__active=True).select_related("clause")
    return rows.order_by("clause__order", "pk")


def assumed(actor: Actor) -> models.QuerySet[Duty]:
    """Duties in force whose period or limit the source leaves open (DUT-10)."""
    return library(actor).filter(ASSUMED, active=True)


def matching(rows: models.QuerySet[Duty], words: str) -> models.QuerySet[Duty]:
    """Those with each word in their title, code, source or the sentences they carry out."""
    for word in words.split():
        said = DutyClause.objects.filter(clause__text__icontains=word).values("duty")
        rows = rows.filter(
            Q(current__title__zh__icontains=word)
            | Q(current__title__en__icontains=word)
            | Q(code__icontains=word)
            | Q(refs__icontains=word)
            | Q(pk__in=said)
        )
    return rows


def narrowed(
    actor: Actor,
    *,
    q: str = "",
    position: str | None = None,
    kind: str | None = None,
    setting: str | None = None,
    active: bool | None = None,
) -> models.QuerySet[Duty]:
    """The library, narrowed by what the API offers as filters. Raises Invalid for a setting that does not exist."""
    rows = matching(library(actor), q)
    wanted = {"position_code": position, "kind": kind, "active": active}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    if setting is None:
        return rows
    if setting not in WITH_SETTING:
        raise Invalid({"setting": _("没有这种设定。")})
    return rows.filter(WITH_SETTING[setting])


def positions(actor: Actor) -> models.QuerySet[Position]:
    """One position for every code that a visible duty names, for filters."""
    codes = Duty.objects.visible_to(actor).order_by().values("position_code")
    first = (
        Position.objects.filter(code=OuterRef("code"), active=True)
        .order_by("unit__path", "pk")
        .values("pk")[:1]
    )
    rows = Position.objects.filter(code__in=codes, active=True, pk=Subquery(first))
    return rows.order_by("unit__path", "pk")


def unlinked(actor: Actor) -> models.QuerySet[Clause]:
    """Sentences in the actor's sight that nothing carries out and that are no standing standard (DUT-18)."""
    seen = access.visible(actor, Clause).values("pk")
    return coverage.unlinked_clauses("/").filter(pk__in=seen, position__active=True)


def positions_with_open_clauses(actor: Actor) -> models.QuerySet[Position]:
    """The positions of `unlinked`, for its filter."""
    return Position.objects.filter(pk__in=unlinked(actor).order_by().values("position")).order_by(
        "unit__path", "pk"
    )


def setting(duty: Duty) -> tuple[str, Any]:
    """Where what holds comes from: own (the unit set it), unit (the unit made it), default (assumed), given."""
    version = duty.current
    if version is None:
        return "given", ""
    if points.made_by_unit(duty):
        return "unit", _("单位自建")
    if version.own:
        return "own", _("单位自定")
    if points.is_assumed(version.spec):
        return "default", pgettext_lazy("setting", "默认")
    return "given", _("按说明书")


def rule_of_duty(duty: Duty) -> Text:
    """The rule in force, in words."""
    return wording.rule_text(duty.kind, duty.current.rule) if duty.current is not None else Text("")


def positions_to_edit(actor: Actor) -> models.QuerySet[Position]:
    """Active positions of the units in which the actor may maintain duties."""
    within = access.units_within(actor, caps.DUTY_EDIT, "unit")
    rows = Position.objects.filter(within, active=True, unit__active=True)
    return rows.select_related("unit").order_by("unit__path", "pk")


def position_to_edit(actor: Actor, key: str) -> Position | None:
    """The position, if the actor may maintain its duties."""
    return positions_to_edit(actor).filter(pk=int(key)).first() if _is_key(key) else None


def clause_to_carry_out(actor: Actor, key: str) -> Clause | None:
    """The sentence for which the actor may make a duty."""
    rows = Clause.objects.filter(active=True, position__in=positions_to_edit(actor))
    return rows.select_related("position__unit").filter(pk=int(key)).first() if _is_key(key) else None


def _is_key(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 19


def clauses_of(actor: Actor, position: Position | None) -> models.QuerySet[Clause]:
    """The sentences of a position's sheet in printed order; without one, of all whose duties the actor maintains."""
    places = [position] if position is not None else positions_to_edit(actor)
    rows = Clause.objects.filter(position__in=places, active=True).select_related("position__unit")
    return rows.order_by("position__unit__path", "position", "order", "pk")
