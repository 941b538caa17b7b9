"""What the log says of an outage."""

from __future__ import annotations

import logging

from zhize.project.logs import Outages


def record(name: str, at: float, status: int | None = 503) -> logging.LogRecord:
    made = logging.makeLogRecord({"name": name, "msg": "Service Unavailable: /cases/"})
    made.created = 1_790_000_000 + at
    if status is not None:
        made.status_code = status
    return made


def test_an_outage_is_told_of_once_a_minute_and_everything_else_each_time() -> None:
    told = Outages()
    assert told.filter(record("django.request", 0))
    assert not told.filter(record("django.request", 59))
    assert told.filter(record("zhize.ui", 59))
    assert told.filter(record("django.request", 60))
    assert all(told.filter(record("django.request", 61, status)) for status in (500, 404, None, 500))
