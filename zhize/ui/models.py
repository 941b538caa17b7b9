"""What people keep for themselves in the screens: saved views, columns of a list, drafts of forms."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhize.kernel.db.models import Model


class SavedView(Model):
    """A named set of filters, sort and columns of one list; `query` is the list's query string."""

    class Shared(models.TextChoices):
        PRIVATE = "private", _("只有我")
        UNIT = "unit", _("本机构")
        ALL = "all", _("所有人")

    audited = False
    audited_fields: ClassVar[tuple[str, ...]] = ()

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=80)
    name = models.CharField(_("名称"), max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    shared = models.CharField(_("谁能用"), max_length=10, choices=Shared.choices, default=Shared.PRIVATE)
    unit = models.ForeignKey("org.Unit", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "page", "name"], name="ui_view_name_once"),
            models.UniqueConstraint(
                fields=["user", "page"], condition=models.Q(is_default=True), name="ui_view_one_default"
            ),
        )

    def __str__(self) -> str:
        return self.name


class ListSetup(Model):
    """Which columns a person wants in a list, in which order, and how many rows a page has."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=80)
    columns = models.JSONField(default=list)
    page_size = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "page"], name="ui_setup_once"),)

    def __str__(self) -> str:
        return self.page


class Draft(Model):
    """What somebody typed into a form and has not sent. Thrown away when the form succeeds or after 30 days."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=160)
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "key"], name="ui_draft_once"),)

    def __str__(self) -> str:
        return self.key


class Submission(Model):
    """A form that was sent and done: the same token sent again is answered with the same place, not done twice."""

    token = models.CharField(max_length=40, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    location = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.token
