"""What a backup says about itself: a checksum of every file in it, and a count and checksum of every table's rows."""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

NAME = "manifest.json"
CHUNK = 1 << 20
# Rows are compared as text, so the text must not depend on who asks.
_PLAINLY = "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET extra_float_digits = 1; SET bytea_output = 'hex'"
_TABLES = """
    SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename
"""


class Summing:
    """A file that is read once: for the archive, and for its checksum."""

    def __init__(self, raw: IO[bytes]) -> None:
        self.raw = raw
        self.sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self.raw.read(size)
        self.sum.update(block)
        return block


def add(archive: tarfile.TarFile, path: Path, name: str) -> dict[str, str]:
    """Put a file, or a folder with all in it, into the archive. Returns the checksum of each file by its name there.

    A file that is taken away meanwhile was referred to by nothing, and is left out.
    """
    if path.is_dir():
        found: dict[str, str] = {}
        for inner in sorted(path.rglob("*")):
            if inner.is_file() and not inner.name.endswith(".part"):
                found |= add(archive, inner, f"{name}/{inner.relative_to(path)}")
        return found
    try:
        raw = path.open("rb")
    except FileNotFoundError:
        return {}
    with raw:
        summing = Summing(raw)
        archive.addfile(archive.gettarinfo(arcname=name, fileobj=raw), summing)
    return {name: summing.sum.hexdigest()}


def problems(source: Path) -> list[str]:
    """What is wrong with a backup; nothing when it is whole. Reads all of it. Raises tarfile.TarError for no archive."""
    sums: dict[str, str] = {}
    said: Mapping[str, Any] = {}
    with tarfile.open(source) as archive:
        for member in archive:
            raw = archive.extractfile(member)
            if raw is None:
                continue
            if member.name == NAME:
                said = json.loads(raw.read())
            else:
                sums[member.name] = _sum(raw)
    if "files" not in said:
        return [f"it has no {NAME} with checksums"]
    wanted = said["files"]
    return [
        *(f"{name} is missing" for name in wanted if name not in sums),
        *(f"{name} is damaged" for name in wanted if name in sums and sums[name] != wanted[name]),
        *(f"{name} does not belong to it" for name in sums if name not in wanted),
    ]


def _sum(raw: IO[bytes]) -> str:
    summing = Summing(raw)
    while summing.read(CHUNK):
        pass
    return summing.sum.hexdigest()


def rows(connection: psycopg.Connection[Any]) -> dict[str, list[Any]]:
    """Count and checksum of the rows of each table, in whatever order they lie."""
    connection.execute(_PLAINLY)
    found = {}
    for (table,) in connection.execute(_TABLES).fetchall():
        query = sql.SQL(
            "SELECT count(*), coalesce(sum(hashtextextended(line::text, 0)::numeric), 0)::text FROM {} AS line"
        )
        row = connection.execute(query.format(sql.Identifier(table))).fetchone()
        found[table] = list(row or ())
    return found


def history(connection: psycopg.Connection[Any]) -> list[Any]:
    """Number and digest of the newest link of the event log's hash chain: whoever has this file can tell a shorter one."""
    there = connection.execute("SELECT to_regclass('history_head')").fetchone()
    if there is None or there[0] is None:
        return [0, ""]
    return list(connection.execute("SELECT number, digest FROM history_head").fetchone() or (0, ""))


def read(source: Path) -> Mapping[str, Any]:
    """What a backup says about itself, nothing of it checked. Raises tarfile.TarError or KeyError for no backup."""
    with tarfile.open(source) as archive:
        raw = archive.extractfile(NAME)
        return json.loads(raw.read()) if raw is not None else {}


def differences(wanted: Mapping[str, list[Any]], found: Mapping[str, list[Any]], *, sums: bool) -> list[str]:
    """Tables whose rows are not those of the backup. Checksums count only within one major version of PostgreSQL."""
    return [
        f"{table}: {wanted.get(table, [0])[0]} rows were saved, {found.get(table, [0])[0]} came back"
        if wanted.get(table, [0])[0] != found.get(table, [0])[0]
        else f"{table}: rows came back with another content"
        for table in sorted({*wanted, *found})
        if (
            wanted.get(table) != found.get(table)
            if sums
            else wanted.get(table, [0])[0] != found.get(table, [0])[0]
        )
    ]
