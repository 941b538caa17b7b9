"""Reads YAML 1.2 with the place of every key and value, and refuses what a pack may not contain.

Plain YAML loaders lose the line numbers and silently take the last of two equal keys. Here the node tree
is turned into data by hand: strings, numbers, booleans, null, lists and mappings, nothing else. `no` and
`12:30` stay text, dates stay text (the model reads them), tags, anchors and merge keys are mistakes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from zhize.kernel.packs.problems import Problem

Path_ = tuple[str | int, ...]

_PLAIN = "tag:yaml.org,2002:"


@dataclass
class Document:
    """The data of one file and where each part of it stands."""

    file: str
    data: Any = None
    places: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Sequence[str | int]) -> tuple[int, int]:
        """Line and column of the nearest part of `path` that exists (names a union adds are skipped)."""
        reached: Path_ = ()
        for step in path:
            if (*reached, step) in self.places:
                reached = (*reached, step)
        return self.places.get(reached, (1, 1))

    def problem(self, path: Sequence[str | int], message: str) -> Problem:
        """A mistake at this part of the file."""
        line, column = self.place(path)
        return Problem(self.file, line, column, message)


def read(path: Path, shown_as: str) -> Document:
    """Read one file; mistakes stand in the document's `problems`, the data then may be None."""
    document = Document(shown_as)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        document.problems.append(Problem(shown_as, 1, 1, _("文件不是 UTF-8 编码。")))
        return document
    loader = YAML(typ="safe", pure=True)
    loader.version = (1, 2)
    try:
        node = loader.compose(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        document.problems.append(Problem(shown_as, line, column, _("YAML 写法有误：") + str(error.problem)))
        return document
    except YAMLError as error:
        document.problems.append(Problem(shown_as, 1, 1, _("YAML 写法有误：") + str(error)))
        return document
    if node is None:
        document.problems.append(Problem(shown_as, 1, 1, _("文件是空的。")))
        return document
    document.data = _data(node, (), document)
    return document


def _data(node: Node, path: Path_, document: Document) -> Any:
    document.places.setdefault(path, _mark(node))
    if node.anchor is not None:
        # Returning here also keeps a node that contains itself from being walked for ever.
        _complain(document, node, _("不能用锚点（&、*）。"))
        return None
    if isinstance(node, MappingNode):
        return _mapping(node, path, document)
    if isinstance(node, SequenceNode):
        return [_data(part, (*path, index), document) for index, part in enumerate(node.value)]
    return _scalar(node, document)


def _mapping(node: MappingNode, path: Path_, document: Document) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value) if isinstance(key_node, ScalarNode) else ""
        if not key or key_node.tag not in (f"{_PLAIN}str", f"{_PLAIN}int"):
            _complain(document, key_node, _("键要写成文字。"))
            continue
        if key in found:
            _complain(document, key_node, _("“{key}”写了两次。").format(key=key))
            continue
        document.places[(*path, key)] = _mark(key_node)
        found[key] = _data(value_node, (*path, key), document)
    return found


def _scalar(node: Node, document: Document) -> Any:
    text = str(node.value)
    kind = str(node.tag).removeprefix(_PLAIN)
    if kind in ("str", "timestamp"):
        return text
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int":
        return (
            int(text.replace("_", ""), 0)
            if text.lower().startswith(("0x", "0o"))
            else int(text.replace("_", ""))
        )
    if kind == "float":
        return float(text)
    _complain(document, node, _("不能用 {tag} 这样的标记。").format(tag=node.tag))
    return None


def _mark(node: Node) -> tuple[int, int]:
    return (node.start_mark.line + 1, node.start_mark.column + 1)


def _complain(document: Document, node: Node, message: str) -> None:
    line, column = _mark(node)
    document.problems.append(Problem(document.file, line, column, message))
