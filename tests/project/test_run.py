"""`zhize run` serves, brings back what dies, says when its port is taken, and leaves nothing behind."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from tests.kit.waiting import PATIENCE, until
from zhize.project import config, database, postgres, prepared, run

ROOT = Path(__file__).resolve().parents[2]


class Installation:
    """One `zhize run` on a data folder and port of its own, without pack and demo."""

    def __init__(self, data_dir: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        names = {
            name: value for name, value in os.environ.items() if not name.startswith(("ZHIZE_", "DJANGO_"))
        }
        own = {
            "ZHIZE_DATA_DIR": str(data_dir),
            "ZHIZE_PORT": str(self.port),
            "ZHIZE_PACK": "none",
            "ZHIZE_DEMO": "false",
        }
        self.environment = {**names, **own}
        self.log = data_dir / "run.log"
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "zhize", "run"]
            return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def answers(self, path: str = "/readyz") -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def children(self) -> dict[str, int]:
        found = {}
        for child in psutil.Process(self.process.pid).children():
            try:
                words = child.cmdline()
            except psutil.Error:  # dead, and not yet noticed
                continue
            if "zhize" in words and "--attended" in words:
                found[words[words.index("zhize") + 1]] = child.pid
        return found

    def wait(self, condition: str, met: Callable[[], object]) -> None:
        def looked() -> object:
            found = met()
            assert found or self.process.poll() is None, f"ended:\n{self.tail()}"
            return found

        until(condition, looked, pause=0.3, said=self.tail)

    def tail(self) -> str:
        return self.log.read_text()[-3000:]


@pytest.fixture
def installation() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="zhize-run-") as folder:
        Path(folder).chmod(0o755)
        running = Installation(Path(folder))
        try:
            yield running
        finally:
            running.process.send_signal(signal.SIGTERM)
            running.process.wait(PATIENCE)


def test_one_command_serves_survives_and_stops(installation: Installation) -> None:
    # Preparing dies with who began it: two of them at one database would be one too many.
    installation.wait("preparing", lambda: "prepare" in installation.children())
    preparing = psutil.Process(installation.children()["prepare"])
    installation.process.kill()
    assert psutil.wait_procs([preparing], timeout=10)[1] == []
    installation.process.wait(PATIENCE)
    installation.process = installation.start()

    installation.wait("serving", installation.answers)
    installation.wait("complete", lambda: len(installation.children()) == 2)
    assert installation.answers("/healthz")
    assert_known_as_prepared(Path(installation.environment["ZHIZE_DATA_DIR"]))

    again = subprocess.run(
        [sys.executable, "-m", "zhize", "run"],
        cwd=ROOT,
        env=installation.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 1
    assert f"port {installation.port}" in again.stderr
    assert "ZHIZE_PORT" in again.stderr

    before = installation.children()
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    installation.wait("restarted", lambda: not set(installation.children().values()) & set(before.values()))
    installation.wait("both there again", lambda: len(installation.children()) == 2)
    installation.wait("serving again", installation.answers)

    family = psutil.Process(installation.process.pid).children(recursive=True)
    installation.process.send_signal(signal.SIGTERM)
    assert installation.process.wait(PATIENCE) == 0
    assert psutil.wait_procs(family, timeout=10)[1] == []
    data_dir = Path(installation.environment["ZHIZE_DATA_DIR"])
    assert not (data_dir / "pg" / "data" / "postmaster.pid").exists()


def assert_known_as_prepared(data_dir: Path) -> None:
    """The next start has nothing to prepare; it has with other settings, and with a database of another version."""
    settings = config.Config(data_dir=data_dir, pack="none", demo=False)
    assert prepared.announcement(settings) == ""
    assert prepared.announcement(replace(settings, demo=True)) is None
    with database.connect(settings) as connection:
        later = "INSERT INTO django_migrations (app, name, applied) VALUES ('org', 'later', now())"
        connection.execute(later)
        assert prepared.announcement(settings) is None
        connection.execute("DELETE FROM django_migrations WHERE name = 'later'")
    assert prepared.announcement(settings) == ""


def test_a_database_that_cannot_start_is_tried_again_and_ends_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with tempfile.TemporaryDirectory(prefix="zhize-keep-") as folder:
        Path(folder).chmod(0o755)
        keeper = run.DatabaseKeeper(config.Config(data_dir=Path(folder)))
        with postgres.use(Path(folder), {"fsync": "off", "shared_buffers": "16MB"}) as server:
            own = server.location.data / "postgresql.auto.conf"
            sound = own.read_text()
            own.write_text("shared_buffers = 'as much as there is'\n")
            os.kill(int((server.location.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            keeper.watch()
            assert "trying again in 1 s" in capsys.readouterr().out
            keeper.watch()
            assert (keeper.failures, capsys.readouterr().out) == (1, "")
            own.write_text(sound)
            keeper.not_before = 0.0
            keeper.watch()
            keeper.watch()
            assert server.running() and keeper.failures == 0
