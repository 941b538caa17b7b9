"""Where contents lie: under their own digest, in the data folder, outside everything a web server serves.

A content is complete under its name or not there at all: it is written beside, flushed to the disk, renamed,
and the folder is flushed too. So a row that says "stored" is true even after the power failed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

_DIGEST = re.compile(r"[0-9a-f]{64}")


def root() -> Path:
    return Path(settings.CONFIG.data_dir) / "files"


def previews() -> Path:
    return Path(settings.CONFIG.data_dir) / "previews"


def path_of(sha256: str) -> Path:
    """The file of a content. Raises ValueError for anything that is not a digest, so no name can leave the folder."""
    if not _DIGEST.fullmatch(sha256):
        raise ValueError(f"{sha256!r} is no SHA-256 digest")
    return root() / sha256[:2] / sha256[2:4] / sha256


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write(sha256: str, content: bytes) -> Path:
    """Keep `content` under its digest; does nothing when it is there already."""
    target = path_of(sha256)
    if target.is_file() and target.stat().st_size == len(content):
        return target
    write_file(target, content)
    return target


def write_file(target: Path, content: bytes) -> None:
    """Write a whole file so that it is there completely or not at all, and survives a power failure."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        beside.replace(target)
        _flush_folder(target.parent)
    finally:
        beside.unlink(missing_ok=True)


def remove(sha256: str) -> None:
    """Take a content and its previews away; nothing happens when they are gone."""
    path_of(sha256).unlink(missing_ok=True)
    for preview in previews().glob(f"{sha256[:2]}/{sha256}-*"):
        preview.unlink(missing_ok=True)


def is_whole(sha256: str) -> bool:
    """Whether the file is there and its content still has this digest. Reads the whole file."""
    path = path_of(sha256)
    if not path.is_file():
        return False
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest() == sha256


def stored() -> Iterator[tuple[str, Path]]:
    """Every file in the store with its name; names that are no digest included (half-written ones)."""
    for path in root().glob("*/*/*"):
        yield path.name, path


def _flush_folder(folder: Path) -> None:
    # Windows cannot open a folder; there the rename alone has to do.
    with contextlib.suppress(OSError, PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
