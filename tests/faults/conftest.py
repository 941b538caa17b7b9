"""A prepared installation, copied for each test; all of these tests run in one process of the suite."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connections

from tests.faults.kit import QUICK, House, Receiver, receiver
from tests.kit.mail_servers import SmtpServer, smtp_server
from zhize.project import backup, config, postgres


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("faults"))


@dataclass
class World:
    """The prepared data folder, and what its people hold."""

    data_dir: Path
    tokens: dict[str, str] = field(default_factory=dict)
    rooms: list[int] = field(default_factory=list)


@pytest.fixture(scope="session")
def world(django_db_setup: Any, django_db_blocker: Any) -> Iterator[World]:
    """A migrated database with the cast in it, in a data folder that nobody uses."""
    with tempfile.TemporaryDirectory(prefix="zhize-faults-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        dump, house = folder / "empty.dump", House(folder / "world", ZHIZE_WEBHOOK_INSIDE="127.0.0.1:9")
        with django_db_blocker.unblock():
            here = connections["default"].settings_dict
            address = (
                f"postgresql://{here['USER']}@:{here['PORT']}/{here['NAME']}?host={quote(str(here['HOST']))}"
            )
            empty = config.Config(data_dir=folder, database_url=address)
            backup.run_program(empty, "pg_dump", ["--format=custom", f"--file={dump}"])
        with postgres.use(house.data_dir, QUICK):
            own = config.Config(data_dir=house.data_dir)
            backup.run_program(
                own, "pg_restore", ["--no-owner", "--no-privileges", "--dbname=zhize", str(dump)]
            )
            done = house.call("9", module="tests.faults.world")
            assert done.returncode == 0, done.stderr
            # Pages need the gathered style sheets; the copies take them along.
            collected = house.call("collectstatic", "--noinput", "--clear", "-v0")
            assert collected.returncode == 0, collected.stderr
        settings = postgres.location(house.data_dir).data / "postgresql.auto.conf"
        with settings.open("a") as file:
            file.writelines(f"{key} = '{value}'\n" for key, value in QUICK.items())
        yield World(house.data_dir, **json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture
def mailbox() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def listener() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


Make = Callable[..., House]


@pytest.fixture
def house(world: World) -> Iterator[Make]:
    """`house(ZHIZE_…=…)`: a copy of the world on a port of its own; stopped and removed at the end, whatever happened."""
    made: list[House] = []
    with tempfile.TemporaryDirectory(prefix="zhize-house-") as name:
        Path(name).chmod(0o755)

        def make(**own: str) -> House:
            target = Path(name) / str(len(made))
            # With owners: as root, the database's folder belongs to somebody else.
            subprocess.run(["cp", "-a", str(world.data_dir), str(target)], check=True)
            made.append(House(target, **own))
            return made[-1]

        try:
            yield make
        finally:
            for one in made:
                one.stop()
                with postgres.Server(one.data_dir).alone():
                    postgres.Server(one.data_dir).stop()
