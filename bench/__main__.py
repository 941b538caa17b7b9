"""`python -m bench [--scale 1000,10000] [--works list,create]`: the product's speed at growing amounts of data.

Each scale runs in a process of its own on a data folder under var/bench, which is kept for the next time. Figures
are server processor milliseconds per operation: web, worker and database together, clients not counted.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from bench import table

# Memory and start are measured with whatever else is.
NAMES = {*table.GOALS, *table.OTHERS} - {"memory", "start"}
SCALES = "1000,10000,100000,1000000"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--scale", default=SCALES, help=f"numbers of cases; default {SCALES}")
    parser.add_argument("--works", default="", help=f"default all: {', '.join(sorted(NAMES))}")
    parser.add_argument(
        "--write", action="store_true", help="only write docs/ops/performance.md from the figures"
    )
    options = parser.parse_args()
    if options.write:
        table.write()
        return 0
    unknown = set(filter(None, options.works.split(","))) - NAMES
    if unknown:
        parser.error(f"no such work: {', '.join(sorted(unknown))}; there are {', '.join(sorted(NAMES))}")
    for count in options.scale.split(","):
        command = [sys.executable, "-m", "bench.run", count, *options.works.split(",")]
        if subprocess.run(command, check=False).returncode:
            return 1
    table.show()
    return 0


if __name__ == "__main__":
    sys.exit(main())
