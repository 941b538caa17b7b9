"""`zhize backup TARGET`: one consistent moment of the database with the files it refers to, in one tar file."""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import zhize
from zhize.lib import clock
from zhize.project import config, database, manifest, postgres, postgres_binaries

# What of the data folder belongs to a backup, beside the database.
KEPT = ("files", "fonts", "secret.key")
NAMED = "zhize-*.tar"


class BackupError(postgres.PostgresError):
    """A backup could not be made or read; the message says why."""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="zhize backup", description=__doc__)
    parser.add_argument("target", type=Path, help="the tar file to write, or a folder that gets a dated one")
    parser.add_argument("--keep", type=int, metavar="N", help="leave only the newest N backups in the folder")
    parser.add_argument(
        "--check", action="store_true", help="write nothing: read a backup and say if it is whole"
    )
    options = parser.parse_args(arguments)
    if options.check:
        return _check(options.target)
    settings = config.read()
    with database.available(settings):
        target = _dated(options.target) if options.target.is_dir() else options.target
        save(settings, target)
    print(f"zhize: saved {target} ({target.stat().st_size // 2**20} MiB)")  # noqa: T201
    if options.keep is not None and options.target.is_dir():
        for old in retire(options.target, options.keep):
            print(f"zhize: removed {old}")  # noqa: T201
    return 0


def _check(source: Path) -> int:
    try:
        wrong = manifest.problems(source)
    except (OSError, tarfile.TarError) as error:
        raise BackupError(f"{source} is not a backup, or not a whole one: {error}") from error
    for problem in wrong:
        print(f"zhize: {problem}")  # noqa: T201
    print(f"zhize: {source} is {'not ' if wrong else ''}whole")  # noqa: T201
    return 1 if wrong else 0


def _dated(folder: Path) -> Path:
    return folder / f"zhize-{clock.now():%Y%m%d-%H%M%S}.tar"


def retire(folder: Path, keep: int) -> list[Path]:
    """Remove all dated backups of the folder but the newest `keep` (at least one). Returns what went."""
    old = sorted(folder.glob(NAMED))[: -max(1, keep)]
    for path in old:
        path.unlink()
    return old


def save(settings: config.Config, target: Path) -> None:
    """Write the backup. The file appears under its name only when it is whole. The database runs.

    The database is read first: files are only ever added, so those read later include all that it refers to.
    """
    if target.exists():
        raise BackupError(f"{target} exists already")
    if not target.resolve().parent.is_dir():
        raise BackupError(f"the folder {target.resolve().parent} does not exist; is its disk mounted?")
    with tempfile.TemporaryDirectory(prefix=".zhize-", dir=target.resolve().parent) as folder:
        dump, partial = Path(folder) / "database.dump", Path(folder) / "partial.tar"
        said = {"version": zhize.__version__, "made_at": clock.now().isoformat(), **_dump(settings, dump)}
        # Closed to others from the start: it holds personal data and the secret key.
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w") as archive:
                said["files"] = manifest.add(archive, dump, "database.dump")
                for name in KEPT:
                    if (settings.data_dir / name).exists():
                        said["files"] |= manifest.add(archive, settings.data_dir / name, f"data/{name}")
                text = json.dumps(said, indent=1).encode()
                member = tarfile.TarInfo(manifest.NAME)
                member.size = len(text)
                archive.addfile(member, io.BytesIO(text))
            raw.flush()
            os.fsync(raw.fileno())
        partial.rename(target)


def _dump(settings: config.Config, dump: Path) -> dict[str, Any]:
    """Write the database as of one moment, and say what its tables held at this moment."""
    with database.connect(settings) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        moment = connection.execute("SELECT pg_export_snapshot()").fetchone()
        run_program(
            settings, "pg_dump", ["--format=custom", f"--snapshot={(moment or [''])[0]}", f"--file={dump}"]
        )
        return {
            "server": connection.info.server_version // 10000,
            "rows": manifest.rows(connection),
            "history": manifest.history(connection),
        }


def run_program(settings: config.Config, program: str, arguments: Sequence[str]) -> None:
    """Run one of PostgreSQL's programs against the configured database. Raises BackupError with what it said."""
    place = postgres.location(settings.data_dir).data
    binaries = postgres_binaries.choose(place if not settings.database_url else Path("/nonexistent"))
    path = binaries / program
    if not path.exists():
        raise BackupError(f"{program} is missing in {binaries}: {postgres_binaries.HINT}")
    done = subprocess.run(
        [str(path), *arguments], env=environment(settings), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()}")


def environment(settings: config.Config) -> dict[str, str]:
    """The variables by which PostgreSQL's programs find the database, so that no password stands in a command line."""
    found: dict[str, Any] = database.connection_settings(settings)
    options = found.get("OPTIONS", {})
    values = {
        "PGHOST": found["HOST"],
        "PGPORT": found["PORT"] or options.get("port", ""),
        "PGUSER": found["USER"],
        "PGPASSWORD": found.get("PASSWORD", ""),
        "PGDATABASE": found["NAME"],
        "PGSSLMODE": options.get("sslmode", ""),
        "PGSSLROOTCERT": options.get("sslrootcert", ""),
        "PGTARGETSESSIONATTRS": options.get("target_session_attrs", ""),
    }
    return {**os.environ, **{name: value for name, value in values.items() if value}}
