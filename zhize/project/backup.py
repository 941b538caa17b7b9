"""`zhize backup FILE`: one consistent moment of the database with the files it refers to, in one tar file."""

from __future__ import annotations

import argparse
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
from zhize.project import config, database, postgres, postgres_binaries

# What of the data folder belongs to a backup, beside the database.
KEPT = ("files", "fonts", "secret.key")


class BackupError(postgres.PostgresError):
    """A backup could not be made or read; the message says why."""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="zhize backup", description=__doc__)
    parser.add_argument("file", type=Path, help="the tar file to write; must not exist")
    options = parser.parse_args(arguments)
    settings = config.read()
    with database.available(settings):
        save(settings, options.file)
    print(f"zhize: saved {options.file} ({options.file.stat().st_size // 2**20} MiB)")  # noqa: T201
    return 0


def save(settings: config.Config, target: Path) -> None:
    """Write the backup. The file appears under its name only when it is whole. The database runs.

    The database is read first: files are only ever added, so those read later include all that it refers to.
    """
    if target.exists():
        raise BackupError(f"{target} exists already")
    with tempfile.TemporaryDirectory(dir=target.resolve().parent) as folder:
        dump = Path(folder) / "database.dump"
        run_program(settings, "pg_dump", ["--format=custom", f"--file={dump}"])
        manifest = Path(folder) / "manifest.json"
        manifest.write_text(json.dumps({"version": zhize.__version__, "made_at": clock.now().isoformat()}))
        partial = Path(folder) / "partial.tar"
        # Closed to others from the start: it holds personal data and the secret key.
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w") as archive:
                archive.add(manifest, "manifest.json")
                archive.add(dump, "database.dump")
                for name in KEPT:
                    if (settings.data_dir / name).exists():
                        archive.add(settings.data_dir / name, f"data/{name}")
            raw.flush()
            os.fsync(raw.fileno())
        partial.rename(target)


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
        "PGPORT": found["PORT"],
        "PGUSER": found["USER"],
        "PGPASSWORD": found.get("PASSWORD", ""),
        "PGDATABASE": found["NAME"],
        "PGSSLMODE": options.get("sslmode", ""),
        "PGSSLROOTCERT": options.get("sslrootcert", ""),
    }
    return {**os.environ, **{name: value for name, value in values.items() if value}}
