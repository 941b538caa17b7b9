"""The index: one row of tokens for every row that can be found."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from zhize.kernel.db.models import Model
from zhize.kernel.org.models import Unit


class SearchDoc(Model):
    """What is known of one row for finding it. Derived: `zhize search reindex` makes it anew.

    `title` and `summary` are shown to whoever may see the row, so they hold no number that is to be masked.
    Keys (phones, numbers) are only in `tokens`, from which they cannot be read back.
    """

    subject_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    unit = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=300)
    summary = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    tokens = SearchVectorField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["subject_type", "object_id"], name="search_doc_once"),)
        # Without the pending list (fastupdate), a search never has to read what was not merged yet.
        indexes = (GinIndex(fields=["tokens"], name="search_doc_tokens", fastupdate=False),)

    def __str__(self) -> str:
        return self.title
