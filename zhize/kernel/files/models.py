"""Contents and what they are attached to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhize.kernel.db.models import Model
from zhize.kernel.org.models import Person


class Scan(models.TextChoices):
    """What the virus scanner said of a content."""

    NONE = "none"
    CLEAN = "clean"
    INFECTED = "infected"


class Blob(Model):
    """One content, kept once however often it is uploaded. `media_type` is what the content is, not what its
    sender called it; empty means unknown, and unknown is only ever downloaded. `touched_at` is when it was last
    uploaded; a content that nothing refers to is swept away some time after that."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    scan = models.CharField(max_length=10, default=Scan.NONE)
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(size__gt=0), name="files_blob_not_empty"),
            models.CheckConstraint(
                condition=Q(scan__in=[scan.value for scan in Scan]), name="files_blob_scan"
            ),
        )
        indexes = (models.Index(fields=["id"], name="files_blob_unscanned", condition=Q(scan="none")),)

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def is_image(self) -> bool:
        """Whether a preview can be made."""
        return self.width is not None


class Attachment(Model):
    """A content under a name, attached to a row of any model (`subject_type` is its label, "cases.case").

    Who may see the subject may see the attachment. A removed one keeps its row and history; its content goes
    when nothing else refers to it.
    """

    audited = True

    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="attachments")
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=60, blank=True)
    visible_to_customer = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_by_label = models.CharField(max_length=120)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=["subject_type", "subject_id", "id"], name="files_attachment_subject"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(blob__isnull=False) | Q(removed_at__isnull=False),
                name="files_attachment_has_content",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def media_type(self) -> str:
        return self.blob.media_type if self.blob else ""

    @property
    def size(self) -> int:
        return self.blob.size if self.blob else 0
