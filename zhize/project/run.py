"""`zhize run`: database, set-up, web server and worker in one command, kept alive until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

from zhize.project import config, database, postgres, prepared, web

WATCH_SECONDS = 0.5
# A child that lived this long was healthy: its next death is restarted at once.
HEALTHY_SECONDS = 30.0
LONGEST_WAIT = 30.0
FIRST_TRIES = 3
STOP_SECONDS = 25.0
FIRST_ANSWER_SECONDS = 120.0


class Stopped(Exception):
    """A stop signal arrived."""


@dataclass
class Child:
    """One process that is started again when it dies, each time after a longer wait."""

    name: str
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    not_before: float = field(default=0.0)

    def start(self) -> subprocess.Popen[bytes]:
        # In a session of its own, so that Ctrl-C reaches only us and children stop in order. Its standard input is a
        # pipe that ends with us: see attending.py.
        self.started_at = time.monotonic()
        command = [sys.executable, "-m", "zhize", self.name, "--attended"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
        return self.process

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def watch(self) -> None:
        """Start again when it has died and the wait is over."""
        now = time.monotonic()
        if self.alive():
            return
        if self.process is not None:
            self.deaths = 1 if now - self.started_at > HEALTHY_SECONDS else self.deaths + 1
            self.not_before = now + min(LONGEST_WAIT, 0.5 * 2**self.deaths if self.deaths > 1 else 0.0)
            say(f"{self.name} ended with code {self.process.returncode}; starting it again")
            self.clear()
            self.process = None
        if now >= self.not_before:
            self.start()

    def stop(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{self.name} does not stop; ending it")
        self.clear()
        self.process.wait()

    def clear(self) -> None:
        """End what is left of its group: killed with -9, the web server leaves processes that hold the port."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


class DatabaseKeeper:
    """Starts the embedded database again when somebody killed it, each time after a longer wait while it cannot start.

    Meanwhile the web server says that the database is away: a full disk is no reason to say nothing at all.
    """

    def __init__(self, settings: config.Config) -> None:
        self.settings = settings
        self.failures = 0
        self.not_before = 0.0

    def watch(self) -> None:
        if self.settings.database_url or time.monotonic() < self.not_before:
            return
        server = postgres.Server(self.settings.data_dir, database.server_settings(self.settings))
        if server.running():
            self.failures = 0
            return
        say("the database is gone; starting it again")
        try:
            with server.alone():
                server.start(again=True)
        except (postgres.PostgresError, OSError) as error:
            self.failures += 1
            wait = min(LONGEST_WAIT, 0.5 * 2**self.failures)
            self.not_before = time.monotonic() + wait
            say(f"{error}\nzhize: trying again in {wait:.0f} s")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="zhize run", description=__doc__)
    parser.parse_args(arguments)
    settings = config.read()
    web.check_port(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    try:
        with database.available(settings):
            return _serve(settings)
    except Stopped:
        say("stopped")
        return 0


def _serve(settings: config.Config) -> int:
    announcement = prepared.announcement(settings)
    children = [Child("web"), Child("worker")]
    keeper = DatabaseKeeper(settings)
    try:
        if announcement is None:
            if code := _prepare(children):
                return code
            announcement = prepared.read(settings)["announcement"]
        else:
            children[1].start()
        children[0].start()
        if not _wait_until_answering(settings, children[0]):
            say("the web server does not come up; the reason stands above")
            return 1
        say(f"Zhize is at {settings.base_url}   (stop with Ctrl-C)")
        print(announcement, end="", flush=True)  # noqa: T201
        while True:
            time.sleep(WATCH_SECONDS)
            keeper.watch()
            for child in children:
                child.watch()
    finally:
        _stop_all(children)


def _prepare(children: list[Child]) -> int:
    """Have everything made ready by a process of its own, which stops as the others do. Returns its exit code."""
    preparing = Child("prepare")
    children.insert(0, preparing)
    code = preparing.start().wait()
    children.remove(preparing)
    if code:
        say("the installation could not be prepared; the reason stands above")
    return abs(code)


def _wait_until_answering(settings: config.Config, server: Child) -> bool:
    deadline = time.monotonic() + FIRST_ANSWER_SECONDS
    while server.deaths < FIRST_TRIES and time.monotonic() < deadline:
        if _answers(settings):
            return True
        time.sleep(0.1)
        server.watch()
    return False


def _answers(settings: config.Config) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(host, settings.port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _stop_all(children: Sequence[Child]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    for child in children:
        if child.alive() and child.process:
            child.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        child.stop(deadline)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def say(text: str) -> None:
    print(f"zhize: {text}", flush=True)  # noqa: T201
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
