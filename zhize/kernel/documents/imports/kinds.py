"""What can be imported: each kind is declared by the domain that owns the rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from zhize.lib.text import Text

if TYPE_CHECKING:
    from django.db import models

    from zhize.kernel.access import Actor
    from zhize.kernel.db import DomainError
    from zhize.kernel.documents.models import ImportRun
    from zhize.kernel.org.models import Unit

JOIN = "\n"


@dataclass(frozen=True)
class ImportField:
    """A field that a column may bring. `aliases` are further names of its column, Chinese or English.

    Several columns of one field (手机 and 座机 both bring phones) arrive as one text, a line each.
    """

    code: str
    label: Text
    aliases: tuple[str, ...] = ()
    required: bool = False
    example: str = ""

    def names(self) -> tuple[str, ...]:
        return (self.label.zh, self.label.en, self.code, *self.aliases)


@dataclass(frozen=True)
class Done:
    """What became of a row. `messages` are (field, sentence): things to look at that did not stop the row.

    "repeated" is for a trial: the row says what an earlier row of the file says already, in other words.
    """

    outcome: Literal["created", "updated", "unchanged", "repeated"]
    subject: models.Model | None = None
    messages: Sequence[tuple[str, Any]] = ()


class Importer(ABC):
    """One kind of import. Subclass, fill in, and `register` an instance in <app>/importing.py.

    `code` is like "customers.owners", `capability` is what a person needs to import this (the services that
    `apply` calls check their own). `memory` is a dictionary for what `apply` wants to look up once for many rows;
    it is new for every batch.
    """

    code: ClassVar[str]
    label: ClassVar[Text]
    capability: ClassVar[str]
    fields: ClassVar[tuple[ImportField, ...]]

    def key(self, cells: Mapping[str, str]) -> str:
        """What makes two rows of one file the same; the later one is not carried out. "" is never the same.

        From the cells alone: the database is busy taking rows in while it is asked.
        """
        return JOIN.join(cells.get(field.code, "") for field in self.fields)

    @abstractmethod
    def apply(
        self, *, actor: Actor, cells: Mapping[str, str], unit: Unit | None, memory: dict[str, Any]
    ) -> Done:
        """Carry out one row by calling services. Must find what an earlier run created instead of making it again.

        Raises a DomainError (Invalid with the fields' messages) for a row that cannot be taken. During the trial
        the same call is made and rolled back.
        """


class BulkImporter(Importer):
    """For long lists: takes `at_once` rows together (0: none); those that it cannot take so go to `apply`, one by one."""

    at_once: ClassVar[int]

    @abstractmethod
    def apply_many(
        self, *, actor: Actor, rows: Sequence[Mapping[str, str]], run: ImportRun, trial: bool
    ) -> list[Done | DomainError]:
        """What comes of many rows, in their order, carried out together unless it is a `trial`.

        A refusal is given in the row's place instead of being raised. Whatever is raised sends the same rows to
        `apply`, one by one.
        """


_importers: dict[str, Importer] = {}


def register(made: Importer) -> None:
    """Declare a kind of import. Twice is an error, and so is a field twice or an alias of two fields."""
    if made.code in _importers:
        raise ValueError(f"import {made.code} is declared twice")
    seen: dict[str, str] = {}
    for field in made.fields:
        for name in field.names():
            if seen.setdefault(name, field.code) != field.code:
                raise ValueError(f"{made.code}: {name!r} names both {seen[name]} and {field.code}")
    _importers[made.code] = made


def importer(code: str) -> Importer:
    """The declared import. Raises LookupError."""
    return _importers[code]


def importers() -> tuple[Importer, ...]:
    return tuple(_importers.values())
