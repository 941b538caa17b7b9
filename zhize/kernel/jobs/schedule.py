"""Handing due periodic jobs to the queue.

Any number of workers may do this at once: moving `PeriodicRun.slot` forward is the claim, and only the one
whose update hits a row queues the job, in the same transaction.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from zhize.kernel.jobs import deferring
from zhize.kernel.jobs.models import PeriodicRun
from zhize.kernel.jobs.registry import SCHEDULES, Schedule
from zhize.lib import clock


def zone() -> str:
    """The zone cron lines are read in: that of the installation."""
    return str(settings.CONFIG.timezone)


def defer_due(now: datetime | None = None) -> list[str]:
    """Queue every periodic job whose newest slot nobody has claimed yet; returns their names.

    A cron job met for the first time waits for its next slot; one that runs every few minutes starts now.
    """
    now = now or clock.now()
    known = dict(PeriodicRun.objects.filter(name__in=list(SCHEDULES)).values_list("name", "slot"))
    queued = []
    for schedule in SCHEDULES.values():
        slot = schedule.slot(now, zone())
        if schedule.name not in known:
            due = _introduce(schedule, slot, now)
        elif known[schedule.name] < slot:
            due = _claim(schedule, slot)
        else:
            due = False
        if due:
            queued.append(schedule.name)
    return queued


def _introduce(schedule: Schedule, slot: datetime, now: datetime) -> bool:
    with transaction.atomic():
        _row, created = PeriodicRun.objects.get_or_create(
            name=schedule.name, defaults={"slot": slot, "since": now}
        )
        if created and schedule.every_minutes:
            _queue(schedule)
            return True
    return False


def _claim(schedule: Schedule, slot: datetime) -> bool:
    with transaction.atomic():
        if not PeriodicRun.objects.filter(name=schedule.name, slot__lt=slot).update(slot=slot):
            return False
        _queue(schedule)
    return True


def _queue(schedule: Schedule) -> None:
    key = f"periodic:{schedule.name}"
    deferring.defer(schedule.name, unique=key, lock=key)
