"""What is measured: one function for each row of the table, called with the world it works in."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

from bench.server import Figures, Request, Server

ROUNDS = 3
ROUND_MS = 1500
WARM, LEAST, MOST = 8, 16, 200


@dataclass(frozen=True)
class World:
    """A running product and who asks it."""

    server: Server
    count: int
    token: str
    desk: str
    """Session of a receptionist."""
    holder: str
    """Session of somebody who owes 200 things."""
    manager: str

    @classmethod
    def of(cls, server: Server, count: int) -> World:
        from bench import people

        return cls(server, count, **people.doors(count))

    def post(self, path: str, body: dict[str, Any], key: str) -> Request:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        return Request("POST", f"/api/v1{path}", json.dumps(body).encode(), headers, 201)

    def page(self, path: str, session: str = "") -> Request:
        headers = {"Cookie": f"sessionid={session or self.desk}", "Accept-Language": "zh-CN"}
        return Request("GET", path, None, headers)


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

            measured(WARM, 2)
            count = min(MOST, max(LEAST, int(ROUND_MS / max(1.0, measured(WARM, 1).cpu))))
            by_clients = {
                clients: middle([measured(count, clients) for _round in range(ROUNDS)]) for clients in (1, 8)
            }
            return {**by_clients[1], "operations": count, "at_8": by_clients[8]}

        WORKS[name] = run
        return make

    return register


def middle(rounds: list[Figures]) -> dict[str, float]:
    """The median of the rounds, figure by figure."""
    return {
        name: round(statistics.median(asdict(one)[name] for one in rounds), 2) for name in asdict(rounds[0])
    }


@work("list")
def case_list(world: World, _index: int) -> Request:
    """The agent's list: 25 rows, those still open, with the counts of all chips."""
    return world.page("/cases/?size=25&chip=open")


@work("search2")
def search_two(world: World, index: int) -> Request:
    return world.page(f"/cases/?size=25&q={quote(('漏水', '异响', '噪音', '门禁')[index % 4])}")


@work("create")
def create(world: World, index: int) -> Request:
    """A complaint by API: known customer by phone, number, history, clock, dispatch, notice, search."""
    known = 1 + (index * 7919) % (world.count // 2)
    body = {
        "type": "complaint",
        "title": "电梯异响，到达楼层时有撞击声",
        "channel": "phone",
        "description": f"二单元电梯第 {index} 次异响，运行到五楼时抖动明显，住户担心安全。",
        "customer": {"name": "住户", "phone": f"139{known:08d}"},
    }
    return world.post("/cases", body, f"bench-{index}-{known}")
