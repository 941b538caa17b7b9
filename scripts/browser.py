"""Have a Chromium for the browser journeys: found, or installed where this command may. Says so when there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.kit import browser

PACKAGES = ("chromium", "fonts-noto-cjk")


def main() -> int:
    if browser.executable():
        return 0
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        print(f"browser: {browser.MISSING}; the journeys will be left out", file=sys.stderr)
        return 0
    print(f"browser: installing {', '.join(PACKAGES)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        [apt, "update", "-qq"],
        [apt, "install", "-y", "-qq", "--no-install-recommends", *PACKAGES],
    ):
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            print(f"browser: {' '.join(command)} failed; the journeys will be left out", file=sys.stderr)
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
