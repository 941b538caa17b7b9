"""What `zhize run` does before it serves: tables, pack, demo department, served files. Only what is not done yet."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command, get_commands
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from zhize.project import static_files
from zhize.project.config import Config

INDUSTRIES = Path(__file__).resolve().parents[1] / "industries"


def prepare(settings: Config, say: Callable[[str], None]) -> None:
    """Bring an installation to where it can serve. The database runs and Django is set up."""
    if static_files.collect():
        say("style sheets and scripts gathered")
    migrate(say)
    apply_pack(settings, say)
    fill(settings, say)
    connections.close_all()


def migrate(say: Callable[[str], None]) -> None:
    executor = MigrationExecutor(connections["default"])
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    say("bringing the database to this version")
    call_command("migrate", interactive=False, verbosity=0)


def apply_pack(settings: Config, say: Callable[[str], None]) -> None:
    """Apply the configured pack when its files, or the database they were applied to, changed."""
    root = pack_folder(settings)
    if root is None:
        return
    from zhize.kernel.packs.models import PackRelease

    state = settings.data_dir / "prepared.json"
    known: dict[str, Any] = json.loads(state.read_text()) if state.exists() else {}
    wanted = {"pack": digest(root)}
    if known == wanted and PackRelease.objects.exists():
        return
    say(f"applying the pack {root.name}")
    call_command("pack", "apply", str(root), stdout=io.StringIO())
    state.write_text(json.dumps(wanted))


def pack_folder(settings: Config) -> Path | None:
    """The folder of the configured pack; None when none is wanted or shipped."""
    if settings.pack in {"", "none"}:
        return None
    shipped = INDUSTRIES / settings.pack
    root = shipped if shipped.is_dir() else Path(settings.pack)
    return root if (root / "pack.yaml").exists() else None


def fill(settings: Config, say: Callable[[str], None]) -> None:
    """Make the demo department in an empty database."""
    from zhize.kernel.accounts.models import User

    if settings.demo and "demo" in get_commands() and not User.objects.exists():
        say("making the demo department")
        call_command("demo", logins=False)


def digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()
