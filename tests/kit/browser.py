"""The system's Chromium for the journeys: where it is, and how it is started."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox: containers and root have none. The rest keeps it from talking to anybody but us.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
MISSING = "no Chromium: install your system's chromium, or set ZHIZE_TEST_BROWSER to its path"


def executable() -> str:
    """The browser's path; empty when there is none."""
    named = os.environ.get("ZHIZE_TEST_BROWSER", "")
    found = [named] if named else [shutil.which(name) or "" for name in NAMES]
    return next((path for path in found if path and os.access(path, os.X_OK)), "")
