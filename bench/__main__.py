"""`python -m bench [cases]`: fill a private database, measure the lists, a case, a search and the API.

Prints milliseconds of server time per request (median and 95th percentile of repeated requests in this process) and
the ratio to the floor: the same 25 rows read with one plain SQL statement in the same run. Machines and neighbours
differ; compare the ratios.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

ROUNDS = 25


def measured(run: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds, after two runs to warm up."""
    for _warm in range(2):
        run()
    taken = []
    for _round in range(rounds):
        began = time.perf_counter()
        run()
        taken.append((time.perf_counter() - began) * 1000)
    ordered = sorted(taken)
    return statistics.median(taken), ordered[int(len(ordered) * 0.95) - 1]


def main(count: int) -> None:
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    from tests.kit import database

    setup_test_environment(debug=False)

    with database.clone():
        from bench import filling, requests

        began = time.perf_counter()
        cast = filling.fill(count)
        print(f"{count} cases loaded in {time.perf_counter() - began:.0f} s")
        floor, floor_95 = measured(requests.floor)
        print(f"{'what':<34}{'median ms':>10}{'p95 ms':>10}{'× floor':>10}{'queries':>9}")
        print(f"{'25 rows in plain SQL (floor)':<34}{floor:>10.2f}{floor_95:>10.2f}{1:>10.0f}{1:>9}")
        for name, run in requests.of(cast).items():
            median, high = measured(run)
            print(f"{name:<34}{median:>10.1f}{high:>10.1f}{median / floor:>10.0f}{requests.queries(run):>9}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
