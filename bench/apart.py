"""Works that need a department of their own: ticking, importing, recurring duties. Each in a process of its own.

`python -m bench.apart WORK SCALE` prints what it found as JSON; `measure` is what `bench.run` calls.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import loading
from bench.server import processor_seconds
from zhize.project import postgres

NAMES = ("tick", "import", "recurring")
# Of a million positions no department has more than these; 30 duties each.
PEOPLE = (20, 2000)
DAYS = 365


def measure(name: str, scale: int) -> dict[str, Any]:
    """The figures of one work at one scale, with the load of the machine before it."""
    load = os.getloadavg()[0]
    command = (
        [sys.executable, "-m", "bench.recurring", str(people(scale)), str(DAYS), "--json"]
        if name == "recurring"
        else [sys.executable, "-m", "bench.apart", name, str(scale)]
    )
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return {**json.loads(done.stdout.splitlines()[-1]), "load": round(load, 1)}


def people(scale: int) -> int:
    return min(PEOPLE[1], max(PEOPLE[0], scale // 50))


@contextmanager
def department(name: str) -> Iterator[Path]:
    """A copy of the folder that all scales begin with, with its database running; gone afterwards."""
    loading.make_sure_of_base()
    folder = loading.FOLDER / f"{name}-{os.getpid()}"
    subprocess.run(["cp", "-a", str(loading.BASE), str(folder)], check=True)
    try:
        with postgres.use(folder, loading.QUICK):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def database_seconds(folder: Path) -> float:
    """Processor time of the folder's database so far."""
    pid = (postgres.location(folder).data / "postmaster.pid").read_text().split()[0]
    return processor_seconds([int(pid)])


def main(name: str, scale: int) -> None:
    from bench import importing, ticking

    works = {"tick": ticking.run, "import": importing.run}
    with department(name) as folder:
        loading.settings(folder)
        print(json.dumps(works[name](folder, scale)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
