"""`zhize doctor`: look at an installation part by part and say what is wrong and what to do about it."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from zhize.project import config, database, postgres_binaries
from zhize.project.postgres import PostgresError

LEAST_FREE_MB = 500


@dataclass(frozen=True)
class Result:
    """One look. `problem` is empty when all is well; `fatal` parts must work, the others only should."""

    part: str
    problem: str
    fatal: bool = True


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="zhize doctor", description=__doc__)
    parser.parse_args(arguments)
    failed = False
    for result in examine(config.read()):
        mark = "ok   " if not result.problem else "FAIL " if result.fatal else "note "
        print(f"{mark} {result.part}{': ' + result.problem if result.problem else ''}", flush=True)  # noqa: T201
        failed = failed or bool(result.problem and result.fatal)
    return 1 if failed else 0


def examine(settings: config.Config) -> Iterator[Result]:
    """All parts, each after those it needs; stops early when the database does not answer."""
    yield Result(
        "python",
        "" if sys.version_info >= (3, 11) else f"{sys.version.split()[0]} is too old, 3.11 is needed",
    )
    yield Result("data folder", _data_dir(settings.data_dir))
    yield Result("front-end files", _vendor())
    yield Result(
        "mail out", "" if settings.email_url else "ZHIZE_EMAIL_URL is empty: mails wait in the queue", False
    )
    yield Result("mail in", "" if settings.imap_url else "ZHIZE_IMAP_URL is empty: no intake by mail", False)
    yield Result("public address", _public_url(settings), fatal=False)
    with ExitStack() as stack:
        try:
            stack.enter_context(database.available(settings))
        except (PostgresError, postgres_binaries.NoBinaries) as error:
            yield Result("database", str(error))
            return
        import django

        django.setup()
        problem = _connects()
        yield Result("database", problem)
        if problem:
            return
        problem = _migrated()
        yield Result("tables", problem)
        if not problem:
            yield from _inside()


def _data_dir(path: Path) -> str:
    path.mkdir(parents=True, exist_ok=True)
    if not os.access(path, os.W_OK):
        return f"{path} cannot be written: set ZHIZE_DATA_DIR, or give this user the folder"
    free = shutil.disk_usage(path).free // 2**20
    return "" if free >= LEAST_FREE_MB else f"only {free} MiB are free in {path}"


def _vendor() -> str:
    icons = Path(__file__).resolve().parents[1] / "ui" / "static" / "vendor" / "icons.svg"
    return "" if icons.exists() else "missing: run python3 scripts/bootstrap.py"


def _public_url(settings: config.Config) -> str:
    if settings.public_url or settings.host in {"127.0.0.1", "localhost", "::1"}:
        return ""
    return "ZHIZE_PUBLIC_URL is empty: links in mails will not work for customers"


def _connects() -> str:
    from django.db import Error, connection

    try:
        connection.ensure_connection()
        version = connection.cursor().connection.info.server_version
    except Error as error:
        return f"does not answer: {error}".strip()
    return "" if version >= 150000 else f"PostgreSQL {version // 10000} is too old, 15 is needed"


def _migrated() -> str:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return f"{missing} migrations are missing: run zhize migrate" if missing else ""


def _inside() -> Iterator[Result]:
    """What the product's own tables say."""
    from zhize.kernel.documents import fonts
    from zhize.kernel.jobs import selectors
    from zhize.kernel.packs.models import PackRelease

    looks: tuple[tuple[str, Callable[[], str]], ...] = (
        ("fonts for printing", fonts.problem),
        ("worker", lambda: "" if selectors.live_workers() else "none is running: start zhize worker"),
        ("pack", lambda: "" if PackRelease.objects.exists() else "none is applied: run zhize pack apply"),
    )
    for part, look in looks:
        yield Result(part, look(), fatal=False)
