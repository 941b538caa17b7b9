"""Obligations as iCalendar (RFC 5545): stable ids, times in the unit's zone with the zone's rules, cancelled ones marked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta

import icalendar
from django.utils.translation import get_language

from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import coverage
from zhize.domains.duties.selectors.five import five
from zhize.lib import clock
from zhize.lib.text import Text

PRODUCT = "-//Zhize//Obligations//ZH"
BEFORE = timedelta(minutes=30)
DONE = Text("已办", "done")


def calendar_of(rows: Iterable[Obligation], *, host: str, address: str, name: str) -> bytes:
    """A calendar of these obligations, read with everything and their duty version.

    `host` makes the ids unique in the world, `address` is what the product's own links begin with.
    """
    made = icalendar.Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for row in rows:
        if row.due_at is not None:
            made.add_component(_event(row, host, address))
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _event(row: Obligation, host: str, address: str) -> icalendar.Event:
    """One obligation as the moment it is due. Its id never changes; every change of the row counts the sequence up."""
    assert row.due_at is not None  # noqa: S101 - the caller leaves out what has no limit
    event = icalendar.Event()
    event.add("uid", f"obligation-{row.pk}@{host}")
    event.add("sequence", row.version)
    event.add("dtstamp", clock.now().astimezone(UTC))
    event.add("dtstart", row.due_at.astimezone(clock.zone(row.unit.timezone)))
    event.add("summary", _title(row))
    event.add("description", "\n".join(f"{_say(label)}: {_say(text)}" for label, text in five(row).items()))
    event.add("location", _say(five(row).place))
    event.add("url", f"{address}/obligations/{row.pk}/")
    event.add("status", "CANCELLED" if row.state in {"cancelled", "excused"} else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if row.state == "open":
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _title(row))
        alarm.add("trigger", -BEFORE)
        event.add_component(alarm)
    return event


def _title(row: Obligation) -> str:
    done = row.state in {"done", "submitted"}
    fact = coverage.FACTS[coverage.fact_of(row, clock.now())] if row.state == "missed" else DONE
    return f"{_say(row.name)}（{_say(fact)}）" if done or row.state == "missed" else _say(row.name)


def _say(text: Text) -> str:
    return text.in_language(get_language() or "zh-hans")
