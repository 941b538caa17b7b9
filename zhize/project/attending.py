"""How a process that `zhize run` started notices that its parent is gone, even when that was killed with -9."""

from __future__ import annotations

import argparse
import os
import signal
import threading


def add_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--attended", action="store_true", help=argparse.SUPPRESS)


def stop_with_parent() -> None:
    """Ask ourselves to stop once the pipe that the parent holds as our standard input ends."""

    def watch() -> None:
        # Not through sys.stdin: a thread that waits in it would hold its lock while the interpreter shuts down.
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
