"""Each periodic job once, on the data as they are and with every plan to be looked at again; what it does is taken back.

`python -m bench.periodic JOB` is one of them, in a process of its own: prints seconds and what it needed beyond the process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import loading
from bench.server import Server

# A file that is gone does not come back with its row.
LEFT_OUT = {"files.sweep"}


def measure(server: Server) -> dict[str, Any]:
    """What the hungriest takes in MB, and what each takes in seconds on the wall."""
    from zhize.kernel.jobs import registry

    loading.settings(server.data_dir)
    load, found = round(os.getloadavg()[0], 1), {}
    for name in registry.SCHEDULES.keys() - LEFT_OUT:
        command = [sys.executable, "-m", "bench.periodic", name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr[-500:]}")
        found[name] = json.loads(done.stdout.splitlines()[-1])
    return {"value": max(one["mb"] for one in found.values()), "load": load, "jobs": found}


def main(name: str) -> None:
    import django

    django.setup()
    from django.db import connection, transaction

    from zhize.domains.duties import capabilities, services
    from zhize.kernel import access
    from zhize.kernel.jobs import registry

    connection.ensure_connection()
    # A process begins with the peak of the one that started it.
    Path("/proc/self/clear_refs").write_text("5")
    before, begun = _kilobytes("VmRSS"), time.monotonic()
    with transaction.atomic():
        services.plan_anew(actor=access.system(capabilities.SCHEDULE))
        registry.TASKS[name].function()
        transaction.set_rollback(True)
    grown = _kilobytes("VmHWM") - before
    print(json.dumps({"s": round(time.monotonic() - begun, 1), "mb": round(grown / 1024)}))


def _kilobytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    main(sys.argv[1])
