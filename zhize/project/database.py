"""Where the database is: a configured server, or the embedded one in the data folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from psycopg.conninfo import make_conninfo

from zhize.project import postgres, postgres_log
from zhize.project.config import Config, ConfigError

# A list joins ten tables to show a row, each by its key. The server's own limit of 8 lets it weigh so many orders of them
# that planning takes fifty times as long as the query itself. Beyond this limit the written order is kept, and a
# "WHERE id IN (...)" then stands last: with a timeline's three joins and its IN, 4 read the whole log. So not less than 6.
JOINS_WEIGHED = 6
# Notices tell a transaction that it changed what is kept in memory (kernel.db.marks); a server may have them off.
OPTIONS = {
    "application_name": "zhize",
    "options": f"-c join_collapse_limit={JOINS_WEIGHED} -c client_min_messages=notice",
}


def connection_settings(config: Config) -> dict[str, Any]:
    """Django's DATABASES entry for the configured server or the embedded one.

    Raises ConfigError when the address is not that of a PostgreSQL server.
    """
    common: dict[str, Any] = {
        "ENGINE": "zhize.project.engine",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": OPTIONS,
    }
    if not config.database_url:
        found = postgres.parameters(config.data_dir)
        return {
            **common,
            "NAME": found["dbname"],
            "USER": found["user"],
            "HOST": found["host"],
            "PORT": str(found["port"]),
        }
    try:
        return {**common, **from_url(config.database_url)}
    except ValueError as error:
        raise ConfigError(
            "ZHIZE_DATABASE_URL must look like postgresql://user:password@host:port/name"
        ) from error


def from_url(address: str) -> dict[str, Any]:
    """The parts of postgresql://user:password@host:port/name?option=value under Django's names.

    A query option `host` names a socket folder, as in libpq; the others (sslmode, ...) are handed on.
    Raises ValueError for anything else.
    """
    url = urlsplit(address)
    if url.scheme not in {"postgresql", "postgres"} or not url.path.strip("/"):
        raise ValueError(address)
    options = dict(parse_qsl(url.query))
    host = options.pop("host", url.hostname or "")
    return {
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": str(url.port or ""),
        "OPTIONS": {**OPTIONS, **options},
    }


def connect(config: Config) -> psycopg.Connection[Any]:
    """A connection of one's own to the configured database, outside Django, that commits by itself."""
    found = connection_settings(config)
    names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password", "NAME": "dbname"}
    parts = {ours: str(found[theirs]) for theirs, ours in names.items() if found.get(theirs)}
    return psycopg.connect(make_conninfo(**{**found.get("OPTIONS", {}), **parts}), autocommit=True)


@contextmanager
def available(config: Config) -> Iterator[None]:
    """Have the embedded server run while the block does; nothing to do for a configured server."""
    if config.database_url:
        yield
        return
    with postgres.use(config.data_dir, server_settings(config)):
        yield


def server_settings(config: Config) -> dict[str, str]:
    """What the embedded server is told beside its usual settings; whoever starts it must say the same."""
    if not config.archive_dir:
        return {}
    folder = Path(config.archive_dir)
    postgres_log.prepare(folder, postgres.account(config.data_dir))
    return postgres_log.settings(folder)
