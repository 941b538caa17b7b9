"""One tick over many open clocks: one obligation's clock, multiplied; one in a hundred has something to tell.

Four workers begin at the same moment and tick until nothing is left; every moment must have been told once.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg

from zhize.project import postgres

WORKERS, ONE_IN = 4, 100
# The rows that belong to a clock, and what differs from the one that is copied.
TABLES = {
    "duties_obligation": {"slot": "NULL", "trigger_entry": "NULL", "clock_id": "{clock} + k"},
    "clocks_clock": {"subject_id": "{obligation} + k", "started_at": "now() - interval '1 hour'", "due_at": "now() + interval '9 hours'"},
    "clocks_clockinterval": {"clock_id": "{clock} + k", "from_at": "now() - interval '1 hour'"},
    "clocks_clockthreshold": {"clock_id": "{clock} + k", "fire_at": "{moment}", "next_at": "{moment}"},
}  # fmt: skip
MOMENT = f"now() + CASE WHEN k % {ONE_IN} = 0 THEN interval '-1 minute' ELSE interval '1 hour' END"
WORKER = """
import gc, sys, time, django
django.setup()
from django.db import connection
from zhize.kernel.clocks import ticking
connection.ensure_connection()
gc.freeze()  # as a worker does
print("ready", flush=True)
sys.stdin.readline()
begun, told = time.process_time(), 0
while found := ticking.tick():
    told += found
print(told, time.process_time() - begun)
"""


def run(folder: Path, clocks: int) -> dict[str, Any]:
    from bench.apart import database_seconds

    with psycopg.connect(
        **postgres.parameters(folder, user=postgres.SUPERUSER), autocommit=True
    ) as superuser:
        wanted = _multiply(superuser, clocks)
        workers = [_worker() for _worker_number in range(WORKERS)]
        database, begun = database_seconds(folder), time.monotonic()
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("\n")
            worker.stdin.flush()
        ends = [worker.communicate()[0].split() for worker in workers]
        lasted = time.monotonic() - begun
        spent = sum(float(seconds) for _told, seconds in ends) + database_seconds(folder) - database
        told = superuser.execute(
            "SELECT count(*), count(DISTINCT data->>'clock') FROM history_entry WHERE verb = 'clock.threshold' AND at > now() - %s::interval",
            [f"{lasted + 5} seconds"],
        ).fetchone()
    if told != (wanted, wanted):
        raise RuntimeError(f"{wanted} moments came, told were {told}")
    return {
        "value": round(lasted, 2),
        "cpu": round(spent, 2),
        "clocks": clocks,
        "told": wanted,
        "by_worker": [int(count) for count, _seconds in ends],
    }


def _worker() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


def _multiply(superuser: psycopg.Connection[Any], clocks: int) -> int:
    """Make so many clocks of one, and returns how many of them have something to tell."""
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("UPDATE clocks_clockthreshold SET next_at = NULL")
    row = superuser.execute(
        "SELECT o.id, c.id, i.id, t.id FROM duties_obligation o JOIN clocks_clock c ON c.id = o.clock_id"
        " JOIN clocks_clockinterval i ON i.clock_id = c.id JOIN clocks_clockthreshold t ON t.clock_id = c.id"
        " WHERE c.stopped_at IS NULL AND o.ended_at IS NULL AND i.to_at IS NULL AND t.fired_at IS NULL"
        " AND t.at_percent IS NOT NULL ORDER BY o.id LIMIT 1"
    ).fetchone()
    assert row is not None  # the stories leave open matters
    bases = {
        table: superuser.execute(f"SELECT max(id) FROM {table}").fetchone()[0]  # type: ignore[index]
        for table in TABLES
    }
    names = {
        "obligation": bases["duties_obligation"],
        "clock": bases["clocks_clock"],
        "moment": MOMENT,
    }
    for (table, changed), copied in zip(TABLES.items(), row, strict=True):
        columns = [
            name
            for (name,) in superuser.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
                [table],
            ).fetchall()
        ]
        values = {**changed, "id": f"{bases[table]} + k"}
        said = [values[name].format(**names) if name in values else f's."{name}"' for name in columns]
        superuser.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(said)} FROM {table} s,"
            f" generate_series(1, {clocks}) AS k WHERE s.id = {copied}"
        )
        superuser.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {bases[table] + clocks})")
    superuser.execute("SET session_replication_role = origin")
    superuser.execute("ANALYZE")
    return clocks // ONE_IN
