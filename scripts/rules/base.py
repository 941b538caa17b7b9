"""What a rule is, and the file it looks at."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

Hits = Iterator[tuple[int, str]]


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


@dataclass
class Source:
    """One file: its path below the project's root, with slashes, and its text."""

    path: str
    text: str

    @classmethod
    def read(cls, root: Path, path: Path) -> Source:
        return cls(path.relative_to(root).as_posix(), path.read_text("utf-8"))

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def line(self, number: int) -> str:
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    def walk(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)


@dataclass(frozen=True)
class Rule:
    """A rule: where it applies, what it finds, and examples (path, text) that must pass and must fail."""

    name: str
    why: str
    applies: Callable[[str], bool]
    find: Callable[[Source], Hits]
    good: tuple[tuple[str, str], ...] = field(default=())
    bad: tuple[tuple[str, str], ...] = field(default=())
