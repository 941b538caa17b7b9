"""Everything an operator may set, read once from the environment, typed, and loud when it is wrong.

Each setting is an environment variable `ZHIZE_<NAME>`; its meaning and default stand beside it in
`Config`. A value that cannot be read stops the start with the variable's name and what is allowed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class ConfigError(Exception):
    """A setting cannot be read; the message names the variable and what is allowed."""


def setting(default: Any, text: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"text": text, "secret": secret})


@dataclass(frozen=True)
class Config:
    data_dir: Path = setting(Path("var"), "Folder for the embedded database, files, logs and the secret key.")
    database_url: str = setting(
        "",
        "postgresql://user:password@host:port/name of a server; empty: the embedded one in the data folder.",
        secret=True,
    )
    archive_dir: str = setting(
        "",
        "Folder that the embedded database copies its log to, for going back to any moment; empty: no archive.",
    )
    host: str = setting("127.0.0.1", "Address the web server listens on.")
    port: int = setting(8000, "Port the web server listens on.")
    public_url: str = setting("", "Address customers reach, for links in mails; empty: http://HOST:PORT.")
    allowed_hosts: str = setting(
        "", "Host names answered to, comma-separated; empty: the public one and loopback."
    )
    secret_key: str = setting("", "Signing key; empty: made once and kept in the data folder.", secret=True)
    identity_key: str = setting(
        "",
        "Key that ID numbers are sealed with; empty: the signing key. Set once and keep: without it they cannot be read.",
        secret=True,
    )
    pack: str = setting(
        "property-community", "Shipped pack (or folder of one) that `zhize run` applies; `none`: no pack."
    )
    demo: bool = setting(True, "Whether `zhize run` fills an empty database with the demo department.")
    metrics_token: str = setting(
        "", "Bearer token for /metrics; empty: only this machine may read it.", secret=True
    )
    debug: bool = setting(False, "Development mode: error pages with details, no caching of assets.")
    language: str = setting("zh-hans", "Language of people who chose none: zh-hans, zh-hant or en.")
    timezone: str = setting("Asia/Shanghai", "Zone of units that name none.")
    web_workers: int = setting(1, "Web processes.")
    web_threads: int = setting(4, "Threads of a web process; each holds one database connection.")
    worker_concurrency: int = setting(2, "Jobs one worker runs at a time.")
    trusted_proxies: str = setting(
        "", "Networks of reverse proxies whose X-Forwarded-For is believed, comma-separated; empty: none."
    )
    session_idle_minutes: int = setting(
        120,
        "Minutes without a click after which somebody is signed out (longer where a desk only waits for calls); 0: only fourteen days after signing in.",
    )
    api_requests_per_minute: int = setting(600, "Requests an API token may make in a minute.")
    webhook_inside: str = setting(
        "",
        "HOST:PORT pairs inside the network that webhooks may call, comma-separated; empty: only public addresses.",
    )
    email_url: str = setting(
        "",
        "smtp://user:password@host:port (smtp+tls, smtp+ssl); empty: mails wait in the queue.",
        secret=True,
    )
    email_from: str = setting(
        "zhize@localhost", "Sender of outgoing mails; replies to it come back as messages."
    )
    sms_url: str = setting(
        "",
        "Address of an SMS service as the apprise library writes it, with {phone}; empty: no SMS.",
        secret=True,
    )
    imap_url: str = setting(
        "", "imaps://user:password@host:port/folder of the intake mailbox; empty: no intake.", secret=True
    )
    oidc_issuer: str = setting("", "Address of an OpenID Connect provider; empty: passwords only.")
    oidc_client_id: str = setting("", "Client id at that provider.")
    oidc_client_secret: str = setting("", "Client secret at that provider.", secret=True)
    upload_limit_mb: int = setting(25, "Largest file that may be uploaded, in MiB.")
    clamd: str = setting(
        "", "Virus scanner for uploads: host:port or socket of a clamd; empty: uploads are not scanned."
    )
    log_level: str = setting("INFO", "DEBUG, INFO, WARNING or ERROR.")

    @property
    def base_url(self) -> str:
        """Address that links in messages start with, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def read(environment: Mapping[str, str] | None = None) -> Config:
    """Read the configuration. Raises ConfigError naming the variable for a value that cannot be read."""
    environment = os.environ if environment is None else environment
    types = get_type_hints(Config)
    known = {f"ZHIZE_{item.name.upper()}": item.name for item in fields(Config)}
    unknown = [
        name
        for name in environment
        if name.startswith("ZHIZE_") and name not in known and not name.startswith("ZHIZE_TEST_")
    ]
    if unknown:
        raise ConfigError(f"{', '.join(sorted(unknown))}: no such setting. Known: {', '.join(sorted(known))}")
    values = {
        name: _parse(variable, environment[variable], types[name])
        for variable, name in known.items()
        if environment.get(variable, "") != ""
    }
    config = Config(**values)
    if config.language not in {"zh-hans", "zh-hant", "en"}:
        raise ConfigError(f"ZHIZE_LANGUAGE is {config.language!r}; allowed are zh-hans, zh-hant, en")
    if config.log_level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ConfigError(f"ZHIZE_LOG_LEVEL is {config.log_level!r}; allowed are DEBUG, INFO, WARNING, ERROR")
    _check(config)
    return config


# Nothing works with none of these.
AT_LEAST_ONE = (
    "port",
    "web_workers",
    "web_threads",
    "worker_concurrency",
    "api_requests_per_minute",
    "upload_limit_mb",
)


def _check(config: Config) -> None:
    """What can be read but not be worked with is refused now, not by the first request that needs it."""
    for name in AT_LEAST_ONE:
        if getattr(config, name) < 1:
            raise ConfigError(f"ZHIZE_{name.upper()} is {getattr(config, name)}; at least 1 is needed")
    if config.port > 65535:
        raise ConfigError(f"ZHIZE_PORT is {config.port}; the highest port is 65535")
    try:
        ZoneInfo(config.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(
            f"ZHIZE_TIMEZONE is {config.timezone!r}; a zone such as Asia/Shanghai is needed"
        ) from None
    # The folder's name stands in a command line of the database server.
    if any(sign in config.archive_dir for sign in "\"'$`\\%\n") or config.archive_dir[:1] not in "/":
        raise ConfigError(
            f"ZHIZE_ARCHIVE_DIR is {config.archive_dir!r}; a whole path without quotes, $, %, ` and \\ is needed"
        )
    for part in filter(None, (each.strip() for each in config.trusted_proxies.split(","))):
        try:
            ip_network(part, strict=False)
        except ValueError:
            raise ConfigError(
                f"ZHIZE_TRUSTED_PROXIES names {part!r}; networks such as 10.0.0.0/8 are needed"
            ) from None


def _parse(variable: str, raw: str, kind: type) -> Any:
    if kind is bool:
        words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
        if raw.lower() not in words:
            raise ConfigError(f"{variable} is {raw!r}; allowed are true and false")
        return words[raw.lower()]
    if kind is int:
        if not (raw.isascii() and raw.isdigit()):
            raise ConfigError(f"{variable} is {raw!r}; a whole number is needed")
        return int(raw)
    return Path(raw).expanduser().resolve() if kind is Path else raw
