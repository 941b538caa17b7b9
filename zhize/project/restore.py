"""`zhize restore SOURCE`: put a backup, or a moment of the archived log, into an empty installation."""

from __future__ import annotations

import argparse
import json
import tarfile
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from zhize.lib import clock
from zhize.project import archive, backup, config, database, manifest


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="zhize restore", description=__doc__)
    parser.add_argument(
        "source", type=Path, help="a file that zhize backup wrote, or the folder of the archived log"
    )
    parser.add_argument(
        "--until",
        help='of the archived log: the moment to go back to, such as "2026-03-02 14:05"; default: its end',
    )
    options = parser.parse_args(arguments)
    settings = config.read()
    if options.source.is_dir():
        archive.restore(settings, options.source, _moment(settings, options.until))
    else:
        with database.available(settings):
            load(settings, options.source)
    print(f"zhize: restored {options.source}; look with zhize doctor, start with zhize run")  # noqa: T201
    return 0


def _moment(settings: config.Config, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise backup.BackupError(f"{text!r} is no time such as 2026-03-02 14:05") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.zone(settings.timezone))


def load(settings: config.Config, source: Path) -> None:
    """Fill the empty database and data folder. The database runs.

    Raises BackupError when anything is there already, when the backup is not whole, or when what came back is not
    what was saved. Nothing is touched before the whole backup was read.
    """
    if not source.exists():
        raise backup.BackupError(f"{source} does not exist")
    with database.connect(settings) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if row and row[0]:
        raise backup.BackupError(
            "the database holds tables already: restore into a new ZHIZE_DATA_DIR or an empty database"
        )
    refuse_what_is_there(settings)
    try:
        wrong = manifest.problems(source)
    except tarfile.TarError as error:
        raise backup.BackupError(f"{source} is not a backup, or not a whole one: {error}") from error
    if wrong:
        raise backup.BackupError(f"{source} is not a whole backup: {'; '.join(wrong[:5])}")
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.data_dir) as folder:
        unpacked = Path(folder)
        with tarfile.open(source) as packed:
            packed.extractall(unpacked, filter="data")
        options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        name = database.connection_settings(settings)["NAME"]
        backup.run_program(
            settings, "pg_restore", [*options, f"--dbname={name}", str(unpacked / "database.dump")]
        )
        _compare(settings, json.loads((unpacked / manifest.NAME).read_text()))
        for item in sorted((unpacked / "data").glob("*")):
            item.rename(settings.data_dir / item.name)


def refuse_what_is_there(settings: config.Config) -> None:
    """Raise BackupError when the data folder holds what a backup would bring."""
    present = [name for name in backup.KEPT if (settings.data_dir / name).exists()]
    if present:
        raise backup.BackupError(f"{', '.join(present)} exist already in {settings.data_dir}")


def _compare(settings: config.Config, said: dict[str, Any]) -> None:
    with database.connect(settings) as connection:
        sums = said["server"] == connection.info.server_version // 10000
        wrong = manifest.differences(said["rows"], manifest.rows(connection), sums=sums)
    if wrong:
        raise backup.BackupError(f"what came back is not what was saved: {'; '.join(wrong[:5])}")
