"""What domains above tell the duties about their rows, so that duties never know a case from a visit.

A domain registers one `Subject` for each model that duties may be about, in a module its configuration imports:

    class CaseSubject(duties.Subject):
        names = {"severity": Name("text")}
        def owner(self, row): return row.owner

    duties.register_subject("cases.case", CaseSubject())
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.db import models

from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.db import statements
from zhize.lib.conditions import Vocabulary
from zhize.lib.text import Text

if TYPE_CHECKING:
    from django.db.models import Model

    from zhize.kernel.org.models import Area, Person, Position, Unit


class Subject:
    """How duties read a row of one model. Override what differs.

    `names` are the facts a pack's conditions may ask about; `owner_facts` are verbs after which the owner may be
    another person, so that obligations of the owner follow. `own_facts` are verbs by which somebody speaks for himself
    only (he has the alarm): what others owe they leave open.
    """

    label: str = ""
    kind: ClassVar[Text] = Text("")
    """What a row is called before its number where its title may not be seen; without it nothing is said of it."""
    names: Vocabulary = {}
    joined: ClassVar[tuple[str, ...] | None] = None
    """The rows it refers to that are asked for here: one in hand that has them loaded is not read again."""
    kept: ClassVar[bool] = False
    """Who sees a row follows from who asks and what is kept under the mark alone, so that the question is composed once."""
    owner_facts: ClassVar[frozenset[str]] = frozenset()
    own_facts: ClassVar[frozenset[str]] = frozenset()

    def rows(self, ids: Iterable[int]) -> dict[int, Any]:
        """The rows by id, with what `title` and `url` need; one query."""
        return dict(apps.get_model(self.label)._base_manager.in_bulk(list(ids)))

    def is_whole(self, row: Any) -> bool:
        """Whether a row somebody has in hand has all it refers to, so that no further query is needed."""
        return self.joined is not None and loaded(row, *self.joined)

    def seen(self, actor: Actor, ids: Iterable[int]) -> set[int]:
        """Which of the rows the actor may see; one query."""
        rows = statements.rows(
            ("duties.seen", self.label),
            actor.key if self.kept else None,
            lambda ids: self._visible(actor).filter(statements.among("pk", ids)).values_list("pk"),
            ids=list(ids),
        )
        return {pk for (pk,) in rows}

    def _visible(self, actor: Actor) -> models.QuerySet[Any]:
        return access.visible(actor, apps.get_model(self.label))

    def unit(self, row: Any) -> Unit | None:
        return getattr(row, "unit", None)

    def owner(self, row: Any) -> Person | None:
        """Who is answerable for the row now."""
        return getattr(row, "owner", None)

    def owner_position(self, row: Any) -> Position | None:
        """The position in which the owner is answerable."""
        return getattr(row, "owner_position", None)

    def area(self, row: Any) -> Area | None:
        """The area of responsibility the row lies in."""
        return getattr(row, "area", None)

    def facts(self, row: Any) -> Mapping[str, Any]:
        """Values for `names`."""
        return {}

    def deadline(self, row: Any, code: str) -> Mapping[str, Any] | None:
        """The target that the policy table `code` gives this row now (type, severity, unit), for `clocks.start`."""
        return None

    def since(self, row: Any, code: str) -> datetime | None:
        """From when the policy table `code` counts for this row, where that is not the fact that begins it (UTC)."""
        return None

    def date(self, row: Any, duty: str) -> date | datetime | None:
        """The date (or moment, UTC) of this row that a duty with a target `before` counts back from; None: none yet."""
        return None

    def waits(self, row: Any) -> bool:
        """Whether somebody still waits for what is done about the row, so that its limit may not be let go by hand."""
        return False

    def limits(self, owed: Sequence[Any]) -> Sequence[Any]:
        """Of the open obligations with a due moment about one row, those that are its limit."""
        return owed

    def title(self, row: Any) -> Text:
        return Text.of(str(row))

    def reference(self, row: Any) -> Text:
        """Kind and number: all that is said of the row to who may see what is owed about it, but not the row."""
        return (
            Text(f"{self.kind.zh} {row.number}", f"{self.kind.en} {row.number}") if self.kind else self.kind
        )

    def url(self, row: Any) -> str:
        found = getattr(row, "get_absolute_url", None)
        return str(found()) if found is not None else ""

    def act(self, row: Any, ends: frozenset[str]) -> tuple[Text, str] | None:
        """What is done about the row in place, by label and address, where one of the facts `ends` is owed.

        `ends` is empty where the domain opened the obligation itself.
        """
        return None


def loaded(row: Model, *names: str) -> bool:
    """Whether the rows that a row refers to under these names are there without a query."""
    fields: list[Any] = [row._meta.get_field(name) for name in names]
    return all(field.is_cached(row) or getattr(row, field.attname) is None for field in fields)


_subjects: dict[str, Subject] = {}


def register_subject(label: str, subject: Subject) -> Subject:
    """Let duties be about rows of the model `label` ("cases.case"). Registered twice is an error."""
    if label in _subjects:
        raise ValueError(f"{label} is registered twice as a subject of duties")
    subject.label = label
    _subjects[label] = subject
    return subject


def known(label: str) -> Subject | None:
    """How rows of this model are read; None when nobody registered it."""
    return _subjects.get(label)


def owner_facts(label: str) -> frozenset[str]:
    subject = _subjects.get(label)
    return subject.owner_facts if subject is not None else frozenset()


def find(wanted: Iterable[tuple[str, int | None]]) -> dict[tuple[str, int], tuple[Subject, Any]]:
    """Many rows, each with how it is read: one query for each model among them."""
    ids: dict[str, set[int]] = {}
    for label, pk in wanted:
        if pk is not None and label in _subjects:
            ids.setdefault(label, set()).add(pk)
    return {
        (label, pk): (_subjects[label], row)
        for label, keys in ids.items()
        for pk, row in _subjects[label].rows(keys).items()
    }


def waiting(wanted: Iterable[tuple[str, int | None]]) -> set[tuple[str, int]]:
    """Those rows somebody still waits for."""
    return {key for key, (subject, row) in find(wanted).items() if subject.waits(row)}


UNSAID = Text("")


@dataclass(frozen=True)
class About:
    """What an obligation is about, as far as its reader may see that: else kind and number, no address, no act."""

    title: Text = UNSAID
    url: str = ""
    subject: Subject | None = None
    row: Any = None

    def act(self, ends: frozenset[str]) -> tuple[Text, str] | None:
        return self.subject.act(self.row, ends) if self.subject is not None else None


NOTHING = About()


def about(actor: Actor, wanted: Iterable[tuple[str, int | None]]) -> dict[tuple[str, int | None], About]:
    """What many obligations are about, as the actor may see it: two queries for each model among them."""
    found = find(wanted)
    seen = {
        label: _subjects[label].seen(actor, [pk for each, pk in found if each == label])
        for label in {label for label, _pk in found}
    }
    return {
        (label, pk): About(subject.title(row), subject.url(row), subject, row)
        if pk in seen[label]
        else About(subject.reference(row))
        for (label, pk), (subject, row) in found.items()
    }
