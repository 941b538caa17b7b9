"""A department that lived under the previous version comes to this one with all its rows."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.kit import ROOT, House
from zhize.project import config, database, manifest, postgres

# Before the first release: the state before backups had a manifest.
NOT_RELEASED = "663ab7a"


def before() -> str:
    """The version to come from: what is asked for, or the newest tag before this state."""
    tag = subprocess.run(
        ["git", "describe", "--tags", "--abbrev=0", "HEAD^"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return os.environ.get("ZHIZE_TEST_SOAK_FROM") or tag.stdout.strip() or NOT_RELEASED


@pytest.fixture
def old_tree() -> Iterator[Path]:
    """The previous version's files."""
    with tempfile.TemporaryDirectory(prefix="zhize-before-") as name:
        Path(name).chmod(0o755)
        tree = Path(name) / "tree"
        subprocess.run(
            ["git", "worktree", "add", "--quiet", "--detach", str(tree), before()], cwd=ROOT, check=True
        )
        try:
            yield tree
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True)


def counts(place: House) -> dict[str, int]:
    with database.connect(config.Config(data_dir=place.data_dir)) as connection:
        return {table: found[0] for table, found in manifest.rows(connection).items()}


def test_a_department_of_the_previous_version_is_taken_over(old_tree: Path) -> None:
    place = House(old_tree.parent / "data", ZHIZE_PACK="property-community")
    with postgres.use(place.data_dir):
        pack = str(old_tree / "zhize" / "industries" / "property-community")
        for words in (["migrate"], ["pack", "apply", pack], ["demo"]):
            done = subprocess.run(
                [sys.executable, "-m", "zhize", *words],
                cwd=old_tree, env={**place.environment, "PYTHONPATH": str(old_tree)},
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
        was = counts(place)
        for words in (["migrate"], ["search", "reindex"], ["audit", "seal"]):
            done = place.call(*words)
            assert done.returncode == 0, done.stderr
        after = counts(place)
        grown = {
            "django_migrations",
            "search_searchdoc",
            "history_link",
            "auth_permission",
            "django_content_type",
        }
        assert {table: after.get(table) for table in was if table not in grown} == {
            table: count for table, count in was.items() if table not in grown
        }
        told = place.call("doctor", "--deep", "--language", "en")
        assert told.returncode == 0, told.stdout
        try:
            place.start("web")
            place.until_ready()
        finally:
            place.stop()
