"""Take the pictures of the README from a demo department: docs/images/*.png.

    python scripts/screenshots.py [NAME ...]

Starts `zhize run` on a folder of its own (kept in var/screenshots, so that a second run is quick), signs in as people of
the demo by their position, and looks at their pages. Fails when a page cannot be shown.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
DATA = ROOT / "var" / "screenshots"
PICTURES = ROOT / "docs" / "images"
PORT = 8765
PATIENCE = 900
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Shot:
    """One picture: whose page (position code of the demo's pack), its address, and how the browser looks at it."""

    name: str
    position: str
    address: Callable[[], str]
    size: dict[str, int]
    language: str = "zh-CN"
    dark: bool = False


def holder(position: str) -> Any:
    """Whoever of the demo holds the position, always the same."""
    from zhize.kernel.accounts.models import User

    held = User.objects.filter(person__appointments__position__code=position, is_active=True)
    user = held.order_by("pk").first()
    if user is None:
        raise SystemExit(f"screenshots: nobody of the demo holds the position {position}")
    return user


def a_case() -> str:
    """The ambassador's open case that has been through most."""
    from django.urls import reverse

    from zhize.domains.cases.models import Case

    own = Case.objects.filter(category="working", owner=holder("ambassador").person)
    case = own.order_by("-reopen_count", "pk").first()
    if case is None:
        raise SystemExit("screenshots: the demo has no open case")
    return reverse("cases:detail", args=[case.number])


def a_position() -> str:
    """The ambassador's job description."""
    from django.urls import reverse

    return reverse("admin:position", args=[holder("ambassador").person.appointments.first().position_id])


def named(route: str) -> Callable[[], str]:
    def address() -> str:
        from django.urls import reverse

        return reverse(route)

    return address


SHOTS = (
    Shot("my-day", "ambassador", named("desk:home"), WIDE),
    Shot("my-day-en", "ambassador", named("desk:home"), WIDE, language="en"),
    Shot("case", "ambassador", a_case, WIDE),
    Shot("case-en-dark", "ambassador", a_case, WIDE, language="en", dark=True),
    Shot("position", "service_supervisor", a_position, WIDE),
    Shot("position-en", "service_supervisor", a_position, WIDE, language="en"),
    Shot("dashboard", "centre_manager", named("desk:dashboard"), WIDE),
    Shot("dashboard-en", "centre_manager", named("desk:dashboard"), WIDE, language="en"),
    Shot("my-day-phone", "ambassador", named("desk:home"), PHONE),
    Shot("case-phone", "ambassador", a_case, PHONE),
    Shot("case-phone-en", "ambassador", a_case, PHONE, language="en"),
)


def main(names: Sequence[str]) -> int:
    os.environ.update(ZHIZE_DATA_DIR=str(DATA), ZHIZE_PORT=str(PORT), DJANGO_ALLOW_ASYNC_UNSAFE="true")
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhize.project.settings"
    PICTURES.mkdir(parents=True, exist_ok=True)
    with serving():
        import django

        django.setup()
        return take([shot for shot in SHOTS if not names or shot.name in names])


@contextmanager
def serving() -> Iterator[None]:
    """The product with its demo, until the block ends."""
    DATA.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen([sys.executable, "-m", "zhize", "run"], cwd=ROOT)
    try:
        deadline = time.monotonic() + PATIENCE
        while not _answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("screenshots: zhize run does not serve; the reason stands above")
            time.sleep(0.5)
        yield
    finally:
        process.terminate()
        process.wait(60)


def _answers() -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def take(shots: Sequence[Shot]) -> int:
    from playwright.sync_api import sync_playwright

    from tests.kit import browser

    failed = 0
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.executable(), args=list(browser.FLAGS))
        for shot in shots:
            context = chromium.new_context(
                viewport=shot.size,  # type: ignore[arg-type]
                locale=shot.language,
                timezone_id="Asia/Shanghai",
                color_scheme="dark" if shot.dark else "light",
            )
            context.add_cookies([{**cookie(shot), "url": f"http://127.0.0.1:{PORT}"}])
            page = context.new_page()
            answer = page.goto(f"http://127.0.0.1:{PORT}{shot.address()}", wait_until="networkidle")
            status = answer.status if answer else 0
            print(f"screenshots: {shot.name} {status}", flush=True)
            failed += status != 200
            page.screenshot(path=PICTURES / f"{shot.name}.png")
            compact(PICTURES / f"{shot.name}.png")
            context.close()
        chromium.close()
    return 1 if failed else 0


def compact(picture: Path) -> None:
    """The same picture in 256 colours: a quarter of the bytes, and nobody sees it."""
    from PIL import Image

    with Image.open(picture) as seen:
        seen.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(picture, optimize=True)


def cookie(shot: Shot) -> Any:
    """A session of somebody who holds the position, in the picture's language."""
    from zhize.kernel.accounts.models import User

    user = holder(shot.position)
    User.objects.filter(pk=user.pk).update(
        language="en" if shot.language == "en" else "zh-hans", must_change_password=False
    )
    user.refresh_from_db()
    from tests.kit.sessions import session_cookie

    return session_cookie(user)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
