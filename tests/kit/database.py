"""The tests' database: one private server for all runs, one migrated template, a clone of it for each process.

The server is the embedded one, without durability, in a temporary folder; ZHIZE_TEST_DATABASE_URL names another
(its role must be allowed to create databases). It is started by the first test that asks for a database and
stopped by the last run that leaves. The template is made anew only when a migration changed. Runs of
several people at once meet only at an advisory lock while the template is made or cloned.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.backends.postgresql.operations import DatabaseOperations
from psycopg import sql

from zhize.project import database, postgres

ROOT = Path(__file__).resolve().parents[2]
LOCK = 7_402_119  # any number that nothing else uses
TEMPLATES_KEPT = 3
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_connections": "400",  # two hundred threads may race in two processes
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "30min",
    "log_min_duration_statement": "-1",
    "client_connection_check_interval": "1s",  # a killed run must not leave its query running
    "statement_timeout": "120s",
}


@contextmanager
def clone() -> Iterator[None]:
    """Point Django at a fresh, migrated database of this process's own while the block runs."""
    with _server() as (admin_settings, role):
        name = f"run_{os.getpid()}_{secrets.token_hex(3)}"
        with _locked(admin_settings) as admin:
            _drop_abandoned(admin)
            template = _template(admin, admin_settings, role)
            _create(admin, name, role, template)
        _point_django_at({**admin_settings, "NAME": name, "USER": role or admin_settings["USER"]})
        _let_flush_pass_the_history()
        try:
            yield
        finally:
            connections.close_all()
            with _locked(admin_settings) as admin:
                _drop(admin, name)


@contextmanager
def _server() -> Iterator[tuple[dict[str, Any], str]]:
    """Settings that reach the server as one who may create databases, and the role the tests use."""
    address = os.environ.get("ZHIZE_TEST_DATABASE_URL")
    if address:
        settings = database.from_url(address)
        yield settings, settings["USER"]
        return
    folder = _private_folder()
    with postgres.use(folder, FAST):
        found = postgres.parameters(folder, "postgres", postgres.SUPERUSER)
        settings = {"NAME": found["dbname"], "USER": found["user"], "PASSWORD": "", "HOST": found["host"]}
        yield {**settings, "PORT": str(found["port"]), "OPTIONS": {}}, postgres.ROLE


def _private_folder() -> Path:
    """A folder of this user and this work tree in the temporary directory, short enough for a socket."""
    tree = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / f"zhize-tests-{os.geteuid()}-{tree}"
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.lstat().st_uid != os.geteuid() or folder.is_symlink():
        raise RuntimeError(f"{folder} belongs to somebody else; remove it or set TMPDIR")
    return folder


@contextmanager
def _locked(settings: dict[str, Any]) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        dbname=settings["NAME"],
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        autocommit=True,
    ) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield admin


def _template(admin: psycopg.Connection[Any], settings: dict[str, Any], role: str) -> str:
    """The name of the migrated template for the present migrations, made now when it is missing."""
    name = f"template_{_fingerprint()}"
    if _exists(admin, name):
        return name
    half_made = f"{name}_new"
    _drop(admin, half_made)
    _create(admin, half_made, role, "template0")
    if admin.info.user == postgres.SUPERUSER:
        grant = sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}")
        admin.execute(grant.format(sql.Identifier(role)))
    _point_django_at({**settings, "NAME": half_made, "USER": role})
    call_command("migrate", verbosity=0, interactive=False)
    # A package that has models but no migrations yet; its tables may refer to those of the others.
    call_command("migrate", verbosity=0, run_syncdb=True, interactive=False)
    connections.close_all()
    admin.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(half_made), sql.Identifier(name))
    )
    rows = admin.execute(
        r"SELECT datname FROM pg_database WHERE datname LIKE 'template\_%' ORDER BY oid DESC"
    )
    for (old,) in rows.fetchall()[TEMPLATES_KEPT:]:
        _drop(admin, old)
    return name


def _fingerprint() -> str:
    """A digest of everything that decides what an empty, migrated database looks like."""
    package = ROOT / "zhize"
    files = {ROOT / "requirements.lock", package / "project" / "settings.py", *package.glob("kernel/db/*.py")}
    files.update(package.rglob("migrations/*.py"))
    for models in [*package.rglob("models.py"), *package.rglob("models/*.py")]:
        app = models.parent if models.name == "models.py" else models.parent.parent
        if not (app / "migrations").is_dir():
            files.add(models)
    digest = hashlib.sha256()
    for path in sorted(files):
        if path.exists():
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _create(admin: psycopg.Connection[Any], name: str, role: str, template: str) -> None:
    command = "CREATE DATABASE {} TEMPLATE {} OWNER {}"
    if template == "template0":
        command += " ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
    admin.execute(
        sql.SQL(command).format(sql.Identifier(name), sql.Identifier(template), sql.Identifier(role))
    )  # type: ignore[arg-type]


def _exists(admin: psycopg.Connection[Any], name: str) -> bool:
    return admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _drop(admin: psycopg.Connection[Any], name: str) -> None:
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _drop_abandoned(admin: psycopg.Connection[Any]) -> None:
    """Clones of processes that were killed. Only for the private server: pids say nothing about other machines."""
    if os.environ.get("ZHIZE_TEST_DATABASE_URL"):
        return
    for (name,) in admin.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'run\_%'").fetchall():
        try:
            os.kill(int(name.split("_")[1]), 0)
        except ProcessLookupError:
            _drop(admin, name)
        except PermissionError:
            pass


def _point_django_at(settings: dict[str, Any]) -> None:
    connections.close_all()
    connections["default"].settings_dict.update(settings)


def _let_flush_pass_the_history() -> None:
    """Let the emptying after a transactional test pass the triggers that keep the history append-only.

    It also empties the job queue, whose tables Django does not manage. For the class, not for one connection: under the
    browser's event loop Django hands out another one.
    """
    plain = DatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: DatabaseOperations, sql_list: list[str]) -> None:
        queue = (
            "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename LIKE 'procrastinate\\_%'"
        )
        with self.connection.cursor() as cursor:
            cursor.execute(queue)
            tables = cursor.fetchone()[0]
            cursor.execute("SET session_replication_role = replica")
        statements = [*sql_list, *([f"TRUNCATE {tables} RESTART IDENTITY CASCADE;"] if tables else [])]
        try:
            _without_deadlock(lambda: plain(self, statements))
        finally:
            with self.connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = DEFAULT")

    DatabaseOperations.execute_sql_flush = execute_sql_flush  # type: ignore[method-assign]


def _without_deadlock(empty: Callable[[], None]) -> None:
    """Do it again when it met a request that was still being answered for a page already closed, and lost."""
    for _ in range(4):
        try:
            return empty()
        except OperationalError as error:
            if not isinstance(error.__cause__, psycopg.errors.DeadlockDetected):
                raise
    return empty()
