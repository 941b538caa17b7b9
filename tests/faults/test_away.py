"""The database is away for a while, a disk is full, requests come twice: real processes, answered in plain words."""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.conftest import Make, World
from tests.faults.kit import Answer, House
from tests.faults.pages import Visitor
from tests.kit.waiting import until
from zhize.project import postgres

PASSWORD = "right-horse-1"
# Time changes nothing of what is seen, so the suite does not wait; the soak does.
AWAY_SECONDS = 60 if "ZHIZE_TEST_SOAK_CASES" in os.environ else 0


def case(world: World, title: str) -> dict[str, object]:
    return {"type": "complaint", "title": title, "channel": "phone", "premises": world.rooms[0]}


def test_a_database_that_is_away_is_said_and_comes_back_by_itself(house: Make, world: World) -> None:
    place = house(ZHIZE_WEBHOOK_INSIDE="127.0.0.1:9")
    server = postgres.Server(place.data_dir)
    with server.alone():
        server.start()
    place.start("web")
    place.start("worker")
    place.until_ready()
    chinese, english = Visitor(place), Visitor(place, "en")
    chinese.sign_in("chenjing", PASSWORD)
    english.sign_in("wangfang", PASSWORD)
    token = chinese.token_of("/proposals/new/")

    assert place.kill("database")
    since = time.monotonic()
    until("gone", lambda: not server.running())
    assert place.ask("GET", "/healthz").status == 200
    ready = until("noticed", lambda: _is(place.ask("GET", "/readyz"), 503))
    assert ready.json == {"ready": False, "database": False}
    shown = chinese.get("/cases/")
    assert (shown.status, shown.headers["retry-after"]) == (503, "15")
    assert "系统暂时连不上数据库" in shown.body.decode() and 'http-equiv="refresh"' in shown.body.decode()
    assert "The database cannot be reached" in english.get("/cases/").body.decode()

    # What was typed stands in the page, ready to be sent again; a password does not.
    typed = chinese.post("/proposals/new/", title="断线时写的", text="第一行\n第二行", _token=token)
    assert typed.status == 503
    assert 'value="断线时写的"' in typed.body.decode() and f'value="{token}"' in typed.body.decode()
    assert "geheim" not in english.post("/login/", login="limin", password="geheim").body.decode()
    refused = place.ask(
        "POST", "/api/v1/cases", case(world, "断线"), token=world.tokens["limin"], Idempotency_Key="away"
    )
    assert (refused.status, refused.json["code"]) == (503, "unavailable.away")
    assert int(refused.headers["retry-after"]) > 0
    in_place = chinese.get("/cases/", HX_Request="true", HX_Request_Type="partial", HX_Target="section#list")
    assert (in_place.status, in_place.headers["hx-reswap"]) == (503, "none")
    until(
        "a minute without it",
        lambda: _is(chinese.get("/cases/"), 503) and time.monotonic() - since >= AWAY_SECONDS,
        pause=1,
    )
    assert [part.poll() for part in place.processes] == [None, None]

    with server.alone():
        server.start()
    place.until_ready()
    for _time in range(2):
        made = place.ask(
            "POST", "/api/v1/cases", case(world, "断线"), token=world.tokens["limin"], Idempotency_Key="away"
        )
        assert made.status == 201
    assert chinese.get("/cases/").status == 200
    assert place.one("SELECT count(*) FROM cases_case") == 1
    # The worker, too, found its way back.
    until("done", lambda: place.one("SELECT count(*) FROM history_reaction WHERE state <> 'done'") == 0)


def _is(answer: Answer, status: int) -> Answer | None:
    return answer if answer.status == status else None


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[None]:
    """Let `folder` hold no more than `size` bytes: a disk of its own for root, else a limit on each file."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
        try:
            yield
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def upload(place: House, token: str, pk: int, content: bytes) -> Answer:
    mark = b"----grenze"
    body = (
        b"--" + mark + b'\r\nContent-Disposition: form-data; name="upload"; filename="foto.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\n" + content + b"\r\n--" + mark + b"--\r\n"
    )
    kind = f"multipart/form-data; boundary={mark.decode()}"
    return place.ask("POST", f"/api/v1/cases/{pk}/files", body, token=token, Content_Type=kind)


def test_a_full_disk_is_said_and_nothing_half_is_kept(house: Make, world: World) -> None:
    place = house()
    server = postgres.Server(place.data_dir)
    with server.alone():
        server.start()
    token = world.tokens["limin"]
    with small_disk(place.data_dir / "files", 1_000_000):
        place.start("web")
        place.until_ready()
        made = place.ask("POST", "/api/v1/cases", case(world, "满"), token=token).json["id"]
        full = upload(place, token, made, b"x" * 2_000_000)
        assert (full.status, full.json["code"]) == (503, "unavailable.full")
        assert place.one("SELECT count(*) FROM files_blob") == 0
        assert [path for path in (place.data_dir / "files").rglob("*") if path.is_file()] == []
        assert upload(place, token, made, b"small enough").status == 201


def test_a_form_sent_eight_times_at_once_is_done_once(house: Make, world: World) -> None:
    place = house(ZHIZE_WEB_THREADS="8")
    place.start("web")
    place.until_ready()
    visitor = Visitor(place)
    visitor.sign_in("chenjing", PASSWORD)
    fields = {"kind": "other", "title": "按了八次", "text": "理由"}
    token = visitor.token_of("/proposals/new/")
    answers: list[Answer] = []
    presses = [
        threading.Thread(
            target=lambda: answers.append(visitor.post("/proposals/new/", **fields, _token=token))
        )
        for _press in range(8)
    ]
    for press in presses:
        press.start()
    for press in presses:
        press.join()
    assert {answer.status for answer in answers} == {200}, [answer.body[-2000:] for answer in answers][:1]
    assert place.one("SELECT count(*) FROM meetings_proposal") == 1

    # The same through the API; and an act that overtook the one before it is refused and leaves nothing.
    token, body = world.tokens["limin"], case(world, "八个请求")
    replies: list[Answer] = []
    calls = [
        threading.Thread(
            target=lambda: replies.append(
                place.ask("POST", "/api/v1/cases", body, token=token, Idempotency_Key="eight", timeout=90)
            )
        )
        for _call in range(8)
    ]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert {reply.status for reply in replies} == {201}
    assert len({reply.json["id"] for reply in replies}) == 1
    pk = replies[0].json["id"]
    before = place.one("SELECT count(*) FROM history_entry")
    overtaken = place.ask("POST", f"/api/v1/cases/{pk}/verbs/close", {}, token=token)
    assert (overtaken.status, overtaken.json["code"]) == (409, "flow.not_now"), overtaken.body
    assert place.one("SELECT count(*) FROM history_entry WHERE verb = 'case.closed'") == 0
    assert place.one("SELECT count(*) FROM history_entry") - before <= 1
