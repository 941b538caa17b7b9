"""A database of the state before comes forward with its rows, also when the migration is killed on the way."""

from __future__ import annotations

import os
import signal

from tests.faults.conftest import Make
from tests.faults.kit import House
from tests.kit.waiting import until
from zhize.project import config, database, manifest, postgres


def counts(place: House) -> dict[str, int]:
    with database.connect(config.Config(data_dir=place.data_dir)) as connection:
        rows = manifest.rows(connection)
    return {table: found[0] for table, found in rows.items() if table != "django_migrations"}


def applied(place: House) -> int:
    return int(place.one("SELECT count(*) FROM django_migrations"))


def test_a_killed_migration_goes_on_where_it_was(house: Make) -> None:
    place = house()
    # Held, so that no command that ends takes the server along.
    with postgres.use(place.data_dir):
        newest, whole = counts(place), applied(place)
        went = place.call(module="tests.faults.back")
        assert went.returncode == 0, went.stderr[-3000:]
        back = went.stdout.split()
        assert len(back) >= 4
        older, before = counts(place), applied(place)
        assert before == whole - len(back)

        looked = place.call("doctor", "--json", "--language", "en")
        assert looked.returncode == 1
        assert f"{whole - before} migrations are missing" in looked.stdout

        migrating = place.start("migrate")
        until(
            "a migration went in",
            lambda: migrating.poll() is not None or applied(place) > before,
            pause=0.01,
        )
        os.killpg(migrating.pid, signal.SIGKILL)
        assert migrating.wait() == -signal.SIGKILL
        assert before < applied(place) < whole

        done = place.call("migrate")
        assert done.returncode == 0, done.stderr
        assert applied(place) == whole
        kept = set(older) & set(newest)
        assert {table: count for table, count in counts(place).items() if table in kept} == {
            table: newest[table] for table in kept
        }
        assert place.call("migrate", "--check").returncode == 0
        told = place.call("doctor", "--language", "en")
        assert told.returncode == 0, told.stdout
