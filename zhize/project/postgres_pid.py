"""Which process the pid file of a database folder names, and whether it is one of ours."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def of(data: Path) -> int | None:
    """The pid in the pid file when such a process lives."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return None
    except PermissionError:
        pass
    return pid


def drop_foreign(data: Path) -> None:
    """Remove a pid file that names a process which is not PostgreSQL (pids are reused, soonest in containers)."""
    pid = of(data)
    if pid is None:
        return
    name = subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False)
    if name.returncode == 0 and name.stdout.strip() and "postgres" not in name.stdout:
        (data / "postmaster.pid").unlink(missing_ok=True)
