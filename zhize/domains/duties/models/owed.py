"""What is owed: obligations, what proves them, and who was told when they were not met."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhize.domains.duties.machine import OBLIGATION
from zhize.domains.duties.models.library import Duty, DutyVersion
from zhize.kernel.access import ScopedManager
from zhize.kernel.calendars.models import CalendarVersion
from zhize.kernel.clocks.models import Clock
from zhize.kernel.db.models import Model
from zhize.kernel.flow.machines import Machine
from zhize.kernel.flow.models import StatefulModel
from zhize.kernel.org.models import Person, Position, Unit
from zhize.lib import clock
from zhize.lib.text import Text

OPEN_STATES = ("working", "resolved")


class ObligationKind(models.TextChoices):
    RECURRING = "recurring", _("定期职责")
    TRIGGERED = "triggered", _("触发职责")
    PROMISE = "promise", _("承诺")
    WORKSHEET = "worksheet", _("工作单")
    TASK = "task", _("交办任务")
    CALLBACK = "callback", _("回访")
    READING = "reading", _("阅读签署")


class SlotPlan(Model):
    """What the slots of one duty version that were planned together share: the calendar they were computed with, and
    the entry of the log that says so, which stands in the timeline of each. Written once."""

    duty_version = models.ForeignKey(DutyVersion, on_delete=models.PROTECT, related_name="+")
    calendar_version = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="+")
    entry_id = models.BigIntegerField()
    made_at = models.DateTimeField()


class Obligation(StatefulModel):
    """One dated thing 应办事项 that a position, and in it a person, owes.

    Without a holder it is owed by whoever of the position is there. `subject` is the row it is about (a case, a work
    sheet), named by label and id because that row's domain stands above; `about` a further row whose timeline shows it.
    `slot` (recurring) and `trigger_entry` (triggered) say what called for it and never change; the due time may be
    moved; a recurring one opens at `opened_at`, which may lie ahead, and is `provisional` while the holidays of its year
    are not published; `withdrawn` when the plan itself cancelled it before it began, so that it may plan it again.
    The `plan` is set where a slot was planned with others; its `clock` is implied by opening and due time until it is
    about to open (`services.arming`), since nobody can have been told anything before.
    `slot_holder` is whose slot it is where each holder of the position owes his own (`each_holder`); it never changes,
    `holder` may. Without a constraint of its own, as it is written with `holder`, which has one.
    `target`, `ladder` and `evidence_spec` are the policy as it was when it was opened: a later change of policy
    never moves it (CAS-46). `late` is a fact beside the state, known once it is done.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "holder", "position", "acceptor", "due_at", "state", "late", "done_at",
    )  # fmt: skip

    kind = models.CharField(max_length=10, choices=ObligationKind.choices)
    duty = models.ForeignKey(
        Duty, null=True, on_delete=models.PROTECT, related_name="obligations", db_index=False
    )
    duty_version = models.ForeignKey(
        DutyVersion, null=True, on_delete=models.PROTECT, related_name="obligations", db_index=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="obligations", db_index=False)
    position = models.ForeignKey(
        Position, null=True, on_delete=models.PROTECT, related_name="obligations", db_index=False
    )
    holder = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="obligations", db_index=False
    )
    # Who held it when its limit passed, where somebody else has it since: the failure stays with him.
    failed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    creator = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="obligations_given", db_index=False
    )
    acceptor = models.ForeignKey(
        Person,
        null=True,
        on_delete=models.PROTECT,
        related_name="obligations_to_accept",
        db_index=False,
    )
    acceptor_position = models.ForeignKey(
        Position, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    title = models.JSONField()
    detail = models.TextField(_("说明"), blank=True)
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    about_type = models.CharField(max_length=40, blank=True)
    about_id = models.BigIntegerField(null=True)
    trigger_entry = models.BigIntegerField(null=True)
    slot = models.DateTimeField(null=True)
    slot_holder = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    provisional = models.BooleanField(default=False)
    withdrawn = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    not_before_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(_("到期"), null=True)
    first_due_at = models.DateTimeField(null=True)
    # Without a constraint of its own: plans are never deleted (a trigger refuses it), and it is written with its rows.
    plan = models.ForeignKey(
        SlotPlan,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="obligations",
        db_index=False,
        db_constraint=False,
    )
    clock = models.ForeignKey(Clock, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    target = models.JSONField(default=dict)
    ladder = models.JSONField(default=list)
    evidence_spec = models.JSONField(default=dict)
    quota = models.PositiveIntegerField(default=1)
    progress = models.PositiveIntegerField(default=0)
    weight = models.PositiveIntegerField(default=1)
    urgent = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    late = models.BooleanField(null=True)
    ended_at = models.DateTimeField(null=True)
    returned_count = models.PositiveSmallIntegerField(default=0)

    objects = ScopedManager()

    class Meta:
        ordering = (models.F("due_at").asc(nulls_last=True), "id")
        indexes = (
            models.Index(
                fields=["holder", "due_at"], name="duties_owed_by_person", condition=Q(ended_at__isnull=True)
            ),
            models.Index(
                fields=["position", "due_at"],
                name="duties_owed_by_position",
                condition=Q(ended_at__isnull=True),
            ),
            models.Index(fields=["unit", "due_at"], name="duties_owed_by_unit"),
            models.Index(fields=["holder", "due_at"], name="duties_person_due"),
            models.Index(fields=["duty", "due_at"], name="duties_duty_due"),
            # What has no limit counts by the day it was opened; few rows, and none that the index above would find.
            models.Index(
                fields=["unit", "opened_at"], name="duties_undated_by_unit", condition=Q(due_at__isnull=True)
            ),
            models.Index(
                fields=["due_at"],
                name="duties_recurring_open",
                condition=Q(slot__isnull=False, ended_at__isnull=True),
            ),
            models.Index(
                fields=["opened_at"],
                name="duties_not_running",
                condition=Q(slot__isnull=False, ended_at__isnull=True, clock__isnull=True),
            ),
            models.Index(fields=["duty", "position"], name="duties_taken_back", condition=Q(withdrawn=True)),
            # What most rows leave empty: only those that do not.
            models.Index(
                fields=["subject_type", "subject_id"],
                name="duties_of_subject",
                condition=Q(subject_id__isnull=False),
            ),
            models.Index(
                fields=["about_type", "about_id"], name="duties_about", condition=Q(about_id__isnull=False)
            ),
            *(
                models.Index(
                    fields=[name], name=f"duties_by_{name}", condition=Q(**{f"{name}__isnull": False})
                )
                for name in ("creator", "acceptor", "acceptor_position", "done_by", "failed_by")
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["duty_version", "position", "slot", "slot_holder"],
                condition=Q(slot__isnull=False, withdrawn=False),
                nulls_distinct=False,
                name="duties_slot_once",
            ),
            models.UniqueConstraint(
                fields=["duty_version", "trigger_entry", "holder"],
                condition=Q(trigger_entry__isnull=False, duty_version__isnull=False),
                nulls_distinct=False,
                name="duties_trigger_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn=False) | Q(state="cancelled"), name="duties_withdrawn_is_cancelled"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "submitted"]) | Q(done_at__isnull=False, late__isnull=False),
                name="duties_done_says_when",
            ),
            models.CheckConstraint(
                condition=Q(category__in=OPEN_STATES, ended_at__isnull=True)
                | Q(category__in=["closed", "void"], ended_at__isnull=False),
                name="duties_ended_says_when",
            ),
        )

    def __str__(self) -> str:
        return self.name.in_language(get_language() or "zh-hans")

    @property
    def machine(self) -> Machine:
        return OBLIGATION

    @property
    def name(self) -> Text:
        return Text.of(self.title)

    def day_of_record(self) -> date:
        """The day in its unit's zone that a record of it is of: that of a day's or shift's slot, never a later; else the
        present one, because what a week or month owes is done on any of its days.
        """
        zone = self.unit.timezone
        today = clock.today(zone)
        daily = self.duty_version is not None and self.duty_version.rule.get("every") in {"day", "shift"}
        return min(self.slot.astimezone(clock.zone(zone)).date(), today) if self.slot and daily else today

    def has_opened(self, at: datetime) -> bool:
        """Whether it may be done at `at`: its period has begun and its time of day has come."""
        return self.opened_at <= at and (self.not_before_at is None or self.not_before_at <= at)

    @property
    def shared_entries(self) -> tuple[int, ...]:
        """Entries of the log that stand in its timeline without naming it: the plan it was made with."""
        return (self.plan.entry_id,) if self.plan is not None else ()

    @property
    def doer(self) -> Person | None:
        """Who owes it; of what a position shares whoever did it, once it is done."""
        return self.holder or self.done_by

    @property
    def reference(self) -> str:
        """The row of the requirements it carries out, e.g. TRG-03; empty for tasks and promises."""
        return str(self.duty.refs[0]) if self.duty is not None and self.duty.refs else ""

    @property
    def whose(self) -> Person | None:
        """Whose success or failure it is: who held it when its limit passed, else who holds it."""
        return self.failed_by or self.holder

    @property
    def answers_id(self) -> int | None:
        """The id of `whose`."""
        return self.failed_by_id or self.holder_id

    def is_late(self, at: datetime) -> bool:
        """Whether it was met late, or is still open past its due moment at `at`."""
        if self.late is not None and self.done_at is not None:
            return self.late
        return self.is_open and self.due_at is not None and at > self.due_at


class Evidence(Model):
    """A proof given for an obligation: a fact the system saw, an answer, a file, a count, a signature, a note."""

    KINDS: ClassVar[tuple[str, ...]] = ("fact", "report", "form", "file", "count", "signature", "note")

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=10)
    text = models.TextField(blank=True)
    count = models.PositiveIntegerField(null=True)
    data = models.JSONField(default=dict)
    row_type = models.CharField(max_length=40, blank=True)
    row_id = models.BigIntegerField(null=True)
    entry_id = models.BigIntegerField(null=True)
    given_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    given_label = models.CharField(max_length=120)
    given_at = models.DateTimeField()

    class Meta:
        ordering = ("obligation", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=("fact", "report", "form", "file", "count", "signature", "note")),
                name="duties_evidence_kind",
            ),
        )

    @property
    def who(self) -> str:
        """Who gave it, as written down then."""
        return self.given_by.as_written(self.given_label) if self.given_by is not None else self.given_label


class Escalation(Model):
    """A rung of an obligation's ladder that was reached: who was told, or that nobody was there to be told."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="escalations")
    code = models.CharField(max_length=40)
    round = models.PositiveSmallIntegerField(default=1)
    label = models.JSONField(default=dict)
    at = models.DateTimeField()
    told = models.ManyToManyField(Person, related_name="+")
    nobody = models.BooleanField(default=False)
    finding = models.JSONField(default=dict)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("obligation", "at", "id")
        indexes = (
            models.Index(
                fields=["at"], name="duties_nobody_there", condition=Q(nobody=True, settled_at__isnull=True)
            ),
            models.Index(fields=["at"], name="duties_escalated"),
        )
        constraints = (
            models.UniqueConstraint(fields=["obligation", "code", "round"], name="duties_rung_once"),
        )
