"""`zhize restore FILE`: put a backup into an empty installation."""

from __future__ import annotations

import argparse
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from zhize.project import backup, config, database


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="zhize restore", description=__doc__)
    parser.add_argument("file", type=Path, help="a file that zhize backup wrote")
    options = parser.parse_args(arguments)
    settings = config.read()
    with database.available(settings):
        load(settings, options.file)
    print(f"zhize: restored {options.file}; start with zhize run")  # noqa: T201
    return 0


def load(settings: config.Config, source: Path) -> None:
    """Fill the empty database and data folder. Raises BackupError when anything is there already. The database runs."""
    if not source.exists():
        raise backup.BackupError(f"{source} does not exist")
    _refuse_unless_empty(settings)
    with tempfile.TemporaryDirectory(dir=settings.data_dir) as folder:
        try:
            with tarfile.open(source) as archive:
                archive.extractall(folder, filter="data")
        except tarfile.TarError as error:
            raise backup.BackupError(f"{source} is not a backup: {error}") from error
        unpacked = Path(folder)
        if not (unpacked / "database.dump").exists():
            raise backup.BackupError(f"{source} is not a backup: it has no database.dump")
        options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        name = database.connection_settings(settings)["NAME"]
        backup.run_program(
            settings, "pg_restore", [*options, f"--dbname={name}", str(unpacked / "database.dump")]
        )
        for item in sorted((unpacked / "data").glob("*")):
            item.rename(settings.data_dir / item.name)


def _refuse_unless_empty(settings: config.Config) -> None:
    with psycopg.connect(make_conninfo(**_connection(settings))) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if row and row[0]:
        raise backup.BackupError(
            "the database holds tables already: restore into a new ZHIZE_DATA_DIR or an empty database"
        )
    present = [name for name in backup.KEPT if (settings.data_dir / name).exists()]
    if present:
        raise backup.BackupError(f"{', '.join(present)} exist already in {settings.data_dir}")


def _connection(settings: config.Config) -> dict[str, str]:
    found = database.connection_settings(settings)
    names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password", "NAME": "dbname"}
    return {ours: str(found[theirs]) for theirs, ours in names.items() if found.get(theirs)}
