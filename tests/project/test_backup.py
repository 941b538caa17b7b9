"""What was saved comes back, whole, by the manual alone; what is damaged or in the way is refused."""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import shlex
import subprocess
import sys
import tarfile
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection

from tests.kit import people
from tests.kit.waiting import PATIENCE
from zhize.kernel import files, numbering
from zhize.kernel.history import chain
from zhize.project import backup, config, database, manifest, postgres, restore

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs" / "ops" / "backup.md"


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


def test_a_backup_is_one_moment_while_everything_is_written(folder: Path) -> None:
    """Rows of two tables and a file come together or not at all, however much is written during the backup."""
    settings, new = config.Config(data_dir=folder / "old"), config.Config(data_dir=folder / "new")
    written, enough = threading.Event(), threading.Event()

    def write() -> None:
        with psycopg.connect(**postgres.parameters(settings.data_dir), autocommit=True) as connection:
            for number in itertools.count():
                (settings.data_dir / "files" / str(number)).write_text(f"照片 {number}")
                with connection.transaction():
                    connection.execute("INSERT INTO note VALUES (%s)", [number])
                    connection.execute("INSERT INTO entry VALUES (%s)", [number])
                written.set()
                if enough.is_set():
                    return

    with database.available(settings):
        with psycopg.connect(**postgres.parameters(settings.data_dir)) as connection:
            connection.execute("CREATE TABLE note (number int); CREATE TABLE entry (number int)")
        (settings.data_dir / "files").mkdir()
        writer = threading.Thread(target=write)
        writer.start()
        assert written.wait(PATIENCE)
        try:
            backup.save(settings, folder / "saved.tar")
        finally:
            enough.set()
            writer.join()
        with database.connect(settings) as connection:
            last = connection.execute("SELECT max(number) FROM note").fetchone()
    assert manifest.problems(folder / "saved.tar") == []
    with database.available(new):
        restore.load(new, folder / "saved.tar")
        with database.connect(new) as connection:
            notes = [number for (number,) in connection.execute("SELECT number FROM note ORDER BY 1")]
            entries = [number for (number,) in connection.execute("SELECT number FROM entry ORDER BY 1")]
    assert notes == entries == list(range(len(notes)))
    assert last is not None and 0 < len(notes) <= last[0], "nothing was written during the backup"
    for number in notes:
        assert (new.data_dir / "files" / str(number)).read_text() == f"照片 {number}"


def test_rows_that_are_not_those_of_the_backup_are_not_called_restored(folder: Path, saved: Path) -> None:
    other = folder / "other.tar"
    with tarfile.open(saved) as before, tarfile.open(other, "w") as after:
        for member in before:
            content = (before.extractfile(member) or io.BytesIO()).read()
            if member.name == manifest.NAME:
                said = json.loads(content)
                said["rows"]["note"][1] = "7"
                content = json.dumps(said).encode()
                member.size = len(content)
            after.addfile(member, io.BytesIO(content))
    settings = config.Config(data_dir=folder / "new")
    with database.available(settings), pytest.raises(backup.BackupError, match="note: rows came back with"):
        restore.load(settings, other)
    assert not (settings.data_dir / "files").exists()


def test_only_its_owner_may_read_a_backup(saved: Path) -> None:
    assert saved.stat().st_mode & 0o077 == 0


def test_nothing_is_overwritten(folder: Path, saved: Path) -> None:
    settings = config.Config(data_dir=folder / "old")
    with database.available(settings):
        with pytest.raises(backup.BackupError, match="holds tables"):
            restore.load(settings, saved)
        with pytest.raises(backup.BackupError, match="exists already"):
            backup.save(settings, saved)
        with pytest.raises(backup.BackupError, match="does not exist"):
            backup.save(settings, saved.parent / "not" / "mounted")


def test_another_file_is_refused(folder: Path) -> None:
    (folder / "x.tar").write_text("hello")
    settings = config.Config(data_dir=folder / "new")
    with database.available(settings), pytest.raises(backup.BackupError, match="not a backup"):
        restore.load(settings, folder / "x.tar")


def test_a_damaged_backup_is_named_and_changes_nothing(folder: Path, saved: Path) -> None:
    assert manifest.problems(saved) == []
    with tarfile.open(saved) as archive:
        at = archive.getmember("data/files/a").offset_data
    content = bytearray(saved.read_bytes())
    content[at] ^= 1
    saved.write_bytes(content)
    assert manifest.problems(saved) == ["data/files/a is damaged"]
    settings = config.Config(data_dir=folder / "new")
    with database.available(settings):
        with pytest.raises(backup.BackupError, match="data/files/a is damaged"):
            restore.load(settings, saved)
        with database.connect(settings) as there:
            assert manifest.rows(there) == {}
    assert not (settings.data_dir / "files").exists()


def test_rows_that_differ_are_named() -> None:
    wanted = {"a": [2, "7"], "b": [1, "5"], "c": [1, "1"]}
    found = {"a": [2, "8"], "b": [0, "0"], "c": [1, "1"]}
    said = ["a: rows came back with another content", "b: 1 rows were saved, 0 came back"]
    assert manifest.differences(wanted, found, sums=True) == said
    assert manifest.differences(wanted, found, sums=False) == said[1:]


def test_only_the_newest_backups_of_a_folder_stay(folder: Path) -> None:
    for day in range(1, 6):
        (folder / f"zhize-2026030{day}-020000.tar").touch()
    (folder / "other.tar").touch()
    backup.retire(folder, 2)
    assert sorted(path.name for path in folder.iterdir()) == [
        "other.tar", "zhize-20260304-020000.tar", "zhize-20260305-020000.tar",
    ]  # fmt: skip


class Operator:
    """Follows the manual: types its commands, with other folders, in the environment of one installation."""

    def __init__(self, backups: Path, **own: str) -> None:
        names = {
            name: value for name, value in os.environ.items() if not name.startswith(("ZHIZE_", "DJANGO_"))
        }
        self.environment = {**names, "PYTHONPATH": str(ROOT), "ZHIZE_SECRET_KEY": "only for tests", **own}
        self.backups = backups

    def types(self, command: str) -> str:
        newest = max([path.name for path in self.backups.glob("zhize-*.tar")], default="")
        words = shlex.split(
            re.sub(r"zhize-\d+-\d+\.tar", newest, command.replace("/backup", str(self.backups)))
        )
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout


def commands(heading: str) -> list[str]:
    """The commands of one chapter of the manual, in their order."""
    chapter = MANUAL.read_text("utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^    (zhize .+)$", chapter, re.MULTILINE)


@pytest.mark.django_db(transaction=True)
def test_the_manual_alone_brings_a_department_to_an_empty_machine(folder: Path) -> None:
    """Rows and checksums of files are equal, a number goes on, and the history's chain holds."""
    login = people.somebody({"person.view": "all"})
    actor = people.actor(login)
    for number in range(3):
        blob = files.store(actor=actor, content=f"照片 {number}".encode(), name="photo.txt")
        files.attach(actor=actor, blob=blob, subject=login.person, name="现场.txt")
    first = numbering.next_number("case")
    while chain.seal():
        pass
    (folder / "backups").mkdir()
    here = connection.settings_dict
    address = f"postgresql://{here['USER']}@:{here['PORT']}/{here['NAME']}?host={quote(here['HOST'])}"
    old = config.Config(data_dir=django_settings.CONFIG.data_dir, database_url=address)
    old_machine = Operator(
        folder / "backups", ZHIZE_DATABASE_URL=old.database_url, ZHIZE_DATA_DIR=str(old.data_dir)
    )
    for command in commands("Every night"):
        old_machine.types(command)

    new = config.Config(data_dir=folder / "new")
    new_machine = Operator(folder / "backups", ZHIZE_DATA_DIR=str(new.data_dir), ZHIZE_PACK="none")
    for command in commands("Into an empty machine"):
        new_machine.types(command)

    with database.available(new), database.connect(old) as before, database.connect(new) as after:
        assert manifest.rows(before) == manifest.rows(after)
        assert after.execute("SELECT count(*) FROM files_attachment").fetchone() == (3,)
        assert after.execute("SELECT last_value FROM numbering_case__gd").fetchone() == (int(first[-4:]),)
    stored = [path for path in (old.data_dir / "files").rglob("*") if path.is_file()]
    assert len(stored) >= 3
    for path in stored:
        assert (new.data_dir / path.relative_to(old.data_dir)).read_bytes() == path.read_bytes()
