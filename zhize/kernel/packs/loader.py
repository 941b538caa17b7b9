"""Reads a pack directory into checked items, collecting every mistake instead of stopping at the first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeVar

from django.utils.translation import gettext as _
from pydantic import BaseModel, StringConstraints, ValidationError

from zhize.kernel.packs import reading, sections
from zhize.kernel.packs.problems import PackRefused, Problem, in_words, place_of, relative
from zhize.kernel.packs.specs import Code, PackText, Spec

INDUSTRIES = Path(__file__).resolve().parents[2] / "industries"
MANIFEST = "pack.yaml"
LINES = 300
"""A longer file is a sign that a pack is being programmed."""

PackCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+(\.\d+)?$")]

SpecT = TypeVar("SpecT", bound=BaseModel)
Check = Callable[["Pack"], Any]


class Manifest(Spec):
    """`pack.yaml`: what the pack is called, which version this is, which packs it is built on."""

    code: PackCode
    version: Version
    label: PackText
    summary: PackText
    refs: tuple[Annotated[str, StringConstraints(pattern=r"^SYS-\d{2}$")], ...] = ()
    """The systems of the catalogue that the pack describes."""
    includes: tuple[PackCode, ...] = ()
    renames: dict[str, dict[Code, Code]] = {}
    """Per section, old code → new code, so that an upgrade is not read as one drop and one addition."""


@dataclass(frozen=True)
class Entry:
    """One item with the place it was written."""

    section: str
    value: Any
    document: reading.Document
    base: reading.Path_
    pack: str


@dataclass
class Pack:
    """A pack as read, with the packs it includes. `problems` is empty when it may be applied."""

    root: Path
    manifest: Manifest | None = None
    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.manifest.code if self.manifest else self.root.name

    def items(self, section: str) -> list[Any]:
        """The items of a section in the order in which they are written."""
        return [entry.value for entry in self.entries.get(section, {}).values()]

    def codes(self, section: str) -> set[str]:
        return set(self.entries.get(section, {}))

    def get(self, section: str, code: str) -> Any | None:
        entry = self.entries.get(section, {}).get(code)
        return entry.value if entry else None

    def problem(self, section: str, code: str, path: Sequence[str | int], message: str) -> Problem:
        """A mistake found by a check, at the line of this part of the item."""
        entry = self.entries[section][code]
        return entry.document.problem((*entry.base, *path), message)

    def unknown(
        self,
        section: str,
        code: str,
        path: Sequence[str | int],
        names: Sequence[str],
        known: set[str],
        what: str,
    ) -> Iterator[Problem]:
        """One mistake for each of `names` that is not `known`; `what` says in words what they should be."""
        for index, name in enumerate(names):
            if name not in known:
                message = _("没有叫“{name}”的{what}。").format(name=name, what=what)
                yield self.problem(section, code, (*path, index), message)

    def spec(self) -> dict[str, Any]:
        """The normalised content that a release stores (samples are left out)."""
        stored = {
            name: [
                entry.value.model_dump(mode="json", by_alias=True, exclude_unset=True)
                for entry in entries.values()
            ]
            for name, entries in sorted(self.entries.items())
            if sections.get(name).kind != "sample"
        }
        origins = {name: {code: entry.pack for code, entry in self.entries[name].items()} for name in stored}
        return {"sections": stored, "origins": origins}


def checksum(spec: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a normalised spec."""
    canonical = json.dumps(spec, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def find(name: str) -> Path:
    """The directory of a pack: a path, or the name of a shipped one. LookupError when there is none."""
    for candidate in (Path(name), INDUSTRIES / name):
        if candidate.is_dir():
            return candidate.resolve()
    raise LookupError(name)


def shipped() -> list[str]:
    """Names of the packs that come with the product."""
    return sorted(path.parent.name for path in INDUSTRIES.glob(f"*/{MANIFEST}"))


def load(root: Path) -> Pack:
    """Read, validate and cross-check the pack in `root`. Never raises for a mistake: see `Pack.problems`."""
    pack = Pack(root)
    _gather(pack, root, root.parent, [])
    if not pack.problems:
        # References are only worth checking once every item could be read.
        for section in sections.every():
            if section.check is not None:
                pack.problems.extend(section.check(pack))
    pack.problems.sort()
    return pack


def load_or_refuse(root: Path) -> Pack:
    """As `load`, but raises PackRefused with all problems."""
    pack = load(root)
    if pack.problems:
        raise PackRefused(pack.problems)
    return pack


def validate(model: type[SpecT], data: Any) -> SpecT:
    """Strictly validate plain data; lists and date texts are read as JSON reads them."""
    return model.model_validate_json(json.dumps(data, ensure_ascii=False))


def _gather(pack: Pack, root: Path, base: Path, seen: list[Path]) -> None:
    manifest = _manifest(pack, root, base)
    if manifest is not None and not seen:
        pack.manifest = manifest
    seen.append(root)
    for index, name in enumerate(manifest.includes if manifest else ()):
        try:
            inner = next(path for path in (root.parent / name, INDUSTRIES / name) if path.is_dir())
        except StopIteration:
            document = reading.read(root / MANIFEST, relative(root / MANIFEST, base))
            pack.problems.append(
                document.problem(("includes", index), _("没有叫“{name}”的包。").format(name=name))
            )
            continue
        if inner.resolve() not in [path.resolve() for path in seen]:
            _gather(pack, inner, base, seen)
    for path in sorted(root.rglob("*")):
        if path.is_file():
            _file(pack, path, root, base, manifest.code if manifest else root.name)


def _manifest(pack: Pack, root: Path, base: Path) -> Manifest | None:
    path = root / MANIFEST
    shown = relative(path, base)
    if not path.is_file():
        pack.problems.append(Problem(shown, 1, 1, _("缺少 pack.yaml。")))
        return None
    document = reading.read(path, shown)
    pack.problems.extend(document.problems)
    return None if document.data is None else _validated(pack, document, (), Manifest)


def _file(pack: Pack, path: Path, root: Path, base: Path, owner: str) -> None:
    inside = path.relative_to(root)
    if (
        str(inside) == MANIFEST
        or inside.name == "README.md"
        or any(part.startswith(".") for part in inside.parts)
    ):
        return
    shown = relative(path, base)
    name = inside.parts[0].removesuffix(".yaml")
    known = {section.name for section in sections.every()}
    if path.suffix != ".yaml" or len(inside.parts) > 2 or name not in known:
        pack.problems.append(Problem(shown, 1, 1, _("这个文件不属于包的任何部分。")))
        return
    document = reading.read(path, shown)
    pack.problems.extend(document.problems)
    length = path.read_text(encoding="utf-8", errors="replace").count("\n")
    if length > LINES:
        pack.problems.append(
            Problem(shown, LINES + 1, 1, _("文件超过 {lines} 行，请按内容拆开。").format(lines=LINES))
        )
    if document.data is None:
        return
    parts = document.data if isinstance(document.data, list) else [document.data]
    for index, _part in enumerate(parts):
        where: reading.Path_ = (index,) if isinstance(document.data, list) else ()
        _item(pack, document, where, sections.get(name), owner)


def _item(
    pack: Pack, document: reading.Document, where: reading.Path_, section: sections.Section, owner: str
) -> None:
    value: Any = _validated(pack, document, where, section.model)
    if value is None:
        return
    listed = pack.entries.setdefault(section.name, {})
    if value.code in listed:
        first = listed[value.code]
        line, _column = first.document.place((*first.base, "code"))
        message = _("“{code}”已经写在 {file} 第 {line} 行。")
        message = message.format(code=value.code, file=first.document.file, line=line)
        pack.problems.append(document.problem((*where, "code"), message))
        return
    listed[value.code] = Entry(section.name, value, document, where, owner)


def _validated(
    pack: Pack, document: reading.Document, where: reading.Path_, model: type[SpecT]
) -> SpecT | None:
    data = document.data
    for step in where:
        data = data[step]
    try:
        return validate(model, data)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            pack.problems.append(document.problem((*where, *place_of(one)), in_words(one)))
        return None
