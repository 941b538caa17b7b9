"""Take every guard away, one at a time, and see the test that stands for it turn red (`make soak`).

Each test runs in a process of its own with `--without GUARD`. A test that stays green without its guard proves
nothing: the script names it and ends with 1. Names of guards as arguments choose among them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
RED = 1  # pytest: tests ran and some failed


def main(chosen: list[str]) -> int:
    from tests.contracts.fault_guards import ALL

    green = []
    for guard in ALL:
        if chosen and guard.name not in chosen:
            continue
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "tests.kit.unguarded",
            "--without",
            guard.name,
        ]
        done = subprocess.run([*command, guard.test], cwd=ROOT, capture_output=True, text=True, check=False)
        red = done.returncode == RED
        print(f"{'red  ' if red else 'GREEN'} without {guard.name}: {guard.test}", flush=True)
        if not red:
            green.append(guard.name)
            print(done.stdout[-600:])
    print(f"guards: {len(green)} not shown: {', '.join(green) or 'none'}")
    return 1 if green else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
