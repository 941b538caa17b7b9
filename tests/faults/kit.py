"""Real installations on data folders of their own, made to be killed, starved and cut off."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.kit.waiting import until
from zhize.project import postgres

ROOT = Path(__file__).resolve().parents[2]
# The kernel keeps what a killed process wrote; only a power failure needs fsync, and that cannot be tried here.
# The database and the machine live in another zone than the department, whose days and figures must not notice.
ELSEWHERE = "America/New_York"
QUICK = {"fsync": "off", "shared_buffers": "32MB", "timezone": ELSEWHERE}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class House:
    """One data folder, one port, and the processes that were started on them."""

    def __init__(self, data_dir: Path, **own: str) -> None:
        self.data_dir, self.port = data_dir, free_port()
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("ZHIZE_", "DJANGO_"))
        }
        self.environment = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "zhize.project.settings",
            "ZHIZE_DATA_DIR": str(data_dir),
            "ZHIZE_PORT": str(self.port),
            "ZHIZE_SECRET_KEY": "only for tests",
            "ZHIZE_PACK": "none",
            "ZHIZE_DEMO": "false",
            "TZ": ELSEWHERE,
            "ZHIZE_API_REQUESTS_PER_MINUTE": "100000",
            **own,
        }
        self.log = data_dir / "house.log"
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str, **own: str) -> subprocess.Popen[bytes]:
        """Start `zhize WORDS` in the background."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "zhize", *words],
                cwd=ROOT, env={**self.environment, **own}, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def call(self, *words: str, module: str = "zhize") -> subprocess.CompletedProcess[str]:
        """Run `zhize WORDS` to its end."""
        return subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def stop(self) -> None:
        """End everything that was started here, gently first; what is left of a group is killed."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)
        self.processes.clear()

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""

    # -- asking it ------------------------------------------------------

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str = "",
        timeout: float = 30,
        **headers: str,
    ) -> Answer:
        """One request. Raises OSError or HTTPException when no whole answer comes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, content, sent)
            reply = connection.getresponse()
            return Answer(
                reply.status, reply.read(), {name.lower(): text for name, text in reply.getheaders()}
            )
        finally:
            connection.close()

    def ready(self) -> bool:
        try:
            return self.ask("GET", "/readyz", timeout=5).status == 200
        except (OSError, http.client.HTTPException):
            return False

    def until_ready(self) -> None:
        until("ready", self.ready, said=self.tail)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(**postgres.parameters(self.data_dir)) as connection:
            return connection.execute(query.encode(), values or None).fetchall()

    def one(self, query: str, *values: object) -> Any:
        return self.rows(query, *values)[0][0]

    # -- hurting it -----------------------------------------------------

    def pid_of(self, part: str) -> int | None:
        """The process of a part of `zhize run`: web, worker, or database."""
        if part == "database":
            try:
                return int((postgres.location(self.data_dir).data / "postmaster.pid").read_text().split()[0])
            except (FileNotFoundError, IndexError, ValueError):
                return None
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(self.processes[0].pid).children():
                with contextlib.suppress(psutil.Error):
                    words = child.cmdline()
                    if "--attended" in words and words[words.index("zhize") + 1] == part:
                        return child.pid
        return None

    def kill(self, part: str) -> bool:
        """Kill -9 a part. False when it is not there just now."""
        pid = self.pid_of(part)
        if pid is None:
            return False
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True


class Receiver:
    """A receiver of webhooks. While `down`, it answers 503."""

    def __init__(self) -> None:
        self.got: Counter[str] = Counter()
        self.down = False
        self.refused = 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if outer.down:
                    outer.refused += 1
                else:
                    outer.got[json.loads(body)["id"]] += 1
                self.send_response(503 if outer.down else 204)
                self.end_headers()

            def log_message(self, *_said: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = int(self.server.server_address[1])


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver that listens."""
    made = Receiver()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join()
