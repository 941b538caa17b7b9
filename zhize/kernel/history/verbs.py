"""The register of verbs: what can happen, how it reads, and what remains of it when a person is erased."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.utils import translation
from django.utils.translation import get_language, gettext

from zhize.lib.text import Text

if TYPE_CHECKING:
    from zhize.kernel.history.models import Entry

Privacy = Literal["keep", "mask", "drop"]


@dataclass(frozen=True)
class Verb:
    """A declared verb. The sentence may use {actor}, {subject}, {note} and the keys of the entry's data.

    `privacy` says what erasing a person does to the entry's personal data: keep it (there is none), mask it,
    or drop note, changes and data.
    """

    code: str
    text: Text
    privacy: Privacy

    def sentence(self, entry: Entry) -> str:
        """The sentence for this entry in the reader's language; a missing value reads as a dash."""
        actor = gettext("系统") if entry.actor_kind == "system" else entry.who
        values = _Values(actor=actor, subject=entry.subject_label, note=entry.remark, **_shown(entry.data))
        return string.Formatter().vformat(self.text.in_language(get_language() or "zh-hans"), (), values)

    def in_both(self, entry: Entry) -> Text:
        """The sentence in both written languages, for texts that outlive this request."""
        with translation.override("zh-hans"):
            zh = self.sentence(entry)
        with translation.override("en"):
            return Text(zh, self.sentence(entry))


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"


def _shown(data: dict[str, Any]) -> dict[str, Any]:
    language = get_language() or "zh-hans"
    shown = {}
    for key, value in data.items():
        if key in {"actor", "subject", "note"}:
            continue
        pair = isinstance(value, dict) and {"zh", "en"} <= set(value)
        shown[key] = Text(value["zh"], value["en"]).in_language(language) if pair else value
    # Who was given it stands there by name, and beside it by id.
    if isinstance(data.get("to_id"), int) and "to" in shown:
        from zhize.kernel.org import selectors as org  # Verbs are declared before there are models.

        shown["to"] = org.name_as_read(data["to_id"], shown["to"])
    return shown


def both(label: Any) -> Text:
    """A translatable label in both written languages, for texts that outlive the request they were made in."""
    with translation.override("zh-hans"):
        zh = str(label)
    with translation.override("en"):
        return Text(zh, str(label))


_registry: dict[str, Verb] = {}


class UnknownVerb(LookupError):
    """Something was recorded under a verb that nobody declared."""


def verb(code: str, *, zh: str, en: str, privacy: Privacy) -> str:
    """Declare a verb and return its code. Declared twice is an error."""
    if code in _registry:
        raise ValueError(f"verb {code} is declared twice")
    _registry[code] = Verb(code, Text(zh, en), privacy)
    return code


def known(code: str) -> Verb:
    """The declared verb. Raises UnknownVerb."""
    try:
        return _registry[code]
    except KeyError:
        raise UnknownVerb(code) from None


def all_verbs() -> list[Verb]:
    """Every declared verb, by code."""
    return [_registry[code] for code in sorted(_registry)]


SEPARATED = verb(
    "hands.refused",
    zh="{actor}的操作被拒绝：{reason}",
    en="{actor} was refused: {reason}",
    privacy="keep",
)

# The entry that names what a person was taken out of (`redaction`).
REDACTED = verb(
    "history.redacted",
    zh="{actor}按规定抹去了历史记录中的个人信息",
    en="{actor} erased personal data from the history",
    privacy="keep",
)
