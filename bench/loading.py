"""Data folders with so many cases, made once and kept until a migration or the filling changes.

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
from collections.abc import Iterable
from pathlib import Path

import psycopg

from zhize.project import postgres, static_files

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "bench"
BASE = FOLDER / "base"
STORIES = "stories.pickle"
# Loading a million cases is not what is measured.
QUICK = {"max_wal_size": "8GB", "checkpoint_timeout": "30min", "synchronous_commit": "off"}


def settings(data_dir: Path) -> None:
    """Let this process work on that data folder. Before Django is set up."""
    for name in [name for name in os.environ if name.startswith("ZHIZE_")]:
        del os.environ[name]
    os.environ |= {"ZHIZE_DATA_DIR": str(data_dir), "DJANGO_SETTINGS_MODULE": "zhize.project.settings"}


def load(data_dir: Path, count: int) -> None:
    """Fill the folder unless that was done already."""
    wanted = _fingerprint("stories.py", "filling.py", "loading.py")
    if _marked(data_dir, wanted):
        return
    make_sure_of_base()
    shutil.rmtree(data_dir, ignore_errors=True)
    # With owners and modes, which PostgreSQL insists on.
    subprocess.run(["cp", "-a", str(BASE), str(data_dir)], check=True)
    (data_dir / "filled").unlink()
    with postgres.use(data_dir, QUICK):
        _fill(data_dir, count)
    (data_dir / "filled").write_text(wanted)


def make_sure_of_base() -> None:
    """The folder that all others begin with, in a process of its own when it has to be made."""
    if not _marked(BASE, _fingerprint("stories.py")):
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
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from bench import stories

        call_command("migrate", verbosity=0, interactive=False)
        static_files.collect()
        (BASE / STORIES).write_bytes(pickle.dumps(stories.record()))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
        connection.close()
    (BASE / "filled").write_text(_fingerprint("stories.py"))


def _fill(data_dir: Path, count: int) -> None:
    import django

    django.setup()
    from django.db import connection

    from bench import filling
    from zhize.domains.cases.models import Case, WorkSheet
    from zhize.domains.customers.models import Customer, Premises
    from zhize.kernel.history import chain
    from zhize.kernel.search.indexing import reindex
    from zhize.kernel.search.providers import provider

    told = pickle.loads((data_dir / STORIES).read_bytes())
    watch = _Watch(count)
    with psycopg.connect(**postgres.parameters(data_dir, user=postgres.SUPERUSER)) as superuser:
        filling.Filling(superuser, told).fill(count)
    watch.say("multiplied")
    for model in (Customer, Premises, Case, WorkSheet):
        reindex(provider(model._meta.label_lower))
    watch.say("made searchable")
    while chain.seal(limit=200_000):
        pass
    watch.say("sealed")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.close()


class _Watch:
    def __init__(self, count: int) -> None:
        self._count, self._begun = count, time.monotonic()

    def say(self, what: str) -> None:
        print(f"{self._count:>9} cases {what} after {time.monotonic() - self._begun:.0f} s", flush=True)


def _marked(folder: Path, wanted: str) -> bool:
    mark = folder / "filled"
    return mark.exists() and mark.read_text() == wanted


def _fingerprint(*names: str) -> str:
    """What decides how a folder looks: migrations and the code that fills."""
    paths: Iterable[Path] = [
        *sorted((ROOT / "zhize").rglob("migrations/*.py")),
        *(ROOT / "bench" / name for name in names),
    ]
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    make_base()
