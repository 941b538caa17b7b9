"""Where the counts stand."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhize.kernel import access
from zhize.kernel.db.models import Model
from zhize.kernel.org.models import Unit


class PeriodStart(Model):
    """Where the sequence of a prefix stood when the period (usually a day) began. Never changed."""

    series = models.CharField(max_length=30)
    prefix = models.CharField(max_length=12)
    period = models.CharField(max_length=8)
    start = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["series", "prefix", "period"], name="numbering_period_once"),
        )


class GaplessCount(Model):
    """The last number given out of a gapless series; its row lock is what keeps the series free of gaps."""

    series = models.CharField(max_length=30)
    prefix = models.CharField(max_length=12)
    period = models.CharField(max_length=8)
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["series", "prefix", "period"], name="numbering_gapless_once"),
        )


class IssuedNumber(Model):
    """One number of a gapless series. It is never deleted: a spoilt one is voided and keeps its reason."""

    audited = True
    audited_fields = ("number", "voided_at", "void_reason")
    objects = access.ScopedManager()

    series = models.CharField(max_length=30)
    prefix = models.CharField(max_length=12)
    period = models.CharField(max_length=8)
    count = models.BigIntegerField()
    number = models.CharField(max_length=40, unique=True)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=120)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.CharField(max_length=120, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("series", "prefix", "period", "count")
        constraints = (
            models.UniqueConstraint(
                fields=["series", "prefix", "period", "count"], name="numbering_issued_once"
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | ~Q(void_reason=""), name="numbering_void_has_a_reason"
            ),
        )

    def __str__(self) -> str:
        return self.number
