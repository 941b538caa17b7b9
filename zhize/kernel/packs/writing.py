"""Writes packs: YAML files bound to the schemas that editors check them with, each within the length a file may have."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from io import StringIO
from itertools import chain, count
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from pydantic import TypeAdapter
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from zhize.kernel.db import Invalid
from zhize.kernel.packs import loader, sections
from zhize.kernel.packs.specs import Code

SCHEMAS = ".schema"
"""Folder of a pack for its JSON Schemas; the loader passes over names that begin with a dot."""
SKELETON = Path(__file__).parent / "skeleton"
ROOM = 240
"""Lines after which a written section goes on in a next file."""
SHORT = 160


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema of every kind of file in a pack: a file holds one item or a list of items."""
    found = {"pack": loader.Manifest.model_json_schema(by_alias=True)}
    for section in sections.every():
        one: Any = section.model
        either: TypeAdapter[Any] = TypeAdapter(one | list[one])
        found[section.name] = either.json_schema(by_alias=True)
    return found


def write_schemas(folder: Path, wanted: Iterable[str] | None = None) -> None:
    """One file per section (all of them by default) and one for `pack.yaml`."""
    folder.mkdir(parents=True, exist_ok=True)
    found = schemas()
    for name in found if wanted is None else wanted:
        text = json.dumps(found[name], ensure_ascii=False, indent=2) + "\n"
        (folder / f"{name}.schema.json").write_text(text, encoding="utf-8")


def header(section: str, depth: int = 0) -> str:
    """The line by which editors find the schema; `depth` folders below the pack."""
    return f"# yaml-language-server: $schema={'../' * depth}{SCHEMAS}/{section}.schema.json\n"


def start(name: str, folder: Path) -> Path:
    """A new pack `name` in `folder`: a position, its clauses, a recurring and a triggered duty, a form, with comments.

    Returns its directory. Raises Invalid for a name no pack can have, or when something is there already.
    """
    try:
        TypeAdapter(loader.PackCode).validate_python(name)
    except ValueError:
        raise Invalid({"name": _("包名只用小写字母、数字和连字符，以字母开头。")}) from None
    root = empty(folder / name)
    prefix = TypeAdapter(Code).validate_python(name.replace("-", "_"))
    for path in sorted(SKELETON.glob("*.yaml")):
        text = path.read_text(encoding="utf-8").replace("@PACK@", name).replace("@PREFIX@", prefix)
        (root / path.name).write_text(header(path.stem) + text, encoding="utf-8")
    write_schemas(root / SCHEMAS)
    return root


def empty(root: Path) -> Path:
    """The directory, made when it is not there. Raises Invalid when it has something in it."""
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise Invalid({"out": _("“{path}”里已经有东西。").format(path=root)})
    root.mkdir(parents=True, exist_ok=True)
    return root


def write(
    root: Path, manifest: Mapping[str, Any], content: Mapping[str, list[Mapping[str, Any]]]
) -> list[Path]:
    """Write a pack: its cover and its sections, by position where items name one. Returns the files."""
    empty(root)
    paths = [_file(root / loader.MANIFEST, "pack", _dump(manifest))]
    for section, items in content.items():
        parts = _parts(items)
        for name, text in parts.items():
            alone = len(parts) == 1
            path = root / f"{section}.yaml" if alone else root / section / f"{name}.yaml"
            path.parent.mkdir(exist_ok=True)
            paths.append(_file(path, section, text, 0 if alone else 1))
    write_schemas(root / SCHEMAS)
    return paths


def _parts(items: list[Mapping[str, Any]]) -> dict[str, str]:
    """File name → text. What names a position stands in that position's file, the rest under the first code."""
    found: dict[str, str] = {}
    now: dict[str, str] = {}
    for item in items:
        text = _dump([item])
        group = str(item.get("position") or "")
        name = now.get(group)
        if name is None or (found[name] + text).count("\n") > ROOM:
            name = _free([group, str(item["code"])], found)
            now[group], found[name] = name, ""
        found[name] += text
    return found


def _free(names: list[str], taken: Mapping[str, str]) -> str:
    """The first name that no file has yet; a duty may bear the code of a position."""
    further = (f"{names[-1]}_{number}" for number in count(2))
    return next(name for name in chain(names, further) if name and name not in taken)


def _file(path: Path, section: str, text: str, depth: int = 0) -> Path:
    path.write_text(header(section, depth) + text, encoding="utf-8")
    return path


def _dump(data: Any) -> str:
    writer = YAML()
    writer.width = 100_000
    text = StringIO()
    # The outermost is never put into one line: item stands below item.
    outer = CommentedSeq if isinstance(data, list) else CommentedMap
    writer.dump(outer(_styled(data)), text)
    return text.getvalue()


def _styled(value: Any) -> Any:
    """The same data, with what is short or flat in one line."""
    if isinstance(value, Mapping):
        made = CommentedMap({key: _styled(part) for key, part in value.items()})
        if value and _fits(value):
            made.fa.set_flow_style()
        return made
    if isinstance(value, list | tuple):
        listed = CommentedSeq(_styled(part) for part in value)
        if _fits(value):
            listed.fa.set_flow_style()
        return listed
    return value


def _fits(value: Any) -> bool:
    """Short enough for a line; a flat mapping (a clause, a text in both languages) is one however long it is."""
    parts = list(value.values() if isinstance(value, Mapping) else value)
    if any("\n" in part for part in parts if isinstance(part, str)):
        return False
    flat = not any(isinstance(part, list | tuple | Mapping) for part in parts)
    if flat and isinstance(value, Mapping):
        return True
    inner = all(_fits(part) for part in parts if isinstance(part, list | tuple | Mapping))
    return inner and len(json.dumps(value, ensure_ascii=False)) <= SHORT
