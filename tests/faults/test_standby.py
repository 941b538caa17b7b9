"""Two web and two worker processes on different data folders; their primary dies under load and a standby takes over."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.faults.conftest import Make, World
from tests.faults.kit import House
from tests.faults.load import Load
from tests.kit.waiting import until
from zhize.project import backup, config, postgres

# The soak (`make soak`) says how many.
CASES = int(os.environ.get("ZHIZE_TEST_SOAK_CASES", "30"))


def owner(place: Path) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(**postgres.parameters(place, "postgres", postgres.SUPERUSER), autocommit=True)


@contextmanager
def pair(primary: Path, standby: Path) -> Iterator[str]:
    """A primary that answers «saved» only when its standby has it, and the address that finds whichever writes."""
    first = postgres.Server(primary)
    with first.alone():
        first.start()
    base = standby.with_name("base")
    backup.run_program(
        config.Config(data_dir=primary),
        "pg_basebackup",
        [f"--pgdata={base}", "--wal-method=stream", "--checkpoint=fast", f"--username={postgres.SUPERUSER}"],
    )
    standby.mkdir()
    standby.chmod(0o755)
    second = postgres.Server(standby, {"hot_standby": "on"})
    source = f"host={postgres.location(primary).socket} port={postgres.PORT} user={postgres.SUPERUSER} application_name=b"
    with second.alone():
        second.adopt(base, {"primary_conninfo": source})
        data = postgres.location(standby).data
        (data / "recovery.signal").rename(data / "standby.signal")
        second.start()
    try:
        with owner(primary) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'b'")
            connection.execute("SELECT pg_reload_conf()")
            until(
                "in step",
                lambda: connection.execute(
                    "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
                ).fetchone(),
            )
        hosts = ",".join(str(postgres.location(place).socket) for place in (primary, standby))
        yield f"postgresql://zhize@/zhize?host={quote(hosts)}&target_session_attrs=read-write&connect_timeout=5"
    finally:
        for server in (first, second):
            with server.alone():
                server.stop()


def test_a_standby_takes_over_under_load(house: Make, world: World) -> None:
    primary = house().data_dir
    with pair(primary, primary.with_name("standby")) as address:
        places = [primary.with_name(f"machine{number}") for number in range(2)]
        machines = []
        for place in places:
            place.mkdir()
            subprocess.run(["cp", "-a", str(primary / "static"), str(place / "static")], check=True)
            machine = House(place, ZHIZE_DATABASE_URL=address, ZHIZE_WEBHOOK_INSIDE="127.0.0.1:9")
            machine.start("web")
            machine.start("worker")
            machines.append(machine)
        try:
            for machine in machines:
                machine.until_ready()
            loads = [
                Load(machine, world.tokens["limin"], world.rooms, clients=2, name=f"机器 {number}")
                for number, machine in enumerate(machines)
            ]
            for load in loads:
                load.run(CASES // 2)
            until(
                "under way",
                lambda: (
                    sum(len(load.opened) for load in loads) >= CASES // 3
                    or any(load.strange for load in loads)
                ),
            )
            assert [load.strange for load in loads] == [[], []]

            pid = int((postgres.location(primary).data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, signal.SIGKILL)
            with owner(primary.with_name("standby")) as taking_over:
                taking_over.execute("SELECT pg_promote()")
                for load in loads:
                    load.end()
                    assert load.strange == []
                    assert load.again >= 1
                promised = {title: pk for load in loads for title, pk in load.opened.items()}
                assert len(promised) == CASES // 2 * 2
            with psycopg.connect(**postgres.parameters(primary.with_name("standby"))) as after:
                assert dict(after.execute("SELECT title, id FROM cases_case").fetchall()) == promised
                waiting = "SELECT count(*) FROM history_reaction WHERE state = 'queued'"

                def drained() -> bool:
                    after.commit()
                    row = after.execute(waiting.encode()).fetchone()
                    return bool(row and row[0] == 0)

                until("worked off", drained)
        finally:
            for machine in machines:
                machine.stop()
