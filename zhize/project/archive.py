"""The archived log of the embedded database: a copy of every change, from which any moment can be made again.

With ZHIZE_ARCHIVE_DIR the server copies each finished piece of its log (at least one a minute, when anything was written)
to `log/` there. A base (`zhize archive base`) is a copy of the whole database from which the log is played on. Contents of
uploaded files are no part of the log: `zhize archive files` copies the new ones to `data/`.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from zhize.lib import clock
from zhize.project import backup, config, database, postgres

DATED = "base-%Y%m%dT%H%M%SZ"
RECOVERY_SECONDS = 6 * 3600
WATCH_SECONDS = 0.2
RECOVERY = ("restore_command", "recovery_target_time", "recovery_target_action")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="zhize archive", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument(
        "act", choices=["base", "files"], help="copy the whole database, or the files that are new"
    )
    parser.add_argument(
        "--keep", type=int, metavar="N", help="leave only the newest N bases and the log since then"
    )
    options = parser.parse_args(arguments)
    settings = config.read()
    if not settings.archive_dir or settings.database_url:
        raise config.ConfigError("zhize archive needs ZHIZE_ARCHIVE_DIR and the embedded database")
    if options.act == "base":
        with database.available(settings):
            print(f"zhize: copied the database to {base(settings)}")  # noqa: T201
    print(f"zhize: copied {copy_files(settings)} new files")  # noqa: T201
    if options.keep is not None:
        retire(settings, options.keep)
    return 0


def base(settings: config.Config) -> Path:
    """Copy the running database, whole. Returns the folder, which has its name only when it is complete."""
    partial = Path(settings.archive_dir) / ".base.part"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    backup.run_program(
        settings,
        "pg_basebackup",
        [
            f"--pgdata={partial}",
            "--wal-method=stream",
            "--checkpoint=fast",
            f"--username={postgres.SUPERUSER}",
        ],
    )
    # Named by its end: before that moment it is no whole database.
    target = partial.with_name(clock.now().strftime(DATED))
    partial.rename(target)
    return target


def copy_files(settings: config.Config) -> int:
    """Copy what `zhize backup` would save beside the database and is not in the archive yet. Returns how many."""
    copied = 0
    for name in backup.KEPT:
        root = settings.data_dir / name
        for path in [root] if root.is_file() else sorted(root.rglob("*")):
            target = Path(settings.archive_dir) / "data" / path.relative_to(settings.data_dir)
            if not path.is_file() or path.name.endswith(".part") or target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial = target.with_name(f".{target.name}.part")
            shutil.copy2(path, partial)
            partial.rename(target)
            copied += 1
    return copied


def retire(settings: config.Config, keep: int) -> None:
    """Remove all bases but the newest `keep` (at least one), and the log before the oldest that stays."""
    folder = Path(settings.archive_dir)
    found = bases(folder)
    for old in found[: -max(1, keep)]:
        shutil.rmtree(old)
    for label in (found[-max(1, keep) :] or [folder])[0].glob("backup_label"):
        first = label.read_text().split("(file ", 1)[1].split(")", 1)[0]
        backup.run_program(settings, "pg_archivecleanup", [str(folder / "log"), first])


def bases(folder: Path) -> list[Path]:
    return sorted(folder.glob("base-*Z"))


def restore(settings: config.Config, folder: Path, until: datetime | None) -> None:
    """Make the database as it was at `until` (aware; None: the end of the log), with the files. Raises BackupError.

    The installation must be empty. The log is played on from the last base before that moment.
    """
    from zhize.project.restore import refuse_what_is_there

    moment = until.astimezone(UTC) if until else clock.now()
    usable = [path for path in bases(folder) if path.name <= moment.strftime(DATED)]
    if settings.database_url or not usable:
        raise backup.BackupError(
            "an archived log goes into an embedded database only"
            if usable
            else f"no base before that moment in {folder}"
        )
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    refuse_what_is_there(settings)
    server = postgres.Server(settings.data_dir)
    with server.alone():
        server.adopt(usable[-1], _instructions(folder, until))
    with postgres.use(settings.data_dir):
        try:
            _wait_until_played(settings)
        except psycopg.OperationalError as error:
            raise backup.BackupError(
                f"the archived log ends before {moment:%Y-%m-%d %H:%M:%S} UTC: empty {settings.data_dir}, then restore"
                " without --until or to an earlier moment"
            ) from error
    for item in sorted((folder / "data").glob("*")):
        (shutil.copytree if item.is_dir() else shutil.copy2)(item, settings.data_dir / item.name)


def _instructions(folder: Path, until: datetime | None) -> dict[str, str]:
    found = {"restore_command": f'cp "{folder}/log/%f" "%p"', "recovery_target_action": "promote"}
    return {**found, "recovery_target_time": until.isoformat()} if until else found


def _wait_until_played(settings: config.Config) -> None:
    owner = postgres.parameters(settings.data_dir, "postgres", postgres.SUPERUSER)
    deadline = time.monotonic() + RECOVERY_SECONDS
    with psycopg.connect(**owner, autocommit=True) as connection:
        while (connection.execute("SELECT pg_is_in_recovery()").fetchone() or [True])[0]:
            if time.monotonic() > deadline:
                raise backup.BackupError("the log was not played to its end in time")
            time.sleep(WATCH_SECONDS)
        for name in RECOVERY:
            connection.execute(f"ALTER SYSTEM RESET {name}")
