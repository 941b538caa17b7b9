"""`zhize prepare`: tables, pack, demo department, served files; only what is not done yet. `zhize run` begins with it.

A process of its own that ends: what it loads for this is not held while the product serves.
"""

from __future__ import annotations

import argparse
import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from zhize.project import attending, config, database, gathering, prepared
from zhize.project.config import Config


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="zhize prepare", description="Bring the installation to this version, as `zhize run` does first."
    )
    attending.add_argument(parser)
    options = parser.parse_args(arguments)
    settings = config.read()
    if options.attended:
        attending.stop_with_parent()
    with database.available(settings):
        prepare(settings)
    return 0


def prepare(settings: Config) -> None:
    """Bring an installation to where it can serve. The database runs."""
    import django

    django.setup()
    logging.captureWarnings(True)
    with _alone(settings):
        if gathering.collect(settings):
            say("style sheets and scripts gathered")
        migrate()
        apply_pack(settings)
        fill(settings)
        pack = prepared.read(settings).get("pack")
        prepared.write(settings, pack=pack, state=prepared.state(settings), announcement=logins())


@contextmanager
def _alone(settings: Config) -> Iterator[None]:
    """Nobody else prepares this database meanwhile. The lock goes with the connection, however this process ends."""
    with database.connect(settings) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('zhize.prepare'))")
        yield


def migrate() -> None:
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["default"])
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    say("bringing the database to this version")
    call_command("migrate", interactive=False, verbosity=0)


def apply_pack(settings: Config) -> None:
    """Apply the configured pack when its files, or the database they were applied to, changed."""
    root = prepared.pack_folder(settings)
    if root is None:
        return
    from django.core.management import call_command

    from zhize.kernel.packs.models import PackRelease

    wanted = prepared.digest(root)
    if prepared.read(settings).get("pack") == wanted and PackRelease.objects.exists():
        return
    say(f"applying the pack {root.name}")
    call_command("pack", "apply", str(root), stdout=io.StringIO())
    prepared.write(settings, pack=wanted)


def fill(settings: Config) -> None:
    """Make the demo department in an empty database."""
    from django.core.management import call_command, get_commands

    from zhize.kernel.accounts.models import User

    if settings.demo and "demo" in get_commands() and not User.objects.exists():
        say("making the demo department")
        call_command("demo", logins=False)


def logins() -> str:
    """Who can sign in to the demonstration, as `zhize demo --logins` prints it; nothing where there is none."""
    from django.core.management import CommandError, call_command, get_commands

    out = io.StringIO()
    if "demo" in get_commands():
        try:
            call_command("demo", "--logins", stdout=out)
        except CommandError:
            logging.getLogger("zhize").debug("the demo command prints no logins", exc_info=True)
    return out.getvalue()


def say(text: str) -> None:
    print(f"zhize: {text}", flush=True)  # noqa: T201
