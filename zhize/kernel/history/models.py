"""The tables of the event log: entries, their further subjects, the hash chain and the reactions still to run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from zhize.kernel.db.models import Model
from zhize.kernel.org.models import Person, Position, Unit
from zhize.lib.text import Text

if TYPE_CHECKING:
    from zhize.kernel.history.verbs import Verb

# Where an entry's data names the API token that was used.
DONE_WITH = "api_token"
# Where it keeps a note that the program wrote, in both languages.
NOTE = "note_text"


class Entry(Model):
    """One thing that happened: verb, subject, who in which position, before and after, note, time.

    Rows are only ever added; the database refuses update and delete. `transaction` is the writing
    transaction's id, by which the sealing job knows that no earlier row can still appear.
    """

    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    subject_label = models.CharField(max_length=200, blank=True)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    actor_kind = models.CharField(max_length=10)
    actor_label = models.CharField(max_length=120)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    customer_ref = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=20)
    changes = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    transaction = models.BigIntegerField(
        db_default=models.Func(function="zhize_transaction_id", output_field=models.BigIntegerField())
    )

    rows: tuple[models.Model, ...] | None = None
    """While it is recorded: subject, further subjects and marked rows as their service has them in hand."""
    beside: tuple[models.Model, ...] = ()
    """While it is recorded: the further subjects among them."""
    following: Entry | None = None
    """While it is recorded: the entry written with it that is announced next."""

    class Meta:
        indexes = (
            models.Index(fields=["subject_type", "subject_id", "id"], name="history_entry_subject"),
            models.Index(fields=["verb", "at"], name="history_entry_verb"),
            models.Index(fields=["person", "at"], name="history_entry_person"),
            models.Index(fields=["at"], name="history_entry_at"),
            models.Index(fields=["transaction", "id"], name="history_entry_transaction"),
        )

    def __str__(self) -> str:
        return self.sentence()

    @property
    def declared(self) -> Verb:
        """The verb's declaration."""
        from zhize.kernel.history import verbs

        return verbs.known(self.verb)

    @property
    def who(self) -> str:
        """Who did it, as written down then."""
        return self.person.as_written(self.actor_label) if self.person is not None else self.actor_label

    @property
    def token(self) -> str:
        """The name of the API token it was done with; the sentence names only the person."""
        return str(self.data.get(DONE_WITH, ""))

    @property
    def remark(self) -> str:
        """The note as it was typed; one that the program wrote, in the reader's language."""
        said = self.data.get(NOTE)
        return Text.of(said).in_language(get_language() or "zh-hans") if said else self.note

    @property
    def subjects(self) -> list[tuple[str, int]]:
        """The rows in whose timelines the entry stands, its own first."""
        if self.rows is not None:
            further = [(row._meta.label_lower, row.pk) for row in self.beside]
        else:
            further = list(self.also.values_list("subject_type", "subject_id"))
        return [(self.subject_type, self.subject_id), *further]

    def handed(self, label: str) -> Any:
        """The row of that model ("cases.case") which the recording service had in hand; None for an entry read later.

        It says what the database says, as its service has written it; a row it refers to may not be loaded yet.
        """
        return next((row for row in self.rows or () if row._meta.label_lower == label), None)

    def sentence(self) -> str:
        """What happened, as one sentence in the reader's language."""
        return self.declared.sentence(self)


class EntrySubject(Model):
    """A further row that an entry belongs to, so that it stands in that row's timeline too."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="also")
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["subject_type", "subject_id", "entry"], name="history_also_subject"),)


class Link(Model):
    """One link of the hash chain: `digest` covers the entry's content and the digest before it."""

    number = models.BigIntegerField(unique=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="link")
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("number",)


class Head(Model):
    """The chain's newest link, noted by a trigger in one row that only moves on: so links cut off its end are missed."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="history_head_one"),)


class Reaction(Model):
    """An @after reaction of an entry: runs in the worker, once, retried until it is done or given up."""

    QUEUED, DONE, FAILED = "queued", "done", "failed"
    STATES: ClassVar[tuple[str, ...]] = (QUEUED, DONE, FAILED)

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="reactions", db_index=False)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, default=QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["entry", "name"], name="history_reaction_once"),)
        indexes = (
            models.Index(fields=["next_at"], name="history_reaction_open", condition=Q(state="queued")),
            models.Index(fields=["next_at"], name="history_reaction_failed", condition=Q(state="failed")),
        )

    def __str__(self) -> str:
        return f"{self.name} ← {self.entry_id}"
