"""The product as it really runs, in processes of its own, and the processor time that all of them took.

`zhize run` on a private data folder; processor time is user and system time of the web server, the worker and every
process of the database, those that ended meanwhile included. Clients are not counted.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import psycopg

from zhize.project import postgres

TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 300
SETTLE_SECONDS = 120
"""So long without a job done or begun means that none will be."""
IDLE_SECONDS = 12.0
# Jobs that wait for their turn now; what is planned for later does not count.
WAITING = (
    "SELECT count(*), max(id) FROM procrastinate_jobs WHERE status = 'doing'"
    " OR status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())"
)


@dataclass(frozen=True)
class Request:
    """One call as a client sends it. `expected`: the status that means it was done."""

    method: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    expected: int = 200


@dataclass(frozen=True)
class Figures:
    """What one operation took, in milliseconds: processor time by part of the product, and on the wall."""

    cpu: float
    web: float
    worker: float
    database: float
    median: float
    p95: float


def descendants(roots: Sequence[int]) -> dict[int, float]:
    """These processes and all that descend from them, with the user and system time of each in seconds."""
    stats: dict[int, tuple[int, float]] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        stats[int(entry.name)] = (int(fields[1]), sum(int(value) for value in fields[11:15]) / TICKS)
    wanted = set(roots)
    while more := {pid for pid, (parent, _) in stats.items() if parent in wanted} - wanted:
        wanted |= more
    return {pid: spent for pid, (_, spent) in stats.items() if pid in wanted}


def processor_seconds(roots: Sequence[int]) -> float:
    """User and system time of these processes and of all that descend from them."""
    return sum(descendants(roots).values())


def resident_megabytes(roots: Sequence[int]) -> float:
    """Memory of these processes and their descendants; what several share is counted once (proportional set size)."""
    total = 0
    for pid in descendants(roots):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def free_port(first: int) -> int:
    """The first of two ports side by side on which nobody listens: another measurement may run on this machine."""
    port = first
    while any(_taken(one) for one in (port, port + 1)):
        port += 2
    return port


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Server:
    """`zhize run` on one data folder, with its parts' processor time."""

    def __init__(self, data_dir: Path, port: int, **settings: str) -> None:
        self.data_dir, self.port = data_dir, free_port(port)
        self._settings = {f"ZHIZE_{name.upper()}": value for name, value in settings.items()}
        self._process: subprocess.Popen[bytes] | None = None
        self.idle: dict[str, float] = {}
        self.started_in = 0.0
        self.ports = [self.port]
        """Where web processes listen; clients are shared among them."""
        self._environment: dict[str, str] = {}

    def __enter__(self) -> Server:
        # As on a machine where it runs for good: compiled by the first start, whatever this shell wishes.
        mine = ("ZHIZE_", "PYTHONDONTWRITEBYTECODE")
        plain = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
        self._environment = {
            **plain,
            "PYTHONPYCACHEPREFIX": str(self.data_dir.parent / "bytecode"),
            "ZHIZE_DATA_DIR": str(self.data_dir),
            "ZHIZE_PORT": str(self.port),
            "ZHIZE_DEMO": "false",
            "ZHIZE_PACK": "none",
            "ZHIZE_API_REQUESTS_PER_MINUTE": "10000000",
            **self._settings,
        }
        log = (self.data_dir / "bench.log").open("ab")
        begun = time.monotonic()
        self._process = self._start("run", log, self.port)
        self._wait(self._process, self.port)
        self.started_in = time.monotonic() - begun
        return self

    def _start(self, part: str, log: BinaryIO, port: int) -> subprocess.Popen[bytes]:
        command, own = [sys.executable, "-m", "zhize", part], {"ZHIZE_PORT": str(port)}
        return subprocess.Popen(command, env={**self._environment, **own}, stdout=log, stderr=log)

    @contextmanager
    def doubled(self) -> Iterator[None]:
        """A second web process and a second worker beside those of `zhize run`."""
        port = self.port + 1
        with (self.data_dir / "bench.log").open("ab") as log:
            more = [self._start("worker", log, port), self._start("web", log, port)]
        try:
            self._wait(more[-1], port)
            self.ports = [self.port, port]
            yield
        finally:
            self.ports = [self.port]
            for process in more:
                process.send_signal(signal.SIGTERM)
            for process in more:
                process.wait(60)

    @contextmanager
    def confined(self, cores: set[int]) -> Iterator[None]:
        """All processes and threads of the product, the database included, on these cores only."""
        before = os.sched_getaffinity(0)
        self._pin(cores)
        try:
            yield
        finally:
            self._pin(before)

    def _pin(self, cores: set[int]) -> None:
        assert self._process is not None  # entered
        for pid in descendants([self._process.pid, self._postmaster()]):
            with suppress(FileNotFoundError, ProcessLookupError):
                for thread in Path(f"/proc/{pid}/task").iterdir():
                    os.sched_setaffinity(int(thread.name), cores)

    def __exit__(self, *_problem: object) -> None:
        assert self._process is not None  # entered
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)

    def _wait(self, process: subprocess.Popen[bytes], port: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.05)
            if process.poll() is not None:
                break
        raise RuntimeError(f"the product does not start: see {self.data_dir / 'bench.log'}")

    def parts(self) -> dict[str, list[int]]:
        """The processes at the head of each part."""
        assert self._process is not None  # entered
        own = str(self._process.pid)
        found: dict[str, list[int]] = {"web": [], "worker": [], "database": [self._postmaster()]}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == own:
                name = "worker" if b"worker" in words else "web"
                found[name].append(int(entry.name))
        return found

    def _postmaster(self) -> int:
        return int((postgres.location(self.data_dir).data / "postmaster.pid").read_text().split()[0])

    def connect(self, user: str = postgres.ROLE) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(**postgres.parameters(self.data_dir, user=user), autocommit=True)

    def spent(self) -> dict[str, float]:
        """Processor seconds of each part so far."""
        return {name: processor_seconds(roots) for name, roots in self.parts().items()}

    def memory(self) -> float:
        """MB of all processes of the product, `zhize run` itself included."""
        assert self._process is not None  # entered
        return resident_megabytes([self._process.pid, self._postmaster()])

    def rest(self) -> None:
        """Wait until no job is waiting, then learn what the product takes while nobody asks it anything."""
        for _window in range(3):  # after a start the worker catches up first
            self.settle()
            before, begun = self.spent(), time.monotonic()
            time.sleep(IDLE_SECONDS)
            lasted = time.monotonic() - begun
            rates = {name: (spent - before[name]) / lasted for name, spent in self.spent().items()}
            self.idle = {name: min(rate, self.idle.get(name, rate)) for name, rate in rates.items()}

    def settle(self) -> None:
        """Wait until the worker has done what is queued, however long that takes as long as it gets on."""
        deadline, before = time.monotonic() + SETTLE_SECONDS, None
        with self.connect() as connection:
            while time.monotonic() < deadline:
                found = connection.execute(WAITING).fetchone()
                if not found or not found[0]:
                    return
                if found != before:
                    deadline, before = time.monotonic() + SETTLE_SECONDS, found
                time.sleep(0.1)
        raise RuntimeError(f"the worker does not get on with its jobs: {before}")

    def measure(self, make: Callable[[int], Request], count: int, clients: int, begin: int) -> Figures:
        """`count` operations by so many clients at once, what the worker does about them afterwards included."""
        before, begun = self.spent(), time.monotonic()
        walls = self.drive([make(begin + index) for index in range(count)], clients)
        self.settle()
        lasted = time.monotonic() - begun
        spent = {
            name: max(0.0, now - before[name] - self.idle.get(name, 0.0) * lasted) * 1000 / count
            for name, now in self.spent().items()
        }
        ordered = sorted(walls)
        return Figures(
            sum(spent.values()),
            spent["web"],
            spent["worker"],
            spent["database"],
            statistics.median(walls),
            ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
        )

    def drive(self, requests: Sequence[Request], clients: int) -> list[float]:
        """Send the requests, shared among the clients; milliseconds each took. Raises when one was refused."""
        walls: list[float] = []
        problems: list[str] = []

        def client(mine: Sequence[Request], port: int) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            for request in mine:
                begun = time.perf_counter()
                connection.request(request.method, request.path, request.body, request.headers)
                answer = connection.getresponse()
                text = answer.read()
                walls.append((time.perf_counter() - begun) * 1000)
                if answer.status != request.expected:
                    problems.append(f"{request.method} {request.path}: {answer.status} {text[:300]!r}")
                    return

        threads = [
            threading.Thread(
                target=client, args=(requests[number::clients], self.ports[number % len(self.ports)])
            )
            for number in range(clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if problems:
            raise RuntimeError(problems[0])
        return walls
