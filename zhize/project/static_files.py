"""Style sheets and scripts: gathered under hashed names, again only when one of them changed, and served."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from servestatic.middleware import ServeStaticMiddleware

PACKAGE = Path(__file__).resolve().parents[1]
# Fonts for printed documents lie beside the served files, but no page asks for them.
NOT_SERVED = ["*.ttf", "*.md", "OFL.txt"]


def collect() -> bool:
    """Bring the served copy up to date. Returns whether there was anything to do. Needs no database."""
    import django
    from django.core.management import call_command

    if settings.DEBUG:
        return False
    target = Path(settings.STATIC_ROOT)
    stamp = target.with_name("static.stamp")
    wanted = fingerprint()
    if stamp.exists() and stamp.read_text() == wanted and (target / "staticfiles.json").exists():
        return False
    django.setup()
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=NOT_SERVED)
    stamp.write_text(wanted)
    return True


def fingerprint() -> str:
    """A digest over names, sizes and times of all served sources, and of the locked dependencies (allauth brings some)."""
    found = hashlib.sha256()
    lock = PACKAGE.parent / "requirements.lock"
    for path in sorted([*PACKAGE.glob("**/static/**/*"), *([lock] if lock.exists() else [])]):
        if path.is_file():
            state = path.stat()
            found.update(f"{path.relative_to(PACKAGE.parent)} {state.st_size} {state.st_mtime_ns}\n".encode())
    return found.hexdigest()


class Serving:
    """Serves what stands under /static/.

    The library's middleware exists only for event loops: in front of our views it would send every request over one,
    and through a thread for each middleware behind it. Only requests for files take that way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._pass_on = get_response
        self._prefix = settings.STATIC_URL
        self._serve = async_to_sync(ServeStaticMiddleware(sync_to_async(get_response)))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return (self._serve if request.path_info.startswith(self._prefix) else self._pass_on)(request)
