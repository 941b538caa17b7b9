"""Further verbs of `zhize pack`, registered by packages that stand above and know what they need.

packs.command("draft", help="…", arguments=add_arguments, run=run)
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand


@dataclass(frozen=True)
class PackCommand:
    """One verb: `help` says it in a line (a lazy text), `arguments(parser)` adds its arguments, `run(command, options)` does it."""

    name: str
    help: Any
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[BaseCommand, dict[str, Any]], None]


_commands: dict[str, PackCommand] = {}


def command(
    name: str,
    *,
    help: Any,
    arguments: Callable[[argparse.ArgumentParser], None],
    run: Callable[[BaseCommand, dict[str, Any]], None],
) -> PackCommand:
    """Register a verb of `zhize pack`. ValueError when there is one of this name."""
    if name in _commands:
        raise ValueError(f"`pack {name}` is registered twice")
    _commands[name] = PackCommand(name, help, arguments, run)
    return _commands[name]


def every() -> list[PackCommand]:
    return list(_commands.values())


def get(name: str) -> PackCommand | None:
    return _commands.get(name)
