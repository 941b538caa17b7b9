"""The sentences of a position sheet as its page shows them: what carries each out, by which papers, how well this month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import papers
from zhize.domains.duties.selectors import ClauseRow, board
from zhize.domains.duties.selectors.coverage import Counters
from zhize.domains.duties.services import proving
from zhize.domains.duties.web import board_links
from zhize.kernel.org.models import Clause, Position
from zhize.lib import clock
from zhize.lib.text import Text
from zhize.ui import links, words

STATES = {"linked": _("有职责落实"), "standing": _("常设标准"), "open": _("还没有职责来落实")}


@dataclass(frozen=True)
class Beside:
    """A duty beside a sentence: its page, what proves it, and the month with the way to the obligations counted."""

    duty: Any
    refs: str
    url: str
    proof: str
    month: Counters
    month_url: str


@dataclass(frozen=True)
class Line:
    clause: Clause
    state: str
    duties: tuple[Beside, ...]


def _proof(evidence: dict[str, Any], titles: dict[str, Text]) -> str:
    """What proves a duty: the names of its forms and its report, else the kind of evidence."""
    named = [*papers.named(evidence), *filter(None, [evidence.get("report")])]
    said = [words.in_language(titles[name]) if name in titles else name for name in named]
    return "、".join(dict.fromkeys(said)) or proving.label(evidence)


def sections(position: Position, rows: list[ClauseRow], show: str) -> list[tuple[str, list[Line]]]:
    """The sentences in their printed sections; with `show` only those in that state."""
    titles, span = papers.titles(), _month(position)
    found: dict[str, list[Line]] = {}
    for row in rows:
        if show in STATES and row.state != show:
            continue
        beside = tuple(
            Beside(
                each.duty,
                each.refs,
                links.url_of(each.duty),
                _proof(each.duty.current.evidence if each.duty.current else {}, titles),
                each.month,
                month_url(position, span, duty=each.duty.pk, owed=True),
            )
            for each in row.duties
        )
        found.setdefault(row.clause.section, []).append(Line(row.clause, row.state, beside))
    return list(found.items())


def chips(position: Position, counts: dict[str, int], show: str) -> list[dict[str, Any]]:
    """Filters of the list of sentences, with how many there are of each."""
    base = f"{reverse('admin:position', args=[position.pk])}"
    everything = {"label": _("全部条款"), "url": f"{base}#clauses", "count": sum(counts.values())}
    found = [{**everything, "current": show not in STATES}]
    for state, label in STATES.items():
        tone = "red" if state == "open" and counts[state] else ""
        found.append(
            {
                "label": label, "url": f"{base}?show={state}#clauses", "count": counts[state], "tone": tone,
                "current": show == state,
            }
        )  # fmt: skip
    return found


def _month(position: Position) -> tuple[date, date]:
    return board.preset("this_month", clock.today(position.unit.timezone))


def month_url(
    position: Position, span: tuple[date, date] | None = None, *, duty: int | None = None, **narrower: Any
) -> str:
    """The list of what this position owed this month, of one duty, or narrowed as `board_links.address` can."""
    first, last = span or _month(position)
    url = board_links.address(position.unit, first, last, by="position", key=position.pk, **narrower)
    return f"{url}&duty={duty}" if duty is not None else url
