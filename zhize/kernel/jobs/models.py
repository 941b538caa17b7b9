"""What the queue itself does not keep: why a job failed, and when each periodic job last ran.

The queue's own rows are procrastinate's (`procrastinate_jobs`, `procrastinate_events`); `Job` reads them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from procrastinate.contrib.django.models import ProcrastinateJob

from zhize.kernel import access
from zhize.kernel.db.models import Model


class Job(ProcrastinateJob):
    """A job in the queue, read only: the queue's own functions write it."""

    objects = access.ScopedManager()  # type: ignore[assignment,misc]

    class Meta:
        proxy = True
        app_label = "jobs"

    def __str__(self) -> str:
        return f"{self.task_name} #{self.pk}"


class JobFailure(Model):
    """One failed attempt of a job. The job's row may be gone by then, so its id is a plain number."""

    job_id = models.BigIntegerField(db_index=True)
    task_name = models.CharField(max_length=128)
    attempt = models.PositiveIntegerField()
    error = models.CharField(max_length=300)
    detail = models.TextField(blank=True)
    final = models.BooleanField(default=False)
    at = models.DateTimeField(db_index=True)

    class Meta:
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.task_name}: {self.error}"


class PeriodicRun(Model):
    """The state of one periodic job. `slot` is the newest slot handed to the queue (the claim on it)."""

    name = models.CharField(max_length=128, unique=True)
    slot = models.DateTimeField()
    since = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
