"""`python -m bench.run CASES WORKS`: one scale, in a process of its own; prints and keeps its figures as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from bench import apart, loading
from bench.loading import FOLDER

PORT = 8790


def main(count: int, names: list[str]) -> None:
    for name in apart.NAMES:
        if not names or name in names:
            told(count, name, lambda name=name: apart.measure(name, count))
    if not names or set(names) - set(apart.NAMES):
        beside_the_product(count, names)


def beside_the_product(count: int, names: list[str]) -> None:
    """The works that ask a running product with so many cases."""
    data_dir = FOLDER / str(count)
    loading.settings(data_dir)
    loading.load(data_dir, count)
    import django

    django.setup()
    from bench import people, works
    from bench.server import Server

    with Server(data_dir, PORT) as server:
        world = works.World(server, **people.world(count))
        server.rest()
        load = round(os.getloadavg()[0], 1)
        keep(count, {"memory": {"value": round(server.memory()), "load": load}})
        keep(count, {"start": {"value": round(server.started_in, 1), "load": load}})
        keep(count, {"idle": {"cpu": sum(server.idle.values())}})
        for name, work in works.WORKS.items():
            if names and name not in names:
                continue
            told(count, name, lambda work=work: work(world))


def told(count: int, name: str, work: Callable[[], dict[str, Any]]) -> None:
    """Do a work, keep what it found, or why it found nothing, and say it."""
    begun = time.monotonic()
    try:
        result = work()
    except (RuntimeError, OSError, subprocess.CalledProcessError) as problem:
        result = {"problem": f"{type(problem).__name__}: {str(problem)[:200]}"}
    keep(count, {name: result})
    say(f"{count:>9} {name:<16} {json.dumps(result, ensure_ascii=False)} [{time.monotonic() - begun:.0f} s]")


def keep(count: int, results: dict[str, object]) -> None:
    """Add to what is known of this scale."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "figures.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known.setdefault(str(count), {}).update(results)
    path.write_text(json.dumps(known, ensure_ascii=False, indent=1))


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), [name for name in sys.argv[2:] if name])
