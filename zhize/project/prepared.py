"""What an installation was last prepared for, so that the next start need not load the product to learn it.

`prepared.json` of the data folder says for which code, pack and database everything is ready, and whom the
demonstration lets in. It counts only while all of that is still so: a database put back or emptied is prepared anew.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import django
import psycopg

from zhize.project import database, gathering
from zhize.project.config import Config

PACKAGE = Path(__file__).resolve().parents[1]
INDUSTRIES = PACKAGE / "industries"
_DATABASE = """
    SELECT md5(string_agg(app || '.' || name, ',' ORDER BY app, name)),
           EXISTS (SELECT FROM packs_packrelease), EXISTS (SELECT FROM accounts_user)
      FROM django_migrations
"""


def announcement(settings: Config) -> str | None:
    """What to say once pages are served; None when there is something to prepare."""
    known = read(settings)
    if "state" not in known or not gathering.current(settings):
        return None
    try:
        return str(known["announcement"]) if known["state"] == state(settings) else None
    except psycopg.Error:  # no tables yet, or no answer: preparing says which
        return None


def read(settings: Config) -> dict[str, Any]:
    path = _path(settings)
    return dict(json.loads(path.read_text())) if path.exists() else {}


def write(settings: Config, **known: Any) -> None:
    """Whole or not at all: half a note would keep the product from starting."""
    path = _path(settings)
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(known, ensure_ascii=False))
    beside.replace(path)


def state(settings: Config) -> list[Any]:
    """Everything that preparing depends on. Raises psycopg.Error when the database has no tables or does not answer."""
    root = pack_folder(settings)
    with database.connect(settings) as connection:
        found = connection.execute(_DATABASE).fetchone() or ()
    return [_code(), settings.demo, root and digest(root), *found]


def pack_folder(settings: Config) -> Path | None:
    """The folder of the configured pack; None when none is wanted or shipped."""
    if settings.pack in {"", "none"}:
        return None
    shipped = INDUSTRIES / settings.pack
    root = shipped if shipped.is_dir() else Path(settings.pack)
    return root if (root / "pack.yaml").exists() else None


def digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def _code() -> str:
    """A digest of all that decides which migrations there are: ours, the installed packages, what settings name."""
    found = hashlib.sha256((PACKAGE / "project" / "settings.py").read_bytes())
    for path in sorted(PACKAGE.glob("**/migrations/*.py")):
        found.update(str(path.relative_to(PACKAGE)).encode() + b"\0")
    for path in sorted(Path(django.__file__).parents[1].glob("*.dist-info")):
        found.update(path.name.encode() + b"\0")
    return found.hexdigest()


def _path(settings: Config) -> Path:
    return settings.data_dir / "prepared.json"
