"""Clients that write, and write again under the same key when they saw no answer."""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.faults.kit import Answer, House
from tests.kit.waiting import PATIENCE

PASSING = {409, 500, 502, 503, 504}


@dataclass
class Load:
    """Several clients that take cases in and add a remark to each. `opened` is what was answered with «saved»."""

    house: House
    token: str
    rooms: list[int]
    clients: int = 4
    name: str = "故障演练"
    opened: dict[str, int] = field(default_factory=dict)
    remarks: dict[int, str] = field(default_factory=dict)
    again: int = 0
    strange: list[str] = field(default_factory=list)

    def run(self, cases: int) -> list[threading.Thread]:
        """Begin to open so many cases, shared among the clients. Wait with `end`."""
        self._threads = [
            threading.Thread(target=self._try, args=(range(first, cases, self.clients),), daemon=True)
            for first in range(self.clients)
        ]
        for thread in self._threads:
            thread.start()
        return self._threads

    def end(self) -> None:
        for thread in self._threads:
            thread.join(PATIENCE * 2)
        assert not any(thread.is_alive() for thread in self._threads), self.house.tail()

    def _try(self, numbers: range) -> None:
        try:
            self._work(numbers)
        except Exception as error:  # a thread would say it to nobody
            self.strange.append(repr(error))

    def _work(self, numbers: range) -> None:
        for number in numbers:
            title = f"{self.name} {number}"
            body = {
                "type": "complaint",
                "title": title,
                "channel": "phone",
                "premises": self.rooms[number % len(self.rooms)],
            }
            made = self._insist("/api/v1/cases", body, f"open-{quote(title)}")
            if made is None:
                return
            self.opened[title] = made["id"]
            words = f"备注 {number}"
            path = f"/api/v1/cases/{made['id']}/messages"
            if self._insist(path, {"kind": "note", "body": words}, f"note-{quote(title)}") is None:
                return
            self.remarks[made["id"]] = words

    def _insist(self, path: str, body: Any, key: str) -> Any:
        """As any client does: no answer or a passing failure means the same once more, under the same key."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                answer = self._ask(path, body, key)
            except (OSError, http.client.HTTPException):
                answer = None
            if answer is not None and answer.status == 201:
                return answer.json
            if answer is not None and answer.status not in PASSING:
                break
            self.again += 1
            time.sleep(0.1)
        self.strange.append(
            f"{key}: {answer.status if answer else 'no answer'} {(answer.body if answer else b'')[:300]!r}"
        )
        return None

    def _ask(self, path: str, body: Any, key: str) -> Answer:
        return self.house.ask("POST", path, body, token=self.token, Idempotency_Key=key)
