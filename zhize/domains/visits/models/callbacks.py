"""Callbacks 回访 with their attempts, survey links, and opinions heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models import Case
from zhize.domains.customers.models import Customer
from zhize.domains.duties.models import Obligation
from zhize.kernel import access
from zhize.kernel.db.models import Model
from zhize.kernel.flow.models import StatefulModel
from zhize.kernel.org.models import Person, Position, Unit
from zhize.kernel.packs.models import PackRelease

if TYPE_CHECKING:
    from zhize.kernel.flow import Machine


class CallbackKind(models.TextChoices):
    CALLBACK = "callback", _("回访")
    APOLOGY = "apology", _("致歉电话")
    VISIT = "visit", _("上门致歉")


class AttemptOutcome(models.TextChoices):
    """How one attempt to reach the customer ended."""

    REACHED = "reached", _("接通")
    NO_ANSWER = "no_answer", _("无人接听")
    BUSY = "busy", _("占线")
    LATER = "later", _("约定再打")
    REFUSED = "refused", _("拒绝回访")
    WRONG_NUMBER = "wrong_number", _("号码错误")


class Callback(StatefulModel):
    """A customer is to be asked how the matter was dealt with (VIS-01), or to be told we are sorry (VIS-16).

    `round` counts the callbacks of one case: a dissatisfied first one reopens the case and its next answer asks
    for a second. The caller is not the handler (`caller` ≠ `handler`). Times are UTC.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "caller", "companion", "score", "satisfied", "problem", "answers", "next_try_at", "result",
    )  # fmt: skip

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="callbacks")
    kind = models.CharField(
        _("种类"), max_length=10, choices=CallbackKind.choices, default=CallbackKind.CALLBACK
    )
    round = models.PositiveSmallIntegerField(default=1)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="callbacks")
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="callbacks"
    )
    release = models.ForeignKey(PackRelease, on_delete=models.PROTECT, related_name="+")
    questionnaire = models.CharField(max_length=60, blank=True)
    position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="+")
    caller = models.ForeignKey(
        Person, verbose_name=_("回访人"), null=True, on_delete=models.PROTECT, related_name="callbacks"
    )
    companion = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    handler = models.ForeignKey(
        Person, verbose_name=_("经办人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    obligation = models.ForeignKey(Obligation, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    score = models.PositiveSmallIntegerField(_("满意度"), null=True, blank=True)
    satisfied = models.BooleanField(_("是否满意"), null=True, blank=True)
    problem = models.BooleanField(_("有遗留问题"), default=False)
    follow_up = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="found_by"
    )
    answers = models.JSONField(default=dict, blank=True)
    answers_version = models.CharField(max_length=64, blank=True)
    remark = models.TextField(_("意见"), blank=True)
    by_customer = models.BooleanField(default=False)

    objects = access.ScopedManager()

    class Meta:
        ordering = (models.F("next_try_at").asc(nulls_last=True), "id")
        indexes = (
            models.Index(fields=["unit", "category", "next_try_at"], name="visits_callback_list"),
            models.Index(fields=["caller", "category", "next_try_at"], name="visits_callback_caller"),
            models.Index(fields=["unit", "done_at"], name="visits_callback_done"),
            models.Index(fields=["unit", "due_at"], name="visits_callback_due"),
        )
        constraints = (
            models.UniqueConstraint(fields=["case", "kind", "round"], name="visits_callback_once_a_round"),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=~Q(category__in=["closed", "void"]),
                name="visits_one_open_callback",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(1, 10)), name="visits_score_range"
            ),
            models.CheckConstraint(
                condition=Q(problem=False) | Q(follow_up__isnull=False), name="visits_problem_is_followed_up"
            ),
            models.CheckConstraint(
                condition=~Q(kind="visit")
                | Q(caller__isnull=False, companion__isnull=False) & ~Q(caller=models.F("companion")),
                name="visits_joint_visit_names_two",
            ),
            models.CheckConstraint(
                condition=Q(caller__isnull=True)
                | Q(handler__isnull=True)
                | ~Q(caller=models.F("handler"))
                | Q(kind__in=["apology", "visit"]),
                name="visits_caller_is_not_handler",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.case.number}"

    @property
    def machine(self) -> Machine:
        from zhize.domains.visits.machine import CALLBACK

        return CALLBACK

    @property
    def spec(self) -> Any:
        """The questionnaire as the release it was asked under has it; None for an apology."""
        from zhize.kernel import packs

        return (
            packs.find("questionnaires", self.questionnaire, release=self.release_id)
            if self.questionnaire
            else None
        )


class Attempt(Model):
    """One try to reach the customer."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("outcome", "note")

    callback = models.ForeignKey(Callback, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=14, choices=AttemptOutcome.choices)
    note = models.CharField(max_length=300, blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["callback", "number"], name="visits_attempt_once"),)


class SurveyLink(Model):
    """A link by which the customer answers the questionnaire himself; only its digest is stored."""

    callback = models.OneToOneField(Callback, on_delete=models.PROTECT, related_name="link")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = access.ScopedManager()


class Opinion(StatefulModel):
    """Something a customer said about the service 意见征询, heard by somebody in a position (VIS-14)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("topic", "text", "unit_to", "answer")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="opinions")
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="opinions"
    )
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="opinions")
    topic = models.CharField(_("主题"), max_length=60)
    text = models.TextField(_("意见内容"))
    heard_at = models.DateTimeField(_("听取时间"))
    heard_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    heard_in = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="+")
    unit_to = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    received_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(_("答复"), blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-heard_at", "-id")
        indexes = (
            models.Index(fields=["unit", "-heard_at"], name="visits_opinion_list"),
            models.Index(fields=["unit_to", "-heard_at"], name="visits_opinion_receiver"),
        )

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def machine(self) -> Machine:
        from zhize.domains.visits.machine import OPINION

        return OPINION
