"""In whose place somebody stands now: vacant and absent holders of the own positions, and included positions (ORG-07).

What a position owes is owed by its holders. Where the person named on an obligation is away, the other holders of
the position (deputies too, see `access`) see it; where nobody of an included position is on shift, the position
that includes it sees its duties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from zhize.kernel.access import Actor
from zhize.kernel.db import marks
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, Position, Shift
from zhize.lib import clock


@dataclass(frozen=True)
class Standing:
    """What a person answers for now. `away` are absent people whose obligations fall to him in `positions`,
    `covered` are included positions of which nobody is on shift, `principals` people he acts for."""

    person_id: int | None
    positions: frozenset[int]
    away: frozenset[int]
    covered: frozenset[int]
    principals: frozenset[int]

    def query(self) -> Q:
        """The obligations that fall to this person."""
        owed = Q(pk__in=[])
        if self.person_id is not None:
            owed |= Q(holder_id=self.person_id)
        if self.positions:
            owed |= Q(position_id__in=self.positions, holder__isnull=True)
            vacated = self.away | self.principals
            if vacated:
                owed |= Q(position_id__in=self.positions, holder_id__in=vacated)
        if self.covered:
            owed |= Q(position_id__in=self.covered)
        return owed

    def why(self, holder_id: int | None, position_id: int | None) -> str:
        """Why an obligation is on this person's list: mine, position (nobody named), standing_in, included."""
        if holder_id is not None and holder_id == self.person_id:
            return "mine"
        if position_id in self.positions:
            return "position" if holder_id is None else "standing_in"
        return "included"


_held: ContextVar[Standing | None] = ContextVar("standing", default=None)


@contextmanager
def held(place: Standing) -> Iterator[None]:
    """Inside the block its person stands there: for statements that are kept under the place."""
    token = _held.set(place)
    try:
        yield
    finally:
        _held.reset(token)


def of(actor: Actor, at: datetime | None = None) -> Standing:
    """Where the actor stands in now. A fixed number of queries (at most five)."""
    known = _held.get()
    if known is not None and at is None and known.person_id == actor.person_id:
        return known
    if actor.person_id is None or not actor.positions:
        return Standing(actor.person_id, frozenset(), frozenset(), frozenset(), frozenset())
    moment = at or clock.now()
    mine = frozenset(holding.position_id for holding in actor.positions)
    day = moment.astimezone(clock.zone()).date()
    included, rows = marks.kept(("standing", mine, day), lambda: _places(mine, day))
    away = org.absent_ids({person for _, person, _ in rows}, moment)
    vacated = {person for position, person, _ in rows if position in mine and person in away}
    principals = {behalf for _, person, behalf in rows if person == actor.person_id and behalf is not None}
    covered = _uncovered(included, rows, away, moment)
    return Standing(actor.person_id, mine, frozenset(vacated), frozenset(covered), frozenset(principals))


def _places(
    mine: frozenset[int], day: date
) -> tuple[dict[int, str | None], list[tuple[int, int, int | None]]]:
    """The included positions with the paths of their units; and who holds these and the own ones, for whom."""
    included = dict(
        Position.includes.through.objects.filter(from_position_id__in=mine, to_position__active=True)
        .exclude(to_position_id__in=mine)
        .values_list("to_position_id", "to_position__unit__path")
    )
    rows: list[tuple[int, int, int | None]] = list(
        Appointment.objects.filter(
            org.in_force(day), position_id__in=mine | included.keys(), person__active=True
        ).values_list("position_id", "person_id", "on_behalf_of_id")
    )
    return included, rows


def _uncovered(
    included: dict[int, str | None],
    rows: Iterable[tuple[int, int, int | None]],
    away: set[int],
    at: datetime,
) -> set[int]:
    """Included positions of which nobody is on shift. Where nobody keeps a roster, everybody present counts."""
    if not included:
        return set()
    there: dict[int, set[int]] = {position: set() for position in included}
    for position, person, _ in rows:
        if position in there and person not in away:
            there[position].add(person)
    running = Q(from_at__lte=at) & (Q(to_at__isnull=True) | Q(to_at__gt=at))
    shifts = list(Shift.objects.filter(running).values_list("unit__path", "person_id"))
    found = set()
    for position, people in there.items():
        path = included[position] or ""
        rostered = {
            person for unit, person in shifts if (unit or "").startswith(path) or path.startswith(unit or "/")
        }
        if not (people & rostered if rostered else people):
            found.add(position)
    return found
