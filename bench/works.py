"""What is measured: one function for each row of the table, called with the world it works in."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote

from bench import floor, periodic
from bench.server import Figures, Request, Server

WORDS_2, WORDS_4 = ("漏水", "电梯", "装修", "楼道"), ("燃气抢修", "门禁坏了", "卫生间漏", "电梯门夹")
ROUNDS = 3
ROUND_MS = 1000
PAIR_CASES = 60
WARM, LEAST, MOST = 4, 8, 200
FURTHER = count()
"""Which case the works of several processes open next."""


@dataclass(frozen=True)
class World:
    """A running product, who asks it, and about what. `desk`, `holder` (who owes 200 things), `manager`: sessions."""

    server: Server
    count: int
    desk: str
    holder: str
    manager: str
    token: str
    manager_token: str
    waiting: list[int]
    """Open cases."""
    long: list[str]
    """Numbers of cases with a long timeline."""
    callers: list[tuple[str, str]]
    """Names and numbers of customers."""
    report: int
    plain: dict[str, int]
    """Ids that the plain SQL beside it asks for."""
    keys: Iterator[int] = field(default_factory=lambda: count(time.time_ns()))

    def post(self, path: str, body: dict[str, Any], token: str = "") -> Request:
        headers = {**_bearer(token or self.token), "Idempotency-Key": f"bench-{next(self.keys)}"}
        return Request("POST", f"/api/v1{path}", json.dumps(body).encode(), headers, 201)

    def read(self, path: str, token: str = "") -> Request:
        return Request("GET", f"/api/v1{path}", None, _bearer(token or self.token))

    def page(self, path: str, session: str = "") -> Request:
        headers = {"Cookie": f"sessionid={session or self.desk}", "Accept-Language": "zh-CN"}
        return Request("GET", path, None, headers)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


WORKS: dict[str, Callable[[World], dict[str, Any]]] = {}


def work(name: str) -> Callable[[Callable[[World, int], Request]], Callable[[World, int], Request]]:
    """A row that is one request, measured in rounds by one client and by eight, each about a second long."""

    def register(make: Callable[[World, int], Request]) -> Callable[[World, int], Request]:
        def run(world: World) -> dict[str, Any]:
            taken = 0

            def measured(count: int, clients: int) -> Figures:
                nonlocal taken
                taken += count
                return world.server.measure(lambda index: make(world, index), count, clients, taken - count)

            measured(WARM, WARM)
            count = min(MOST, max(LEAST, int(ROUND_MS / max(1.0, measured(WARM, 1).cpu))))
            by_clients = {
                clients: middle([measured(count, clients) for _round in range(ROUNDS)]) for clients in (1, 8)
            }
            least = measured_floor(world, name, lambda: make(world, 0))
            return {**by_clients[1], "operations": count, "at_8": by_clients[8], "floor": least}

        WORKS[name] = run
        return make

    return register


def measured_floor(world: World, name: str, make: Callable[[], Request]) -> float | None:
    """ms of the same in plain SQL: a read by hand, or the rows that one operation writes."""
    if name in floor.READS:
        return floor.read(world.server, name, world.plain)
    if make().method == "GET":
        return None
    writes = floor.Writes()
    world.server.drive([make()], 1)
    world.server.settle()
    return writes.measured(world.server)


def middle(rounds: list[Figures]) -> dict[str, float]:
    """The median of the rounds, figure by figure."""
    return {
        name: round(statistics.median(asdict(one)[name] for one in rounds), 2) for name in asdict(rounds[0])
    }


@work("create")
def create(world: World, index: int) -> Request:
    """A complaint by API: known customer by phone, number, history, clock, dispatch, notice, search."""
    name, phone = world.callers[index % len(world.callers)]
    body = {
        "type": "complaint",
        "title": "电梯异响，到达楼层时有撞击声",
        "channel": "phone",
        "description": f"二单元电梯第 {index} 次异响，运行到五楼时抖动明显，住户担心安全。",
        "customer": {"name": name, "phone": phone},
    }
    return world.post("/cases", body)


@work("reply")
def reply(world: World, index: int) -> Request:
    """A word to the customer, who was called."""
    case = world.waiting[index % len(world.waiting)]
    body = {"kind": "reply", "body": f"您好，第 {index} 次回复：维修人员今天下午到场。", "channel": "phone"}
    return world.post(f"/cases/{case}/messages", body, world.manager_token)


def pair(world: World) -> dict[str, Any]:
    """Cases a second with two web processes and two workers, as times of those with one of each, on the same cores."""
    return _two_of_each(world, nullcontext)


def cores(world: World) -> dict[str, Any]:
    """The same where one of each, the database included, has one core, and two of each have two."""
    return _two_of_each(world, lambda: world.server.confined({min(os.sched_getaffinity(0))}))


def _two_of_each(world: World, alone: Callable[[], AbstractContextManager[None]]) -> dict[str, Any]:
    load, one, two = os.getloadavg()[0], [], []

    def rate() -> float:
        requests = [create(world, next(FURTHER)) for _ in range(PAIR_CASES)]
        begun = time.monotonic()
        world.server.drive(requests, 8)
        world.server.settle()
        return PAIR_CASES / (time.monotonic() - begun)

    rate()
    for _round in range(ROUNDS):
        with alone():
            one.append(rate())
        with world.server.doubled():
            rate()  # a new process is slow at first
            two.append(rate())
    first, second = statistics.median(one), statistics.median(two)
    return {
        "value": round(second / first, 2),
        "one": round(first, 2),
        "two": round(second, 2),
        "load": round(load, 1),
    }


@work("list")
def case_list(world: World, _index: int) -> Request:
    """The agent's list: 25 rows, those still open, with the counts of all chips."""
    return world.page("/cases/?size=25&chip=open")


@work("case")
def case_page(world: World, index: int) -> Request:
    """A case with 40 entries in its timeline."""
    return world.page(f"/cases/{world.long[index % len(world.long)]}/")


@work("my_day")
def my_day(world: World, _index: int) -> Request:
    """The first page of somebody who owes 200 things."""
    return world.page("/", world.holder)


@work("search2")
def search_two(world: World, index: int) -> Request:
    return world.page(f"/ui/find/?q={quote(WORDS_2[index % 4])}")


@work("search4")
def search_four(world: World, index: int) -> Request:
    return world.page(f"/ui/find/?q={quote(WORDS_4[index % 4])}")


@work("search_list")
def search_list(world: World, index: int) -> Request:
    """The same words in the search box of the list."""
    return world.page(f"/cases/?size=25&q={quote(WORDS_2[index % 4])}")


@work("popup")
def popup(world: World, index: int) -> Request:
    """Who is that? The caller's number, looked up as the intake page does."""
    return world.page(f"/intake/lookup/?lookup=139{1 + (index * 7919) % world.count:08d}")


@work("dashboard")
def dashboard(world: World, _index: int) -> Request:
    return world.page("/dashboard/", world.manager)


@work("report")
def report(world: World, _index: int) -> Request:
    """The monthly complaint report of a whole month, computed from the records."""
    return world.read(f"/reports/{world.report}", world.manager_token)


WORKS |= {"pair": pair, "cores": cores, "periodic": lambda world: periodic.measure(world.server)}
