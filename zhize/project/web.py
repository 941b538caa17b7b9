"""`zhize web`: the web server. As many machines as wanted may run it on one database."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
from collections.abc import Sequence

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from zhize.project import attending, config, database, gathering

# Requests under way are finished within this time after a stop signal.
GRACE_SECONDS = 15


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="zhize web", description="Run the web server (ZHIZE_HOST, ZHIZE_PORT, ...)."
    )
    attending.add_argument(parser)
    options = parser.parse_args(arguments)
    settings = config.read()
    check_port(settings)
    if options.attended:
        attending.stop_with_parent()
    with database.available(settings):
        gathering.collect(settings)
        serve(settings)
    return 0


def check_port(settings: config.Config) -> None:
    """Raises ConfigError with what to do when the port is taken or may not be used."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise config.ConfigError(
                f"port {settings.port} on {settings.host} cannot be used ({error.strerror}): "
                "stop what listens there, or set ZHIZE_PORT to another one"
            ) from error


def serve(settings: config.Config) -> None:
    """Answer requests until SIGTERM or SIGINT."""
    if settings.web_workers > 1:
        folder = settings.data_dir / "metrics"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    Granian(
        "zhize.project.wsgi:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=settings.web_threads,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
        log_level=LogLevels(settings.log_level.lower())
        if settings.log_level != "INFO"
        else LogLevels.warning,
        websockets=False,
    ).serve()
