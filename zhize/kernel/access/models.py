"""Grants: which position may do what, how far."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhize.kernel.db.models import Model
from zhize.kernel.org.models import Position


class Scope(models.TextChoices):
    """How far a grant reaches, from narrow to wide.

    own: rows that name the person · team: rows that name somebody reporting to the person's position ·
    unit: rows of the position's unit · subtree: of the unit and all below it · all: every row.
    """

    OWN = "own", _("本人")
    TEAM = "team", _("本人及下属")
    UNIT = "unit", _("本部门")
    SUBTREE = "subtree", _("本部门及下级")
    ALL = "all", _("全部")


class Grant(Model):
    """A position may use a capability within a scope."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("position", "capability", "scope")

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="grants")
    capability = models.CharField(max_length=60)
    scope = models.CharField(max_length=10, choices=Scope.choices)

    class Meta:
        ordering = ("position", "capability")
        constraints = (
            models.UniqueConstraint(fields=["position", "capability"], name="access_grant_once"),
            models.CheckConstraint(
                condition=models.Q(scope__in=[scope.value for scope in Scope]), name="access_grant_scope"
            ),
        )

    def __str__(self) -> str:
        return f"{self.position}: {self.capability} ({self.scope})"
