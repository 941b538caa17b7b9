"""Texts in the product's languages: Simplified Chinese and English are written, Traditional is derived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import zhconv
from pydantic import ConfigDict

_LONG = 400


@dataclass(frozen=True, slots=True)
class Text:
    """One text, in Simplified Chinese (`zh`) and in English (`en`).

    Pydantic reads it from a mapping with exactly these two keys, so a pack writes `{zh: 受理, en: Accept}`.
    An empty `en` falls back to `zh`: a missing translation shows something rather than nothing.
    """

    zh: str
    en: str = ""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", str_strip_whitespace=True)

    def __str__(self) -> str:
        return self.zh

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    def in_language(self, language: str) -> str:
        """The text for a language code as Django spells it: zh-hans, zh-hant, en, zh-tw, en-us, …

        Any other language gets English where there is one.
        """
        script = _script(language)
        if script == "en":
            return self.en or self.zh
        return self.zh if script == "zh-hans" else to_traditional(self.zh)

    def format(self, **values: object) -> Text:
        """Both languages with `{name}` places filled; a value that is a Text gives each its own language."""
        return Text(
            self.zh.format(**{key: _side(value, "zh-hans") for key, value in values.items()}),
            self.en.format(**{key: _side(value, "en") for key, value in values.items()}),
        )

    def as_dict(self) -> dict[str, str]:
        """The form that goes into JSON; `Text.of` reads it back."""
        return {"zh": self.zh, "en": self.en}

    @classmethod
    def of(cls, value: Text | Mapping[str, Any] | str) -> Text:
        """A Text from itself, from `{"zh": …, "en": …}`, or from one string for both languages."""
        if isinstance(value, Text):
            return value
        if isinstance(value, str):
            return cls(value, value)
        return cls(str(value.get("zh", "")), str(value.get("en", "")))


def is_traditional(language: str) -> bool:
    """Whether this language code is written in Traditional characters (zh-hant, zh-tw, zh-hk, zh-mo)."""
    code = language.lower().replace("_", "-")
    return code.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo"))


@lru_cache
def _script(language: str) -> str:
    """How a language code is answered: zh-hans, zh-hant or en."""
    if is_traditional(language):
        return "zh-hant"
    return "zh-hans" if language.lower().startswith("zh") else "en"


def to_simplified(text: str) -> str:
    """`text` with Traditional characters turned into Simplified ones, words in context (頭髮 → 头发)."""
    return _convert(text, "zh-hans") if len(text) <= _LONG else _converted(text, "zh-hans")


def to_traditional(text: str) -> str:
    """`text` with Simplified characters turned into Traditional ones, words in context (皇后 stays 皇后)."""
    return _convert(text, "zh-hant") if len(text) <= _LONG else _converted(text, "zh-hant")


def fold_script(text: str) -> str:
    """`text` with every character folded to Simplified by itself, whatever stands beside it.

    For matching, not for reading: because context plays no part, a piece of a text folds to the same piece
    of the folded text, and the length never changes.
    """
    return text.translate(_FOLDED)


# Where one character stands for two, the one that a customer service means: signing, seldom a slip of paper.
_OWN_WORDS = {"签": "簽", "标签": "標籤", "书签": "書籤", "便签": "便籤", "工作台": "工作臺"}


@lru_cache(maxsize=20_000)
def _convert(text: str, variant: str) -> str:
    return _converted(text, variant)


def _converted(text: str, variant: str) -> str:
    return str(zhconv.convert(text, variant, update=_OWN_WORDS if variant == "zh-hant" else None))


def _side(value: object, language: str) -> object:
    return value.in_language(language) if isinstance(value, Text) else value


class _Folding(dict[int, str]):
    """A translation table that fills itself, one character at a time."""

    def __missing__(self, codepoint: int) -> str:
        character = chr(codepoint)
        folded = character if codepoint < 0x2E80 else _converted(character, "zh-hans")
        self[codepoint] = folded if len(folded) == 1 else character
        return self[codepoint]


_FOLDED = _Folding()
