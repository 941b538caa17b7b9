"""The database's own disk is full while people write; with room again it goes on by itself. Needs root, for a small disk."""

from __future__ import annotations

import contextlib
import http.client
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.conftest import Make, World
from tests.faults.kit import House
from tests.kit.waiting import until

ROOM = 48_000_000


@contextmanager
def on_a_small_disk(place: House) -> Iterator[House]:
    """A copy of the installation on a disk with little room."""
    used = int(
        subprocess.run(["du", "-sb", place.data_dir], capture_output=True, check=True).stdout.split()[0]
    )
    disk = place.data_dir.with_name("disk")
    disk.mkdir()
    disk.chmod(0o755)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={used + ROOM}", "tmpfs", disk], check=True)
    try:
        subprocess.run(["cp", "-a", place.data_dir, disk / "data"], check=True)
        small = House(disk / "data")
        try:
            yield small
        finally:
            small.stop()
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def fill(file: Path) -> None:
    with contextlib.suppress(OSError), file.open("wb", buffering=0) as raw:
        while True:
            raw.write(b"\0" * 65536)


def test_a_full_disk_under_the_database_passes(house: Make, world: World) -> None:
    token = world.tokens["limin"]
    with on_a_small_disk(house()) as place:
        place.start("run")
        place.until_ready()

        def post(number: int) -> int | None:
            body = {
                "type": "complaint",
                "title": f"满盘 {number}",
                "channel": "phone",
                "premises": world.rooms[0],
            }
            # Text that does not shrink, so that each needs room of its own.
            body["description"] = "".join(
                chr(0x4E00 + (number * 7919 + sign * 104729) % 20000) for sign in range(3000)
            )
            try:
                answer = place.ask(
                    "POST", "/api/v1/cases", body, token=token, Idempotency_Key=f"full-{number}"
                )
            except (OSError, http.client.HTTPException):
                return None
            if answer.status == 201:
                promised[body["title"]] = answer.json["id"]
            return answer.status

        promised: dict[str, int] = {}
        assert post(0) == 201
        filler = place.data_dir / "filler"
        fill(filler)
        seen = []
        for number in range(1, 2000):
            seen.append(post(number))
            if seen.count(503) >= 3:
                break
        assert set(seen) <= {201, 503, None} and seen.count(503) >= 3, (seen[-5:], place.tail())
        assert place.ask("GET", "/healthz").status == 200
        assert place.processes[0].poll() is None
        filler.unlink()
        until("room again", lambda: place.ready() and post(5000) == 201)
        there = dict(place.rows("SELECT title, id FROM cases_case"))
        assert promised.items() <= there.items()
        told = place.call("doctor", "--deep", "--language", "en")
        assert "FAIL" not in told.stdout.replace("FAIL  data folder", ""), told.stdout
