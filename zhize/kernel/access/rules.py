"""One policy per model: the same statement gives the list filter and the answer for a single row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import DataError, models
from django.db.models import Exists, OuterRef, Q

from zhize.kernel.access.actor import Actor, Reach
from zhize.kernel.access.capabilities import known
from zhize.kernel.access.models import Scope
from zhize.kernel.db import statements
from zhize.kernel.db.errors import NotFound, Refused
from zhize.kernel.db.known import KnownQuerySet
from zhize.kernel.org.models import Unit

M = TypeVar("M", bound=models.Model)

NOTHING = Q(pk__in=[])


class Policy(Generic[M]):
    """Who may do what to which rows of a model.

    `unit` is the lookup path to the row's unit, `people` are lookup paths to people named on the row (many-valued
    ones allowed), `customer` is the path to the customer whose row it is. No grant means no row.
    Override `restrict` to take rows away, `also` to add rows for an actor beside the scopes.
    """

    model: ClassVar[Any]
    view: ClassVar[str]
    unit: ClassVar[str | None] = None
    people: ClassVar[tuple[str, ...]] = ()
    customer: ClassVar[str | None] = None

    def filter(self, actor: Actor, capability: str | None = None) -> Q:
        """The rows on which `actor` may use `capability` (seeing them, by default)."""
        wanted = capability or self.view
        reaches = actor.scopes(wanted)
        if not reaches:
            return NOTHING
        if any(reach.scope == Scope.ALL for reach in reaches):
            return Q() & self.restrict(actor, wanted)
        # The row's own columns first: where they decide, PostgreSQL does not ask what else might.
        rows = NOTHING
        for reach in reaches:
            rows |= self._reached(actor, reach)
        return (rows | self.also(actor, wanted)) & self.restrict(actor, wanted)

    def restrict(self, actor: Actor, capability: str) -> Q:
        """Rows that stay after every grant; everything by default."""
        return Q()

    def also(self, actor: Actor, capability: str) -> Q:
        """Rows reached beside the scopes, for those who hold the capability at all; none by default."""
        return NOTHING

    def _reached(self, actor: Actor, reach: Reach) -> Q:
        if actor.kind == "customer":
            return Q(**{self.customer: actor.customer_id}) if self.customer and actor.customer_id else NOTHING
        named = self._named([actor.person_id] if actor.person_id else [])
        if reach.scope == Scope.OWN:
            return named
        if reach.scope == Scope.TEAM:
            return self._named(actor.team_ids)
        if self.unit is None:
            # What belongs to people and to no unit stays with them. Not an empty Q: `nothing OR empty` would stay nothing.
            return named if self.people else Q(pk__isnull=False)
        if reach.scope == Scope.UNIT:
            return Q(**{self.unit: reach.unit_id}) | named
        return Q(**{f"{self.unit}__in": _subtree(reach.unit_path)}) | named

    def _named(self, people: Iterable[int]) -> Q:
        ids = list(people)
        rows = NOTHING
        for path in sorted(self.people, key=lambda path: "__" in path):
            if "__" in path:
                # A many-valued path is asked for in a subquery, so that a row never comes twice. It asks about this
                # row, not for all of theirs: there may be a million.
                matching = self.model._default_manager.filter(**{f"{path}__in": ids}, pk=OuterRef("pk"))
                rows |= Q(Exists(matching))
            else:
                rows |= Q(**{f"{path}__in": ids})
        return rows if ids else NOTHING

    def allows(self, actor: Actor, capability: str, row: M) -> bool:
        """Whether `actor` may use `capability` on this row.

        What the row's own columns already prove needs no query; whatever they leave open is asked of the database
        with the same statement that filters lists.
        """
        reaches = actor.scopes(capability)
        if not reaches:
            return False
        if type(self).restrict is Policy.restrict and any(
            self._evident(actor, reach, row) for reach in reaches
        ):
            return True
        return bool(self.model._default_manager.filter(self.filter(actor, capability), pk=row.pk).exists())

    def _evident(self, actor: Actor, reach: Reach, row: M) -> bool:
        """Whether the columns of a saved row prove that this grant reaches it. False proves nothing."""
        if row.pk is None or type(self).filter is not Policy.filter:
            return False
        if actor.kind == "customer":
            return bool(
                self.customer and actor.customer_id and _column(row, self.customer) == actor.customer_id
            )
        if reach.scope == Scope.ALL:
            return True
        own = [_column(row, path) for path in self.people if "__" not in path]
        if actor.person_id is not None and actor.person_id in own:
            return True
        if reach.scope == Scope.TEAM:
            return any(person in actor.team_ids for person in own if person is not None)
        if reach.scope in {Scope.UNIT, Scope.SUBTREE} and self.unit is not None and "__" not in self.unit:
            return bool(_column(row, self.unit) == reach.unit_id)
        return False


def _column(row: models.Model, path: str) -> Any:
    """The key in a foreign key's column, without loading the row it points to."""
    return getattr(row, f"{path}_id", None) if path != "pk" else row.pk


def _subtree(path: str) -> Any:
    return Unit.objects.filter(path__startswith=path).values("pk")


_policies: dict[type[models.Model], Policy[Any]] = {}

P = TypeVar("P", bound=type[Policy[Any]])


def policy(cls: P) -> P:
    """Register the policy of `cls.model`."""
    if cls.model in _policies:
        raise ValueError(f"{cls.model.__name__} has two policies")
    known(cls.view)
    _policies[cls.model] = cls()
    return cls


def policy_of(model: type[models.Model]) -> Policy[Any]:
    """The policy of a model. Raises LookupError: a model without a policy is seen by nobody."""
    for candidate in model.__mro__:
        if candidate in _policies:
            return _policies[candidate]
    raise LookupError(f"{model.__name__} has no policy")


def models_with_policy() -> list[type[models.Model]]:
    return list(_policies)


class ScopedQuerySet(KnownQuerySet[M]):
    """A queryset that can be narrowed to what an actor may see."""

    def visible_to(self, actor: Actor, capability: str | None = None) -> ScopedQuerySet[M]:
        """Rows on which the actor may use the capability (the model's view capability by default)."""
        return self.filter(policy_of(self.model).filter(actor, capability))


ScopedManager = models.Manager.from_queryset(ScopedQuerySet)


def visible(actor: Actor, model: type[M], capability: str | None = None) -> models.QuerySet[M]:
    """Rows of a model that stands below this package (units, people, positions), as far as the actor may see them."""
    return model._default_manager.filter(policy_of(model).filter(actor, capability))


def units_within(actor: Actor, capability: str, path: str = "", *, own: bool = False) -> Q:
    """The units that grants of the capability reach as units, as a condition on units (ORG-31).

    With `path` a condition on rows whose unit stands there. A grant on one's own or the team's rows reaches no unit;
    with `own` that of the position it comes from, for making new rows there.
    """
    at = f"{path}__" if path else ""
    found = NOTHING
    for reach in actor.scopes(capability):
        if reach.scope == Scope.ALL:
            return Q(**{f"{at}pk__isnull": False})
        if reach.scope == Scope.SUBTREE:
            found |= Q(**{f"{at}path__startswith": reach.unit_path})
        elif reach.scope == Scope.UNIT or own:
            found |= Q(**{f"{at}pk": reach.unit_id})
    return found


def reaches_unit(actor: Actor, capability: str, unit: Unit, *, own: bool = False) -> bool:
    """Whether `units_within` holds for this unit, without asking the database."""
    path = unit.path or ""
    return any(
        reach.scope == Scope.ALL
        or (path.startswith(reach.unit_path) if reach.scope == Scope.SUBTREE else unit.pk == reach.unit_id)
        for reach in actor.scopes(capability)
        if own or reach.scope not in {Scope.OWN, Scope.TEAM}
    )


def allowed(actor: Actor, capability: str, row: models.Model | None = None) -> bool:
    """Whether the actor may use the capability: at all, or on this row."""
    known(capability)
    if row is None:
        return actor.may(capability)
    return actor.may(capability) and policy_of(type(row)).allows(actor, capability, row)


def require(actor: Actor, capability: str, row: models.Model | None = None) -> None:
    """Raise Refused unless the actor may use the capability (on the row)."""
    if not allowed(actor, capability, row):
        raise Refused(code=f"refused.{capability}")


def fetch(actor: Actor, model: type[M], pk: Any, capability: str | None = None, **by: Any) -> M:
    """The door to a single row.

    Raises NotFound when the actor cannot see it (or it does not exist), Refused when it is visible but the
    capability is not granted on it. Look up by another unique column with `number=...` and pk None.
    """
    chosen = policy_of(model)
    try:
        where = {"pk": model._meta.pk.to_python(pk)} if pk is not None else by
        row: M | None = statements.first(
            ("fetch", model._meta.label, *where),
            actor.key,
            lambda **given: model._default_manager.filter(chosen.filter(actor), **given)[:1],
            **where,
        )
    except (ValueError, OverflowError, TypeError, ValidationError, DataError):
        row = None
    if row is None:
        raise NotFound
    if capability and capability != chosen.view and not chosen.allows(actor, capability, row):
        raise Refused(code=f"refused.{capability}")
    return row


@dataclass(frozen=True)
class Reason:
    """One line of the answer to "why can this person do this": a position's grant and whether it reaches the row."""

    position_id: int
    scope: str
    unit_id: int
    reaches: bool


def explain(actor: Actor, capability: str, row: models.Model | None = None) -> list[Reason]:
    """Every grant of the capability that the actor has, and whether it reaches the row. Empty: none of his positions has it."""
    chosen = policy_of(type(row)) if row is not None else None
    said = []
    for reach in actor.scopes(capability):
        alone = Actor(
            kind=actor.kind,
            label=actor.label,
            channel=actor.channel,
            person_id=actor.person_id,
            positions=actor.positions,
            position_id=reach.position_id,
            reaches={capability: (reach,)},
        )
        hit = chosen is None or row is None or chosen.allows(alone, capability, row)
        said.append(Reason(reach.position_id, reach.scope.value, reach.unit_id, hit))
    return said
