"""`python -m bench.recurring [people] [days]`: make the slots of recurring duties for many people ahead.

Each person holds a position of his own that owes a daily, a weekly and a monthly duty. Prints seconds, rows and
statements, and the ratio to the floor: the same obligations, without clocks and history, inserted into an equal
table by plain statements in the same run. Compare the ratios, machines differ.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

DUTIES = {
    "daily": {"every": "day", "due": "shift_end"},
    "weekly": {"every": "week", "due": "by", "weekdays": ["fri"]},
    "monthly": {"every": "month", "due": "period_end"},
}


def fill(people: int) -> None:
    """A company with so many teams, each with a position, its holder and the three duties of all."""
    from tests.domains.duties.cast import duty_spec
    from tests.kernel.calendars import build
    from zhize.domains.duties import capabilities as caps
    from zhize.domains.duties.services import library
    from zhize.kernel import access

    company = build.unit("company")
    for _number in range(people):
        build.appoint(build.person(), build.position(build.unit(parent=company), "officer"))
    for code, rule in DUTIES.items():
        spec: dict[str, Any] = {**duty_spec(code, "officer"), "recurring": rule, "evidence": {"kind": "note"}}
        del spec["trigger"]
        library.put(actor=access.system(caps.SCHEDULE), unit=company, spec=spec)


def floor() -> float:
    """Seconds for the obligations once more, in an equal table without anything that points to it."""
    from django.db import connection

    from zhize.domains.duties.models import Obligation

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE plain (LIKE duties_obligation INCLUDING ALL)")
        cursor.execute("SELECT min(id), max(id) FROM duties_obligation")
        first, last = cursor.fetchone()
    columns = [field.column for field in Obligation._meta.concrete_fields]
    named, holes = ", ".join(f'"{name}"' for name in columns), ", ".join(["%s"] * len(columns))
    compiled = [field.get_db_prep_save for field in Obligation._meta.concrete_fields]
    names = [field.attname for field in Obligation._meta.concrete_fields]
    spent = 0.0
    for begin in range(first, last + 1, 1000):
        rows = Obligation.objects.filter(pk__gte=begin, pk__lt=begin + 1000)
        values = [
            [prepare(getattr(row, name), connection) for prepare, name in zip(compiled, names, strict=True)]
            for row in rows
        ]
        if not values:
            continue
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO plain ({named}) VALUES " + ", ".join([f"({holes})"] * len(values)),
                [value for row in values for value in row],
            )
        spent += time.perf_counter() - began
    return spent


def measured(run: Callable[[], Any]) -> tuple[float, Any, int]:
    """Seconds, what came of it, statements."""
    from django.db import connection

    count = 0

    def counting(execute: Any, *args: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*args)

    began = time.perf_counter()
    with connection.execute_wrapper(counting):
        found = run()
    return time.perf_counter() - began, found, count


def main(people: int, days: int) -> None:
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    from tests.kit import database

    setup_test_environment(debug=False)
    with database.clone():
        from zhize.domains.duties import capabilities as caps
        from zhize.domains.duties import services as duties
        from zhize.kernel import access

        fill(people)
        actor = access.system(caps.SCHEDULE)
        taken, made, statements = measured(lambda: duties.schedule(actor=actor, ahead_days=days))
        least = floor()
        print(f"{people} people, {days} days ahead: {made} obligations with clocks and history")
        print(f"{'what':<34}{'s':>10}{'rows/s':>10}{'× floor':>10}{'queries':>9}")
        print(f"{'the obligations alone (floor)':<34}{least:>10.1f}{made / least:>10.0f}{1:>10.1f}")
        print(f"{'schedule':<34}{taken:>10.1f}{made / taken:>10.0f}{taken / least:>10.1f}{statements:>9}")
        again, none, statements = measured(lambda: duties.schedule(actor=actor, ahead_days=days))
        assert none == 0
        print(
            f"{'schedule again, nothing to do':<34}{again:>10.1f}{'':>10}{again / least:>10.1f}{statements:>9}"
        )


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(given + [2000, 366][len(given) :]))
