"""Duties and sentences that a change of the position sheet asks to look at (DUT-18)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db.models import F, Q

from zhize.domains.duties.models import Duty, DutyClause
from zhize.kernel.org.models import Clause, Position
from zhize.lib.differences import Piece, pieces


@dataclass(frozen=True)
class Review:
    """`new`: a sentence that nothing carries out · `changed`: it reads otherwise than when the duty was made for it ·
    `removed`: it was taken out while a duty still carries it out."""

    kind: Literal["new", "changed", "removed"]
    clause: Clause
    duty: Duty | None
    pieces: tuple[Piece, ...]


def reviews(position: Position) -> list[Review]:
    """What is to be looked at, in the order of the sheet. Two queries."""
    links = DutyClause.objects.filter(Q(clause__active=False) | ~Q(seen=F("clause__text")))
    links = links.filter(clause__position=position, duty__active=True)
    found = [
        _review(link)
        for link in links.select_related("clause__position__unit", "duty__current", "duty__unit")
    ]
    carried = DutyClause.objects.filter(duty__active=True).values("clause")
    bare = Clause.objects.filter(position=position, active=True, standing=False).exclude(pk__in=carried)
    found += [Review("new", clause, None, (Piece("same", clause.text),)) for clause in bare]
    return sorted(found, key=lambda review: (review.clause.order, review.clause.pk))


def _review(link: DutyClause) -> Review:
    if not link.clause.active:
        return Review("removed", link.clause, link.duty, (Piece("gone", link.clause.text),))
    return Review("changed", link.clause, link.duty, tuple(pieces(link.seen, link.clause.text)))
