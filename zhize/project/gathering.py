"""Style sheets and scripts, gathered under hashed names; again only when one of them changed. Light without that work."""

from __future__ import annotations

import hashlib
from pathlib import Path

from zhize.project.config import Config

PACKAGE = Path(__file__).resolve().parents[1]
# Fonts for printed documents lie beside the served files, but no page asks for them.
NOT_SERVED = ["*.ttf", "*.md", "OFL.txt"]


def current(settings: Config) -> bool:
    """Whether the served copy is that of these sources. While debugging the sources themselves are served."""
    target, stamp = settings.data_dir / "static", _stamp(settings)
    made = stamp.exists() and (target / "staticfiles.json").exists()
    return settings.debug or (made and stamp.read_text() == _fingerprint())


def collect(settings: Config) -> bool:
    """Bring the served copy up to date. Returns whether there was anything to do. Needs no database."""
    if current(settings):
        return False
    import django
    from django.core.management import call_command

    wanted = _fingerprint()
    django.setup()
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=NOT_SERVED)
    _stamp(settings).write_text(wanted)
    return True


def _stamp(settings: Config) -> Path:
    return settings.data_dir / "static.stamp"


def _fingerprint() -> str:
    """A digest over names, sizes and times of all served sources, and of the locked dependencies (allauth brings some)."""
    found = hashlib.sha256()
    lock = PACKAGE.parent / "requirements.lock"
    for path in sorted([*PACKAGE.glob("**/static/**/*"), *([lock] if lock.exists() else [])]):
        if path.is_file():
            state = path.stat()
            found.update(f"{path.relative_to(PACKAGE.parent)} {state.st_size} {state.st_mtime_ns}\n".encode())
    return found.hexdigest()
