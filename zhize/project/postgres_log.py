"""What the embedded server must be told to copy its log into the archive (ZHIZE_ARCHIVE_DIR)."""

from __future__ import annotations

import os
import pwd
from pathlib import Path


def settings(folder: Path) -> dict[str, str]:
    """The server's settings for copying each finished piece of its log, and the begun one after a minute."""
    # Whole under its name or not there; a piece that comes again after a crash is taken for done when it is the same.
    target, part = f'"{folder}/log/%f"', f'"{folder}/log/.%f.part"'
    command = (
        f'if test -f {target}; then cmp -s "%p" {target}; '
        f'else cp "%p" {part} && sync {part} && mv {part} {target}; fi'
    )
    return {"archive_mode": "on", "archive_timeout": "60", "archive_command": command}


def prepare(folder: Path, account: pwd.struct_passwd) -> None:
    """Make the folder into which the server, running as `account`, writes."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o711)
    log = folder / "log"
    log.mkdir(exist_ok=True, mode=0o700)
    if log.stat().st_uid != account.pw_uid:
        os.chown(log, account.pw_uid, account.pw_gid)
