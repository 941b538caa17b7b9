"""Two entries for one customer: proposals to merge, and merges that can be undone (CUS-32)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.customers.models.customer import Customer
from zhize.kernel import access
from zhize.kernel.db.models import VersionedModel
from zhize.kernel.org.models import Person


class Likeness(models.TextChoices):
    """Why two entries look like one customer."""

    PHONE = "phone", _("电话相同")
    ID_NUMBER = "id_number", _("证件号码相同")
    NAME_PREMISES = "name_premises", _("姓名和房产相同")


class DuplicateProposal(VersionedModel):
    """Two customers that may be one. `first` is the older entry; a dismissed pair is not proposed again."""

    audited = True

    first = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    likeness = models.CharField(_("依据"), max_length=20, choices=Likeness.choices)
    proposed_at = models.DateTimeField(editable=False)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    dismissed = models.BooleanField(default=False)
    reason = models.CharField(_("说明"), max_length=200, blank=True, default="")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_pair_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}"


class MergeRecord(VersionedModel):
    """One merge: what moved to the winner and which of its values changed, enough to undo it.

    `moved` maps the name of a registered owner of rows to the ids it moved; `changed` maps a column of the
    winner to its value before and after.
    """

    audited = True

    winner = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merges_won")
    loser = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merges_lost")
    moved = models.JSONField(default=dict)
    changed = models.JSONField(default=dict)
    reason = models.CharField(_("合并说明"), max_length=200, blank=True, default="")
    merged_at = models.DateTimeField(editable=False)
    merged_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=~Q(winner=F("loser")), name="merge_of_two"),
            models.UniqueConstraint(
                fields=["loser"], condition=Q(undone_at__isnull=True), name="merge_loser_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.loser_id} → {self.winner_id}"
