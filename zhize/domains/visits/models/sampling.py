"""Sampling plans 回访计划: which homes are visited in a period, drawn by a stored seed, with a reserve (VIS-04, 05, 06)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models import Case
from zhize.domains.customers.models import Customer, Premises
from zhize.domains.duties.models import Obligation
from zhize.kernel import access
from zhize.kernel.db.models import Model, VersionedModel
from zhize.kernel.org.models import Person, Unit
from zhize.kernel.packs.models import PackRelease
from zhize.lib.text import Text


class HomeState(models.TextChoices):
    PLANNED = "planned", _("待回访")
    VISITED = "visited", _("已回访")
    REPLACED = "replaced", _("已换户")
    RESERVE = "reserve", _("备选")


class VisitMeans(models.TextChoices):
    DOOR = "door", _("上门")
    PHONE = "phone", _("电话")


class SamplePlan(VersionedModel):
    """The sample of one period. `seed` and the population kept in `strata` make the draw repeatable.

    `strata` lists for each stratum its code, label, the ids of its population in order, quota and the measure that was
    decided. `holder` answers for the homes; None: the whole unit. `release` is the pack as it was when it was drawn.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("holder", "seed", "quota", "strata")

    sample = models.CharField(max_length=60)
    release = models.ForeignKey(PackRelease, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sample_plans")
    holder = models.ForeignKey(
        Person, verbose_name=_("回访人"), null=True, on_delete=models.PROTECT, related_name="sample_plans"
    )
    from_on = models.DateField(_("自"))
    until_on = models.DateField(_("至"))
    seed = models.CharField(_("随机种子"), max_length=80)
    population = models.PositiveIntegerField(_("总户数"))
    quota = models.PositiveIntegerField(_("应回访"))
    strata = models.JSONField(default=list)
    obligation = models.ForeignKey(Obligation, null=True, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=120)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-from_on", "sample", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["sample", "unit", "holder", "from_on"],
                nulls_distinct=False,
                name="visits_plan_once_a_period",
            ),
            models.CheckConstraint(
                condition=Q(until_on__gte=models.F("from_on")), name="visits_plan_period_order"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name.in_language(get_language() or 'zh-hans')} {self.from_on:%Y-%m-%d}"

    @property
    def spec(self) -> Any:
        from zhize.kernel import packs

        return packs.live("samples", self.sample, release=self.release_id)

    @property
    def name(self) -> Text:
        return Text.of(self.spec.label)


class SampledHome(Model):
    """A home of a plan, in the order in which it was drawn. Within one `round` a home is visited once (D4)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("stage", "visited_at", "satisfaction", "reason")

    plan = models.ForeignKey(SamplePlan, on_delete=models.PROTECT, related_name="homes")
    sample = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    stratum = models.CharField(_("类别"), max_length=60)
    premises = models.ForeignKey(Premises, verbose_name=_("房号"), on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(
        Customer, verbose_name=_("住户"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    round = models.PositiveSmallIntegerField(null=True)
    order = models.PositiveIntegerField(_("序号"))
    stage = models.CharField(_("状态"), max_length=10, choices=HomeState.choices)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    reason = models.CharField(_("换户原因"), max_length=200, blank=True)
    visited_at = models.DateTimeField(_("回访时间"), null=True)
    visited_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    means = models.CharField(_("方式"), max_length=5, choices=VisitMeans.choices, blank=True)
    satisfaction = models.PositiveSmallIntegerField(_("满意度"), null=True)
    not_rated = models.CharField(_("没有问到满意度的原因"), max_length=100, blank=True)
    remark = models.TextField(_("住户意见"), blank=True)
    follow_up = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("plan", "stratum", "order")
        indexes = (models.Index(fields=["sample", "unit", "round"], name="visits_home_round"),)
        constraints = (
            models.UniqueConstraint(fields=["plan", "stratum", "premises"], name="visits_home_once_a_plan"),
            models.UniqueConstraint(
                fields=["sample", "unit", "round", "premises"],
                condition=Q(stage="visited", round__isnull=False),
                name="visits_home_once_a_round",
            ),
            models.CheckConstraint(
                condition=Q(stage="visited", visited_at__isnull=False)
                | ~Q(stage="visited") & Q(visited_at__isnull=True),
                name="visits_home_visited_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(stage="replaced") | ~Q(reason=""), name="visits_home_replaced_says_why"
            ),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__range=(1, 5)),
                name="visits_home_satisfaction",
            ),
        )

    def __str__(self) -> str:
        return str(self.premises)

    @property
    def stratum_label(self) -> Text:
        found = next((one["label"] for one in self.plan.strata if one["code"] == self.stratum), self.stratum)
        return Text.of(found)
