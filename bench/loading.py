"""Data folders with so many cases, made once and kept: a later schema is reached by the product's own `migrate`.

What all scales share, the pack, the staff and the recorded stories, is made once in the folder `base` and copied.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from bench import bulk
from bench.server import processor_seconds
from zhize.project import config, gathering, postgres

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "bench"
BASE = FOLDER / "base"
STORIES = "stories.pickle"
FILLED = "1"
"""To be raised when the folders are to be filled otherwise: those filled before are filled anew."""
MARK, SCHEMA = "filled", "filled.schema"
# Making the base and catching up with later migrations are not what is measured.
QUICK = {"max_wal_size": "1GB", "checkpoint_timeout": "30min", "synchronous_commit": "off"}


def settings(data_dir: Path) -> None:
    """Let this process work on that data folder. Before Django is set up."""
    for name in [name for name in os.environ if name.startswith("ZHIZE_")]:
        del os.environ[name]
    os.environ |= {"ZHIZE_DATA_DIR": str(data_dir), "DJANGO_SETTINGS_MODULE": "zhize.project.settings"}


def load(data_dir: Path, count: int) -> None:
    """Fill the folder unless that was done already; one filled before a migration is brought forward."""
    if _marked(data_dir, MARK, FILLED):
        if not _marked(data_dir, SCHEMA, _schema()):
            with postgres.use(data_dir, QUICK):
                _migrate()
            (data_dir / SCHEMA).write_text(_schema())
        return
    schema = _schema()
    make_sure_of_base()
    shutil.rmtree(data_dir, ignore_errors=True)
    # With owners and modes, which PostgreSQL insists on.
    subprocess.run(["cp", "-a", str(BASE), str(data_dir)], check=True)
    (data_dir / MARK).unlink()
    with postgres.use(data_dir, bulk.SETTINGS):
        _fill(data_dir, count)
    (data_dir / SCHEMA).write_text(schema)
    (data_dir / MARK).write_text(FILLED)


def make_sure_of_base() -> None:
    """The folder that all others begin with, in a process of its own when it has to be made."""
    if not _marked(BASE, MARK, FILLED + _schema()):
        subprocess.run([sys.executable, "-m", "bench.loading"], check=True)


def make_base() -> None:
    """Tables, pack, staff and stories, by the product's own services."""
    shutil.rmtree(BASE, ignore_errors=True)
    BASE.mkdir(parents=True)
    settings(BASE)
    with postgres.use(BASE, QUICK):
        if (BASE / "postgres.json").exists():
            raise SystemExit(
                f"the database cannot live in {BASE}: move the project to a shorter, readable path"
            )
        _migrate()
        from django.db import connection

        from bench import stories

        gathering.collect(config.read())
        (BASE / STORIES).write_bytes(pickle.dumps(stories.record()))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
        connection.close()
    (BASE / MARK).write_text(FILLED + _schema())


def _migrate() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    connection.close()  # the server is stopped and started again for what comes next


def _fill(data_dir: Path, count: int) -> None:
    import django

    django.setup()
    from django.db import connection

    from bench import filling

    told = pickle.loads((data_dir / STORIES).read_bytes())
    watch = _Watch(data_dir, count)
    filling.reindex_all()
    filling.seal_all()
    connection.close()
    with psycopg.connect(**postgres.parameters(data_dir, user=postgres.SUPERUSER)) as superuser:
        filling.Filling(superuser, told, watch.say).fill(count)
        # Every COPY leaves empty pages behind, a third of this table: no service that lived through its cases has those,
        # and they make reading an index alone look dear.
        superuser.autocommit = True
        superuser.execute("VACUUM (FULL, ANALYZE) cases_case")
        superuser.execute("VACUUM cases_case")
    connection.close()  # filling asked by it again, and its server ends here


class _Watch:
    """Says how far loading has come, and what processor time it took so far."""

    def __init__(self, folder: Path, count: int) -> None:
        self._count, self._begun = count, time.monotonic()
        self._pid = int((postgres.location(folder).data / "postmaster.pid").read_text().split()[0])

    def say(self, what: str) -> None:
        lasted, spent = time.monotonic() - self._begun, processor_seconds([os.getpid(), self._pid])
        print(f"{self._count:>9} cases {what} after {lasted:.0f} s ({spent:.0f} s CPU)", flush=True)


def _marked(folder: Path, name: str, wanted: str) -> bool:
    mark = folder / name
    return mark.exists() and mark.read_text() == wanted


def _schema() -> str:
    """What decides how the tables look."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "zhize").rglob("migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    make_base()
