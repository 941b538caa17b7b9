"""What was saved comes back, and nothing is overwritten."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from zhize.project import backup, config, database, postgres, restore


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="zhize-backup-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def saved(folder: Path) -> Path:
    """A backup of an installation with one row and one file."""
    settings = config.Config(data_dir=folder / "old")
    with database.available(settings):
        with psycopg.connect(**postgres.parameters(settings.data_dir)) as connection:
            connection.execute("CREATE TABLE note AS SELECT '受理' AS text")
        (settings.data_dir / "files").mkdir()
        (settings.data_dir / "files" / "a").write_text("photo")
        backup.save(settings, folder / "saved.tar")
    return folder / "saved.tar"


def test_a_backup_comes_back_elsewhere(folder: Path, saved: Path) -> None:
    settings = config.Config(data_dir=folder / "new")
    with database.available(settings):
        restore.load(settings, saved)
        with psycopg.connect(**postgres.parameters(settings.data_dir)) as connection:
            assert connection.execute("SELECT text FROM note").fetchone() == ("受理",)
    assert (settings.data_dir / "files" / "a").read_text() == "photo"


def test_only_its_owner_may_read_a_backup(saved: Path) -> None:
    assert saved.stat().st_mode & 0o077 == 0


def test_nothing_is_overwritten(folder: Path, saved: Path) -> None:
    settings = config.Config(data_dir=folder / "old")
    with database.available(settings):
        with pytest.raises(backup.BackupError, match="holds tables"):
            restore.load(settings, saved)
        with pytest.raises(backup.BackupError, match="exists already"):
            backup.save(settings, saved)


def test_another_file_is_refused(folder: Path) -> None:
    (folder / "x.tar").write_text("hello")
    settings = config.Config(data_dir=folder / "new")
    with database.available(settings), pytest.raises(backup.BackupError, match="not a backup"):
        restore.load(settings, folder / "x.tar")
