"""The embedded server starts, survives what kills it, and stops when the last user leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from zhize.project import postgres, postgres_binaries

QUICK = {"fsync": "off", "shared_buffers": "16MB"}


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A folder that the server's user reaches too; pytest's own temporary folders are closed to others."""
    with tempfile.TemporaryDirectory(prefix="zhize-pg-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def ask(data_dir: Path, query: str) -> object:
    with psycopg.connect(**postgres.parameters(data_dir)) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def test_it_serves_while_used_and_keeps_what_was_saved(data_dir: Path) -> None:
    with postgres.use(data_dir, QUICK) as server:
        assert ask(data_dir, "SELECT current_setting('server_encoding')") == "UTF8"
        assert ask(data_dir, "SELECT current_setting('listen_addresses')") == ""
        with psycopg.connect(**postgres.parameters(data_dir)) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    assert not server.running()
    with postgres.use(data_dir, QUICK):
        assert ask(data_dir, "SELECT number FROM kept") == 7


def test_it_stops_only_when_the_last_user_leaves(data_dir: Path) -> None:
    with postgres.use(data_dir, QUICK) as server:
        with postgres.use(data_dir, QUICK):
            pass
        assert server.running()
    assert not server.running()


def test_it_starts_again_after_a_kill(data_dir: Path) -> None:
    with postgres.use(data_dir, QUICK) as server:
        pid = int((server.location.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        server.start(again=True)
        assert ask(data_dir, "SELECT 1") == 1


def test_no_empty_database_takes_the_place_of_one_whose_folder_is_gone(data_dir: Path) -> None:
    with pytest.raises(postgres.PostgresError, match="mounted"):
        postgres.Server(data_dir, QUICK).start(again=True)
    assert not postgres.location(data_dir).data.exists()


def test_a_stale_pid_file_that_names_another_process_is_no_obstacle(data_dir: Path) -> None:
    with postgres.use(data_dir, QUICK) as server:
        pass
    (server.location.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.location.data}\n")
    with postgres.use(data_dir, QUICK):
        assert ask(data_dir, "SELECT 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_folder_that_root_has_copied_serves_again(data_dir: Path) -> None:
    with postgres.use(data_dir, QUICK):
        pass
    for path in [data_dir / "pg", *(data_dir / "pg").rglob("*")]:
        os.chown(path, 0, 0)
    with postgres.use(data_dir, QUICK):
        assert ask(data_dir, "SELECT 7") == 7


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_giving_it_to_the_server_may_break_off_anywhere(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres.use(data_dir, QUICK):
        pass
    for path in [data_dir / "pg", *(data_dir / "pg").rglob("*")]:
        os.chown(path, 0, 0)
    left = iter(range(40))
    give = os.chown

    def some(*arguments: Any, **how: Any) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        give(*arguments, **how)

    with monkeypatch.context() as broken:
        broken.setattr("os.chown", some)
        with pytest.raises(KeyboardInterrupt), postgres.use(data_dir, QUICK):
            pass
    with postgres.use(data_dir, QUICK):
        assert ask(data_dir, "SELECT 7") == 7


def test_what_an_earlier_server_said_is_no_reason_to_wait(data_dir: Path) -> None:
    with postgres.use(data_dir, QUICK):
        pass
    place = postgres.location(data_dir)
    with place.log.open("a") as log:
        log.write("LOG:  shutting down\n")
    (place.data / "postgresql.conf").write_text("no_such_setting = 1\n")
    begun = time.monotonic()
    with pytest.raises(postgres.PostgresError, match="no_such_setting"), postgres.use(data_dir, QUICK):
        pass
    assert time.monotonic() - begun < postgres.START_SECONDS / 2


def test_a_path_too_long_for_a_socket_gets_a_short_folder_for_it(data_dir: Path) -> None:
    deep = data_dir / ("x" * 110)
    with postgres.use(deep, QUICK):
        assert len(str(postgres.location(deep).socket)) < postgres.LONGEST_SOCKET_FOLDER
        assert ask(deep, "SELECT 1") == 1
    socket = postgres.location(deep).socket
    assert socket.stat().st_mode & 0o077 == 0
    socket.rmdir()


def test_a_copy_of_the_programs_works_on_its_own(data_dir: Path) -> None:
    copied = postgres_binaries.copy(postgres_binaries.choose(data_dir), data_dir / "install")
    assert (copied / "postgres").exists()
    assert subprocess.run([copied / "initdb", "--version"], check=False, capture_output=True).returncode == 0


def test_a_database_of_a_missing_version_is_named(data_dir: Path) -> None:
    (data_dir / "PG_VERSION").write_text("9\n")
    with pytest.raises(postgres_binaries.NoBinaries, match="PostgreSQL 9"):
        postgres_binaries.choose(data_dir)
