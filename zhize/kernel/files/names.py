"""File names that are safe to keep, to show and to send."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote

from django.utils.translation import gettext

from zhize.kernel.files.sniffing import SUFFIXES, suffix_of

LONGEST = 120
# Control characters, and those that turn the reading direction round (evil‮gpj.exe).
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def clean(name: str, media_type: str = "") -> str:
    """`name` without folders, unseen and forbidden characters, short enough for every file system.

    A recognised content under a suffix that is not its own gets the right one appended, so that nothing opens
    as something else (photo.exe, which is a picture, becomes photo.exe.jpg).
    """
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    text = _FORBIDDEN.sub("_", _UNSEEN.sub("", text))
    text = " ".join(text.split()).strip(". ")
    if _RESERVED.fullmatch(text):
        text = f"_{text}"
    text = _shorten(text or gettext("未命名"))
    known = SUFFIXES.get(media_type)
    if known and suffix_of(text) not in known:
        text = f"{_shorten(text)}.{known[0]}"
    return text


def disposition(name: str, *, inline: bool, plain: str = "") -> str:
    """The Content-Disposition header (RFC 6266, RFC 5987): an ASCII name for old programs, the true one in UTF-8.

    `plain` is the ASCII name where the true one would leave nothing readable of it.
    """
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", plain or name)
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _shorten(name: str) -> str:
    """At most LONGEST characters, and 220 bytes, keeping the suffix."""
    suffix = PurePosixPath(name).suffix[:20]
    stem = name[: len(name) - len(suffix)] if suffix else name
    stem = stem[: LONGEST - len(suffix)]
    while len((stem + suffix).encode()) > 220:
        stem = stem[:-1]
    return stem + suffix
