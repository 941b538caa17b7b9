"""Where the database is: a configured server, or the embedded one in the data folder."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from zhize.project.config import Config, ConfigError

# The embedded server listens on a socket in its own folder only; this port number merely names the socket file.
EMBEDDED_PORT = 5432


def connection_settings(config: Config) -> dict[str, Any]:
    """Django's DATABASES entry for the configured server or the embedded one.

    Raises ConfigError when the address is not that of a PostgreSQL server.
    """
    common: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"application_name": "zhize"},
    }
    if not config.database_url:
        return {**common, "NAME": "zhize", "USER": "zhize", "HOST": str(config.data_dir.resolve() / "pg"), "PORT": str(EMBEDDED_PORT)}
    url = urlsplit(config.database_url)
    if url.scheme not in {"postgresql", "postgres"} or not url.path.strip("/"):
        raise ConfigError("ZHIZE_DATABASE_URL must look like postgresql://user:password@host:port/name")
    host = url.hostname or ""
    for pair in url.query.split("&"):
        if pair.startswith("host="):
            host = unquote(pair[5:])
    return {
        **common,
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": str(url.port or ""),
    }
