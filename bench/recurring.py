"""`python -m bench.recurring [people] [days]`: make the slots of recurring duties for many people ahead.

Each person holds a position of his own that owes 30 recurring duties in the mix of the shipped packs; centres of at most
200 people have a library of their own. The floor is COPY of the same obligations into an equal table with the same
indexes and checks and nothing that points to it, in the same run. CPU is that of this process and of all processes
of the database server. Compare the ratios, machines and neighbours differ.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

PEOPLE_OF_A_CENTRE = 200
FLOOR_ROWS = 50_000
TICKS = os.sysconf("SC_CLK_TCK")


def _mix() -> list[dict[str, Any]]:
    """30 rules: of the 242 in the packs half are monthly, a sixth quarterly, an eighth each daily and weekly."""
    daily = [
        {"due": "shift_end"},
        {"due": "by", "at": "10:00"},
        {"due": "by", "at": "17:30"},
        {"due": "shift_end"},
    ]
    days = [5, 10, 13, 15, 20, 25, 28, -1]
    return [
        *({"every": "day", **each} for each in daily),
        *({"every": "week", "due": "by", "weekdays": [day]} for day in ("mon", "wed", "fri")),
        *({"every": "month", "due": "by", "month_days": [day]} for day in days),
        *({"every": "month", "due": "period_end", "offset_days": days} for days in (0, 0, 0, 3, 5)),
        {"every": "month", "due": "on", "month_days": [1]},
        {"every": "month", "due": "by", "nth_working_day": 3},
        *({"every": "quarter", "due": "period_end", "offset_days": days} for days in (0, 0, 5, 10)),
        {"every": "quarter", "due": "by", "month_days": [15]},
        {"every": "half_year", "due": "period_end"},
        {"every": "year", "due": "period_end"},
        {"every": "year", "due": "by", "months": [3], "month_days": [31]},
    ]


def fill(people: int) -> None:
    """Centres of teams, each with a position, its holder and the thirty duties of its centre."""
    from tests.domains.duties.cast import duty_spec
    from tests.kernel.calendars import build
    from zhize.domains.duties import capabilities as caps
    from zhize.domains.duties.services import library
    from zhize.kernel import access
    from zhize.kernel.org.models import Appointment, Person, Position, Unit
    from zhize.lib import clock

    since = clock.today("UTC").replace(day=1)
    for begin in range(0, people, PEOPLE_OF_A_CENTRE):
        centre = build.unit(f"centre{begin}")
        numbers = range(begin, min(begin + PEOPLE_OF_A_CENTRE, people))
        teams = Unit.objects.bulk_create(
            Unit(code=f"team{n}", name=f"team{n}", parent=centre, path=f"-{n}") for n in numbers
        )
        for team in teams:
            team.path = f"{centre.path}{team.pk}/"
        Unit.objects.bulk_update(teams, ["path"])
        places = Position.objects.bulk_create(
            Position(unit=each, code="officer", name="officer") for each in teams
        )
        held = Person.objects.bulk_create(
            Person(name=f"P{n}", employee_no=f"B{n:06d}", language="zh-hans") for n in numbers
        )
        Appointment.objects.bulk_create(
            Appointment(person=who, position=where, kind="primary", from_on=since)
            for who, where in zip(held, places, strict=True)
        )
        for number, rule in enumerate(_mix()):
            spec: dict[str, Any] = {**duty_spec(f"duty{number}", "officer"), "recurring": rule}
            spec["evidence"] = {"kind": "note"}
            del spec["trigger"]
            library.put(actor=access.system(caps.SCHEDULE), unit=centre, spec=spec)


@dataclass
class Spent:
    """Seconds of the wall, CPU seconds of Python and of the database, statements."""

    wall: float = 0.0
    python: float = 0.0
    database: float = 0.0
    statements: int = 0
    result: Any = None

    @property
    def cpu(self) -> float:
        return self.python + self.database


def _of_process(pid: int | str, *, with_ended: bool = False) -> float:
    """CPU seconds of a process; those of its ended children too, if wanted."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(value) for value in fields[11 : 15 if with_ended else 13]) / TICKS


def _database_cpu() -> float:
    """CPU seconds of the whole server: the parent of our own process there and all its children."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        mine = cursor.fetchone()[0]
    parent = Path(f"/proc/{mine}/stat").read_text().rpartition(")")[2].split()[1]
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return _of_process(parent, with_ended=True) + sum(_of_process(child) for child in children)


@contextmanager
def measuring(spent: Spent) -> Iterator[None]:
    """Add what the block takes."""
    wall, python, database = time.perf_counter(), time.process_time(), _database_cpu()
    yield
    spent.wall += time.perf_counter() - wall
    spent.python += time.process_time() - python
    spent.database += _database_cpu() - database


def measured(run: Callable[[], Any]) -> Spent:
    """What a call takes, with its statements."""
    from django.db import connection

    spent = Spent()

    def counting(execute: Any, *args: Any) -> Any:
        spent.statements += 1
        return execute(*args)

    with measuring(spent), connection.execute_wrapper(counting):
        spent.result = run()
    return spent


def floor() -> Spent:
    """The obligations once more by COPY, in an equal table without anything that points to it."""
    from django.db import connection

    spent = Spent()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE plain (LIKE duties_obligation INCLUDING ALL)")
        cursor.execute("SELECT min(id), max(id) FROM duties_obligation")
        first, last = cursor.fetchone()
        for begin in range(first, last + 1, FLOOR_ROWS):
            picked = f"SELECT * FROM duties_obligation WHERE id >= {begin} AND id < {begin + FLOOR_ROWS}"
            with cursor.copy(f"COPY ({picked}) TO STDOUT (FORMAT binary)") as out:
                rows = [bytes(block) for block in out]
            with measuring(spent), cursor.copy("COPY plain FROM STDIN (FORMAT binary)") as into:
                for block in rows:
                    into.write(block)
            spent.statements += 1
    return spent


def _print(name: str, spent: Spent, least: Spent, rows: int = 0) -> None:
    rates = (f"{rows / spent.wall:.0f}", f"{rows / spent.cpu:.0f}") if rows else ("", "")
    print(
        f"{name:<32}{spent.wall:>8.1f}{spent.python:>8.1f}{spent.database:>8.1f}{rates[0]:>9}{rates[1]:>9}"
        f"{spent.cpu / least.cpu:>9.2f}{spent.statements:>9}"
    )


def main(people: int, days: int, *, as_json: bool = False) -> None:
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    from tests.kit import database

    setup_test_environment(debug=False)
    with database.clone():
        from django.db import connection

        from zhize.domains.duties import capabilities as caps
        from zhize.domains.duties import services as duties
        from zhize.kernel import access

        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
        fill(people)
        actor = access.system(caps.SCHEDULE)
        first = measured(lambda: duties.schedule(actor=actor, ahead_days=days))
        again = measured(lambda: duties.schedule(actor=actor, ahead_days=days))
        least = floor()
        made = first.result
        assert again.result == 0
        if as_json:
            print(json.dumps({"value": round(made / first.cpu), "slots": made, "seconds": round(first.wall, 1), "times_floor": round(first.cpu / least.cpu, 2), "again_s": round(again.wall, 1)}))  # fmt: skip
            return
        print(f"{people} people with 30 duties each, {days} days ahead: {made} slots")
        head = ("s", "py CPU", "db CPU", "slots/s", "per CPU s", "× floor", "queries")
        print(
            f"{'what':<32}{head[0]:>8}{head[1]:>8}{head[2]:>8}{head[3]:>9}{head[4]:>10}{head[5]:>8}{head[6]:>9}"
        )
        _print("COPY of the same rows (floor)", least, least, made)
        _print("schedule", first, least, made)
        _print("schedule again, nothing to do", again, least)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:] if word.isdigit()]
    main(*(given + [2000, 365][len(given) :]), as_json="--json" in sys.argv)
