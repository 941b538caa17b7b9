"""The register of message texts, and the closed substitution they are filled in by.

A text names what it shows in braces, `{number}`; there is no other syntax: no attribute, no format, no logic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from zhize.lib.text import Text

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_BRACE = re.compile(r"[{}]")
MISSING = "—"


class UnknownTemplate(LookupError):
    """Nobody declared a message of this code, and no pack has one."""


@dataclass(frozen=True)
class Message:
    """The texts of one kind of message: title, body, and a short form for telephones (empty: the title)."""

    title: Text
    body: Text
    short: Text = field(default_factory=lambda: Text("", ""))


@dataclass(frozen=True)
class Template:
    """A declared kind of message. `names` are the placeholders its texts may use, with what they mean."""

    code: str
    default: Message
    names: Mapping[str, str]
    needs_ack: bool = False
    to_customer: bool = False


_registry: dict[str, Template] = {}
PackTexts = Callable[[Collection[str]], Mapping[str, tuple[Message, bool]]]
_pack_source: PackTexts | None = None


def template(
    code: str,
    *,
    zh: tuple[str, str],
    en: tuple[str, str],
    names: Mapping[str, str] | Iterable[str] = (),
    short: tuple[str, str] = ("", ""),
    needs_ack: bool = False,
    to_customer: bool = False,
) -> str:
    """Declare a message: (title, body) in Chinese and in English, and the placeholders they may use.

    Declared in `<app>/messages.py`. ValueError for a code declared twice or a placeholder that is not in `names`.
    """
    if code in _registry:
        raise ValueError(f"message {code} is declared twice")
    known = dict(names) if isinstance(names, Mapping) else {name: name for name in names}
    message = Message(Text(zh[0], en[0]), Text(zh[1], en[1]), Text(*short))
    wrong = strangers(message, known)
    if wrong:
        raise ValueError(f"message {code} uses undeclared names: {', '.join(wrong)}")
    _registry[code] = Template(code, message, known, needs_ack, to_customer)
    return code


def set_pack_texts(find: PackTexts) -> None:
    """Let `find(codes)` give the texts of the packs in force (and whether they need an acknowledgement), by code.

    Plugged in by kernel.packs, which stands above.
    """
    global _pack_source
    _pack_source = find


def declared(code: str) -> Template | None:
    """The Python declaration of a message, if it has one."""
    return _registry.get(code)


def all_templates() -> list[Template]:
    """Every declared message, by code."""
    return [_registry[code] for code in sorted(_registry)]


def from_packs(codes: Collection[str]) -> Mapping[str, tuple[Message, bool]]:
    """What the packs in force say for these codes, as far as they say anything."""
    return _pack_source(codes) if _pack_source is not None else {}


def from_pack(code: str) -> tuple[Message, bool] | None:
    """What the packs in force say for a code."""
    return from_packs([code]).get(code)


def strangers(message: Message, names: Iterable[str]) -> list[str]:
    """Placeholders used but not declared, and stray braces (shown as they stand)."""
    allowed = set(names)
    found: set[str] = set()
    for text in (message.title, message.body, message.short):
        for words in (text.zh, text.en):
            found |= {name for name in _PLACE.findall(words) if name not in allowed}
            rest = _PLACE.sub("", words)
            found |= set(_BRACE.findall(rest))
    return sorted(found)


def placeholders(text: Text) -> set[str]:
    """The names a text uses, in either language."""
    return set(_PLACE.findall(text.zh)) | set(_PLACE.findall(text.en))


def fill(text: Text, context: Mapping[str, Any], language: str) -> str:
    """The text in a language with its placeholders filled in; a missing value reads as a dash."""
    with translation.override(language):
        return _PLACE.sub(
            lambda found: _shown(context.get(found[1], MISSING), language), text.in_language(language)
        )


def _shown(value: Any, language: str) -> str:
    if isinstance(value, Text):
        return value.in_language(language)
    if isinstance(value, Mapping) and {"zh", "en"} <= set(value):
        return Text(str(value["zh"]), str(value["en"])).in_language(language)
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(settings.CONFIG.timezone)).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Promise):
        return str(value)
    return MISSING if value is None or value == "" else str(value)
