"""From a base and the archived log any moment comes back, with the files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from tests.kit.waiting import until
from tests.project.test_backup import Operator, commands
from zhize.lib import clock
from zhize.project import archive, backup, config, database, postgres


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="zhize-archive-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def notes(settings: config.Config) -> list[str]:
    with psycopg.connect(**postgres.parameters(settings.data_dir)) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM note ORDER BY text").fetchall()]


def archived(settings: config.Config) -> None:
    """Wait until the log up to now lies in the archive."""
    owner = postgres.parameters(settings.data_dir, "postgres", postgres.SUPERUSER)
    with psycopg.connect(**owner, autocommit=True) as connection:
        row = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        piece = settings.data_dir.parent / "archive" / "log" / (row or [""])[0]
        until("the log was archived", piece.exists)


def test_any_moment_comes_back_by_the_manual_alone(folder: Path) -> None:
    base, files, restore = commands("Back to any moment")
    settings = config.Config(data_dir=folder / "old", archive_dir=str(folder / "archive"))
    old_machine = Operator(
        folder, ZHIZE_DATA_DIR=str(settings.data_dir), ZHIZE_ARCHIVE_DIR=settings.archive_dir
    )
    with database.available(settings):
        with psycopg.connect(**postgres.parameters(settings.data_dir), autocommit=True) as connection:
            connection.execute("CREATE TABLE note AS SELECT '1 在基础备份之前' AS text")
            old_machine.types(base)
            connection.execute("INSERT INTO note VALUES ('2 误删之前')")
            row = connection.execute("SELECT clock_timestamp()").fetchone()
            connection.execute("DELETE FROM note")
            connection.execute("INSERT INTO note VALUES ('3 误删之后')")
        (settings.data_dir / "files").mkdir()
        (settings.data_dir / "files" / "a").write_text("photo")
        assert "copied 1 new files" in old_machine.types(files)
        assert archive.copy_files(settings) == 0
        archived(settings)
    assert row is not None
    (before_the_mistake,) = row

    new = config.Config(data_dir=folder / "new")
    new_machine = Operator(folder, ZHIZE_DATA_DIR=str(new.data_dir))
    # A time without an offset is that of the installation.
    moment = before_the_mistake.astimezone(clock.zone(new.timezone)).replace(tzinfo=None)
    new_machine.types(
        restore.replace("/archive", str(folder / "archive")).replace("2026-03-02 14:05", str(moment))
    )
    with database.available(new):
        assert notes(new) == ["1 在基础备份之前", "2 误删之前"]
    assert (new.data_dir / "files" / "a").read_text() == "photo"

    # After a lost disk everything comes back, and the same archive is written on.
    last = replace(settings, data_dir=folder / "last")
    archive.restore(last, folder / "archive", None)
    with database.available(last):
        assert notes(last) == ["3 误删之后"]
        archive.base(last)
    with pytest.raises(backup.BackupError, match="exist already"):
        archive.restore(last, folder / "archive", None)
    archive.retire(last, 1)
    assert len(archive.bases(folder / "archive")) == 1


def test_a_moment_before_the_first_base_is_refused(folder: Path) -> None:
    (folder / "archive").mkdir()
    with pytest.raises(backup.BackupError, match="no base before that moment"):
        archive.restore(
            config.Config(data_dir=folder / "new"), folder / "archive", clock.now() - timedelta(days=1)
        )
    assert not (folder / "new").exists()
