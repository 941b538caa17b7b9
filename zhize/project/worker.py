"""`zhize worker`: background and periodic work. As many as wanted may run on one database."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Sequence

from zhize.project import attending, config, database


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="zhize worker", description="Run background and periodic work.")
    attending.add_argument(parser)
    options = parser.parse_args(arguments)
    settings = config.read()
    if options.attended:
        attending.stop_with_parent()
    with database.available(settings):
        import django

        django.setup()
        from zhize.kernel import jobs

        gc.collect()
        gc.freeze()  # as in `wsgi`
        jobs.worker(settings.worker_concurrency)
    return 0
