"""`python -m bench.run CASES WORKS`: one scale, in a process of its own; prints and keeps its figures as JSON."""

from __future__ import annotations

import json
import sys
import time

from bench import loading
from bench.loading import FOLDER

PORT = 8790


def main(count: int, names: list[str]) -> None:
    data_dir = FOLDER / str(count)
    loading.settings(data_dir)
    loading.load(data_dir, count)
    import django

    django.setup()
    from bench import people, works
    from bench.server import Server

    results = {}
    with Server(data_dir, PORT) as server:
        world = works.World(server, **people.world(count))
        server.rest()
        found = {"memory_mb": round(server.memory()), "idle_cpu": sum(server.idle.values())}
        keep(count, {"idle": {**found, "started_in_s": round(server.started_in, 1)}})
        for name, work in works.WORKS.items():
            if names and name not in names:
                continue
            begun = time.monotonic()
            results[name] = work(world)
            keep(count, {name: results[name]})
            say(
                f"{count:>9} {name:<16} {json.dumps(results[name], ensure_ascii=False)} [{time.monotonic() - begun:.0f} s]"
            )


def keep(count: int, results: dict[str, object]) -> None:
    """Add to what is known of this scale."""
    path = FOLDER / "figures.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known.setdefault(str(count), {}).update(results)
    path.write_text(json.dumps(known, ensure_ascii=False, indent=1))


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), [name for name in sys.argv[2:] if name])
