"""Kill -9 of web, worker and database under load: nothing that was answered is lost, nothing is done twice."""

from __future__ import annotations

import json
import os
import random
from datetime import datetime, timedelta
from email import message_from_bytes

from tests.faults.conftest import Make, World
from tests.faults.kit import ELSEWHERE, QUICK, House, Receiver
from tests.faults.load import Load
from tests.kit.mail_servers import SmtpServer
from tests.kit.waiting import until
from zhize.lib import clock
from zhize.project import postgres

# The soak (`make soak`) says how many; the suite takes a short run with the same course each time.
CASES = int(os.environ.get("ZHIZE_TEST_SOAK_CASES", "40"))
SEED = int(os.environ.get("ZHIZE_TEST_SOAK_SEED", "7"))
PARTS = ("worker", "web", "database")


def idle(house: House) -> bool:
    """Whether nothing waits any more: no job that is due, no message on its way."""
    waiting = house.one(
        "SELECT (SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' OR status = 'todo'"
        "  AND task_name IN ('history.deliver', 'notices.mail', 'rest.deliver_webhook', 'duties.schedule'))"
        " + (SELECT count(*) FROM history_reaction WHERE state = 'queued')"
        " + (SELECT count(*) FROM notices_delivery WHERE state = 'queued')"
        " + (SELECT count(*) FROM rest_webhookdelivery WHERE state = 'queued')"
    )
    return bool(waiting == 0)


def hasten(house: House) -> None:
    """Let what waits out a failure be tried now: the waits themselves are other tests' matter."""
    with_rows = (
        "WITH a AS (UPDATE notices_delivery SET next_at = now() WHERE state = 'queued' AND next_at > now()),"
        " b AS (UPDATE rest_webhookdelivery SET next_at = now() WHERE state = 'queued' AND next_at > now())"
        " UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo' AND scheduled_at > now() RETURNING 1"
    )
    house.rows(with_rows)


def kills(load: Load, house: House, dice: random.Random, cases: int) -> dict[str, int]:
    """Kill one part after another, each at a random point of the load, each part at least twice."""
    done = dict.fromkeys(PARTS, 0)
    order = [*PARTS, *PARTS, *(dice.choice(PARTS) for _ in range(cases // 40))]
    points = sorted(dice.sample(range(1, cases - 4), min(len(order), cases - 6)))
    for part, point in zip(order, points, strict=False):
        until(f"{point} cases", lambda at=point: len(load.opened) >= at or load.strange)
        until(f"{part} killed", lambda which=part: house.kill(which))
        done[part] += 1
    return done


def slots(house: House, until: datetime) -> list[tuple[object, ...]]:
    """What the plan has for the month, whoever made it."""
    return house.rows(
        "SELECT duty_version_id, position_id, slot_holder_id, slot, due_at FROM duties_obligation"
        " WHERE slot IS NOT NULL AND NOT withdrawn AND opened_at < %s ORDER BY 1, 2, 3, 4",
        until,
    )


def planned_in_peace(house: House, until: datetime) -> list[tuple[object, ...]]:
    """The slots of a department in which nobody is killed."""
    with postgres.use(house.data_dir, QUICK):
        done = house.call("duties", "schedule")
        assert done.returncode == 0, done.stderr
        return slots(house, until)


def test_nothing_is_lost_and_nothing_is_done_twice(
    house: Make, world: World, mailbox: SmtpServer, listener: Receiver
) -> None:
    # The receiver's address was set when the world was made, so it is moved to where the listener is.
    place = house(ZHIZE_EMAIL_URL=mailbox.url, ZHIZE_WEBHOOK_INSIDE=f"127.0.0.1:{listener.port}")
    place.start("run")
    place.until_ready()
    place.rows(
        "UPDATE rest_webhookendpoint SET url = %s RETURNING 1", f"http://127.0.0.1:{listener.port}/facts"
    )
    load = Load(place, world.tokens["limin"], world.rooms)
    load.run(CASES)
    killed = kills(load, place, random.Random(SEED), CASES)
    load.end()
    assert load.strange == [], place.tail()
    assert min(killed.values()) >= 1
    assert load.again >= 1, "no client noticed anything"

    place.until_ready()
    until("quiet", lambda: hasten(place) or idle(place))

    # Every answered write is there, once, with a number of its own and all that follows from it.
    rows = dict(place.rows("SELECT title, id FROM cases_case"))
    assert rows == load.opened
    assert len(rows) == CASES
    assert place.one("SELECT count(DISTINCT number) FROM cases_case") == CASES
    assert place.one("SELECT count(*) FROM history_entry WHERE verb = 'case.opened'") == CASES
    # The day in a number is the department's, wherever database and machine live.
    assert place.one("SHOW timezone") == ELSEWHERE
    days = place.rows(
        "SELECT split_part(number, '-', 2), to_char(accepted_at AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD') FROM cases_case"
    )
    assert {shown == meant for shown, meant in days} == {True}
    notes = place.rows("SELECT case_id, body FROM cases_message WHERE kind = 'note'")
    assert sorted(notes) == sorted(load.remarks.items())
    assert (
        place.rows(
            "SELECT kind, subject_id, count(*) FROM duties_obligation WHERE subject_type = 'cases.case'"
            " GROUP BY duty_id, kind, subject_id HAVING count(*) > 1"
        )
        == []
    )
    assert place.one("SELECT count(*) FROM history_reaction WHERE state <> 'done'") == 0
    owed = place.rows("SELECT subject_id FROM duties_obligation WHERE subject_type = 'cases.case'")
    assert {pk for (pk,) in owed} == set(rows.values())

    # Each mail left; one whose sender was killed between sending and noting it comes again under the same name.
    wanted = {
        name for (name,) in place.rows("SELECT message_id FROM notices_delivery WHERE channel = 'email'")
    }
    told_twice = (
        "SELECT template, subject_id, person_id, channel, count(*) FROM notices_delivery"
        " GROUP BY template, subject_type, subject_id, person_id, address, channel, title HAVING count(*) > 1"
    )
    assert place.rows(told_twice) == []
    arrived = [str(message_from_bytes(raw)["Message-ID"]) for _from, _to, raw in mailbox.got]
    assert len(wanted) >= CASES
    assert set(arrived) == wanted
    assert len(arrived) - len(set(arrived)) <= killed["worker"] + killed["database"]
    events = {f"evt_{pk}" for (pk,) in place.rows("SELECT id FROM history_entry WHERE verb = 'case.opened'")}
    assert set(listener.got) == events
    assert sum(listener.got.values()) - len(events) <= 4 * (killed["worker"] + killed["database"])

    # The month that the worker began to plan when it started is whole, each slot once.
    month = clock.now() + timedelta(days=30)
    assert len(slots(place, month)) > 40
    assert slots(place, month) == planned_in_peace(house(), month)

    told = place.call("doctor", "--deep", "--json", "--language", "en")
    looks = json.loads(told.stdout)
    assert [look for look in looks["looks"] if look["state"] == "fail"] == []
