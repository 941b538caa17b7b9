"""Many rows at once: as bulk_create writes them, with ids and defaults."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from tests.kernel.calendars import build
from zhize.kernel import calendars
from zhize.kernel.clocks.models import Clock, Outcome
from zhize.kernel.db import copying

NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)


def clock_of(number: int, **more: object) -> Clock:
    unit = more.pop("unit")
    return Clock(
        subject_type="org.unit",
        subject_id=number,
        label={"zh": "时限 \t\\N", "en": 'a "limit"\n'},
        unit=unit,
        calendar_version=calendars.version_for(unit),
        target={"kind": "none"},
        started_at=NINE,
        outcome=Outcome.RUNNING,
        **more,
    )


@pytest.mark.django_db
def test_what_is_copied_reads_as_it_was_given() -> None:
    unit = build.unit()
    (reserved,) = copying.reserve(Clock, 1)
    rows = [clock_of(1, unit=unit), clock_of(2, unit=unit, pk=reserved, due_at=NINE)]
    copying.copy_in(rows)
    first, second = Clock.objects.order_by("subject_id")
    assert (first.pk, second.pk) == (rows[0].pk, reserved)
    assert (first.label, first.outcome, first.due_at) == (rows[0].label, "running", None)
    assert (second.due_at, second.version) == (NINE, 0)
    copying.copy_in([])


@pytest.mark.django_db
def test_constraints_hold() -> None:
    unit = build.unit()
    with pytest.raises(IntegrityError), transaction.atomic():
        copying.copy_in([clock_of(1, unit=unit), clock_of(1, unit=unit)])
