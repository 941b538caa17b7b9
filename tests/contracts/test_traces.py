"""What of a person came by other ways, or stands in tables and messages of others, goes with her too."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta

import time_machine
from django.test import Client

from tests.contracts.erasing import NAME, PHONE, WORDS, close, everywhere
from tests.kit import everything
from tests.kit.cast import Cast
from zhize.domains.cases.models import Assignment, Case
from zhize.domains.channels import capabilities as channel_caps
from zhize.domains.channels import services as channels
from zhize.domains.channels.models import InboundEvent
from zhize.domains.channels.services import hooks
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import services
from zhize.domains.customers.models import Customer, Occupancy
from zhize.kernel import access, history, jobs, notices
from zhize.kernel.access import Actor
from zhize.kernel.documents import imports
from zhize.kernel.documents.models import ImportRun
from zhize.kernel.files import keeping, storage
from zhize.kernel.files.models import Blob
from zhize.kernel.notices.models import DeadAddress, Delivery
from zhize.lib import clock


def by_other_ways(cast: Cast, person: Customer) -> None:
    """A form on the web, a mail that nobody needs, one that is a case, a chat, a bounced message: all of them hers."""
    form = {
        "type": "complaint", "title": f"{NAME}家漏水", "description": WORDS, "address": "A苑1栋101", "name": NAME,
        "phone": PHONE, "consent": "on",
    }  # fmt: skip
    assert Client().post("/p/WY-A/", form).status_code == 302
    Case.objects.filter(pk=Case.objects.latest("pk").pk).update(customer=person)
    mailer = access.system(channel_caps.MAIL, channel="mail")
    boss = cast.actor("liuqiang")
    channels.open_line(
        actor=boss, unit=cast.centre, kind="email", code="kefu", name="邮箱", address="kefu@wy.example"
    )
    for number, head in enumerate(("Auto-Submitted: auto-replied\n", "")):
        content = (
            f"From: {NAME} <Ouyang@customer.example>\nTo: kefu@wy.example\nSubject: {NAME}\n{head}"
            f"Message-ID: <{number}@x>\nContent-Type: text/plain; charset=utf-8\n\n{WORDS}\n"
        )
        channels.take_in_mail(actor=mailer, arrival=channels.Arrival(content.encode()))
    chat = channels.open_line(
        actor=boss, unit=cast.centre, kind="im", code="qq", name="客服QQ", address="800012345"
    )
    said = {"conversation": "k1", "text": WORDS, "sender": {"name": NAME, "phone": PHONE}}
    hooks.receive(line=chat, delivery_id="d1", kind="message", data=said, body=b"x")
    notices.send(
        template="case.assigned",
        context={"number": "1", "title": WORDS},
        actor=boss,
        addresses=["ouyang@customer.example"],
    )
    DeadAddress.objects.create(channel="email", address="ouyang@customer.example", since=clock.now())


def test_nothing_is_left_of_what_came_by_other_ways(cast: Cast, keeper: Actor, person: Customer) -> None:
    by_other_ways(cast, person)
    history.deliver_all()
    close(person)
    assert Case.objects.filter(customer=person).count() == 4
    mine = {"channels_inboundmail", "channels_websubmission", "channels_inboundevent", "notices_deadaddress"}
    left = (NAME, PHONE, WORDS, "[Oo]uyang@", "欧阳山", "13655558888")
    assert mine <= set(everywhere(*left))
    with zipfile.ZipFile(io.BytesIO(services.copy_of(actor=keeper, customer=person))) as archive:
        said = json.loads(archive.read("data.json"))
        raw = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".eml")]
    assert len(said["rows"]["channels.inboundmail"]) == 2
    assert sum(WORDS in text for text in raw) == 2
    kept = [blob.sha256 for blob in Blob.objects.all()]
    services.erase(actor=access.system(caps.CLI), customer=person, reason="本人申请")
    assert everywhere(*left) == {}
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        keeping.sweep()
    assert kept
    assert [one for one in kept if storage.path_of(one).exists()] == []


def imported(keeper: Actor, cast: Cast, rows: str, *, carry_out: bool = True) -> ImportRun:
    run = imports.upload(
        actor=keeper, kind="customers.owners", content=rows.encode(), name="业主.csv", unit=cast.centre
    )
    jobs.run_all()
    if carry_out:
        imports.start(actor=keeper, run=fresh(run))
        jobs.run_all()
    return fresh(run)


def test_a_table_that_was_imported_forgets_a_person_at_once_and_everybody_in_time(cast: Cast) -> None:
    """Also the second of two owners of a line, by name and by number, and the lines that were only tried."""
    keeper = access.for_user(everything.everybody(cast), channel="web")
    services.create_premises(actor=keeper, unit=cast.centre, kind="community", code="BSY", name="碧水园")
    rows = "小区,楼栋,单元,房号,业主,电话\n碧水园,9,1,901,欧阳静怡,13655557777\n碧水园,9,1,902,司马山,13655558888\n"
    runs = [imported(keeper, cast, rows) for _turn in range(2)]
    joint = imported(
        keeper,
        cast,
        rows.splitlines()[0]
        + "\n碧水园,9,1,903,司马山、欧阳静怡,13655558888\n碧水园,9,1,904,欧阳静,13655559999\n",
    )
    tried = imported(keeper, cast, rows, carry_out=False)
    person = Customer.objects.filter(name="欧阳静怡").order_by("pk")
    for one in person:
        Occupancy.objects.filter(customer=one).delete()
        services.erase(actor=access.system(caps.CLI), customer=one, reason="本人申请")
    assert everywhere("欧阳静怡", "13655557777") == {}
    assert {fresh(run).blob for run in (runs[0], joint, tried)} == {None}
    assert "documents_importrow" in everywhere("司马山")
    assert "documents_importrow" in everywhere("欧阳静")
    with time_machine.travel(clock.now() + timedelta(days=91), tick=False):
        assert imports.forget_old() == 4
        assert imports.forget_old() == 0
    assert "documents_importrow" not in everywhere("司马山", "13655558888")
    assert {fresh(run).blob for run in runs} == {None}
    assert (fresh(tried).state, fresh(tried).ended_at is None) == ("cancelled", False)


def test_the_page_of_an_import_that_was_forgotten_still_says_how_much_it_brought(cast: Cast) -> None:
    user = everything.everybody(cast)
    keeper = access.for_user(user, channel="web")
    services.create_premises(actor=keeper, unit=cast.centre, kind="community", code="BSY", name="碧水园")
    run = imported(keeper, cast, "小区,楼栋,单元,房号,业主,电话\n碧水园,9,1,901,欧阳静怡,13655557777\n")
    client = Client()
    client.force_login(user)
    tiles = tiles_of(client.get(f"/customers/import/{run.pk}/").content.decode())
    assert tiles["新建房产"] == tiles["新建客户"] == "1"
    with time_machine.travel(clock.now() + timedelta(days=91), tick=False):
        assert imports.forget_old() == 1
    for at in ("", "progress/", "?show=premises"):
        text = client.get(f"/customers/import/{run.pk}/{at}").content.decode()
        assert tiles_of(text) == tiles
        assert "名单的内容只保留 90 天" in text
        assert "欧阳静怡" not in text


def tiles_of(text: str) -> dict[str, str]:
    """By label; the labels are links while there are lines to show."""
    found = re.findall(r'tile-label">(?:<a[^>]*>)?([^<]+).*?tile-value num">([^<]+)', text, re.DOTALL)
    return dict(found)


def test_whoever_of_staff_did_it_stays_named_and_nothing_empty_is_sent(
    cast: Cast, keeper: Actor, person: Customer
) -> None:
    """And a refused message from her number is hers."""
    case = Case.objects.get(customer=person)
    now = clock.now()
    said, hers = (
        Assignment.objects.create(
            case=case,
            person=cast.people["limin"],
            unit=case.unit,
            from_at=now,
            to_at=now,
            by=by,
            reason=reason,
        )
        for by, reason in (("李敏", WORDS), (NAME, ""))
    )
    about = {
        "subject_type": "cases.case",
        "subject_id": case.pk,
        "channel": "email",
        "template": "case.assigned",
    }
    waiting = Delivery.objects.create(
        **about, person=cast.people["limin"], address="limin@wy.example", title=WORDS, state="queued",
        next_at=clock.now(), created_at=clock.now(), message_id="<q@x>",
    )  # fmt: skip
    line = channels.open_line(
        actor=cast.actor("liuqiang"),
        unit=cast.centre,
        kind="im",
        code="qq",
        name="客服QQ",
        address="800012345",
    )
    refused = [
        InboundEvent.objects.create(
            line=line, delivery_id=f"r{number}", kind="message", digest="", received_at=clock.now(),
            outcome="refused", body={"text": WORDS, "sender": {"phone": number}},
        )
        for number in ("136 5555 7777", "13655550000")
    ]  # fmt: skip
    close(person)
    services.erase(actor=access.system(caps.CLI), customer=person, reason="本人申请")
    for row in (said, hers, waiting, *refused):
        row.refresh_from_db()
    assert (said.by, said.reason, hers.by) == ("李敏", "", "已抹去")
    assert (waiting.state, waiting.next_at) == ("suppressed", None)
    assert [bool(one.body) for one in refused] == [False, True]


def fresh(run: ImportRun) -> ImportRun:
    return ImportRun.objects.get(pk=run.pk)
