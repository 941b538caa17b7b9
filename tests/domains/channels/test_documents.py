"""Letters and faxes, self-filled orders, identity checks, fire reports, lines."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from tests.domains.channels.conftest import matter, type_of
from tests.kit.cast import Cast
from tests.rest.kit import ApiClient
from zhize.domains.cases import services as cases
from zhize.domains.cases.kinds import Channel, Nature
from zhize.domains.cases.models import Case
from zhize.domains.cases.selectors import types
from zhize.domains.cases.services.assigning import NotVerified
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels import services as channels
from zhize.domains.channels.models import Correspondence, IdentityCheck, Line
from zhize.domains.channels.selectors import identity, progress
from zhize.domains.customers.models import Customer
from zhize.kernel import access, files, history, jobs
from zhize.kernel.access import Actor
from zhize.kernel.accounts.models import User
from zhize.kernel.db import Invalid, Refused
from zhize.kernel.packs import loader
from zhize.kernel.packs import services as packs
from zhize.lib import clock

PDF = b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


class TestLetters:
    @pytest.mark.req("CHN-03")
    def test_a_letter_scan_creates_a_case_with_channel_letter(self, cast: Cast, desk: Actor) -> None:
        case = channels.take_in(
            actor=desk,
            intake=matter(
                channel=Channel.LETTER, customer=cast.customers["A101"], description="来信反映电梯异响"
            ),
            scans=[(PDF, "来信.pdf")],
        )
        assert case.get_channel_display() == "来信"
        assert [item.name for item in files.for_subject(case)] == ["来信.pdf"]
        letter = Correspondence.objects.get(case=case)
        assert (letter.medium, letter.direction, letter.sender) == (
            "letter",
            "in",
            cast.customers["A101"].name,
        )
        assert [item.name for item in files.for_subject(letter)] == ["来信.pdf"]

    def test_a_letter_without_its_scan_is_refused_and_leaves_nothing(self, desk: Actor) -> None:
        with pytest.raises(Invalid) as caught:
            channels.take_in(actor=desk, intake=matter(channel=Channel.LETTER))
        assert "scans" in caught.value.errors
        assert not Case.objects.exists()

    def test_calls_and_visits_go_through_the_same_intake(self, desk: Actor) -> None:
        for channel in (Channel.PHONE, Channel.COUNTER):
            assert channels.take_in(actor=desk, intake=matter(channel=channel)).channel == channel
        assert not Correspondence.objects.exists()

    @pytest.mark.req("CHN-06")
    def test_faxes_in_and_out_are_numbered_documents_with_their_pages(self, cast: Cast, desk: Actor) -> None:
        case = channels.take_in(actor=desk, intake=matter(channel=Channel.COUNTER))
        came = channels.record_document(
            actor=desk, medium="fax", direction="in", sender="0755-26660000", subject="认定单", pages=2,
            scans=[(PDF, "认定单.pdf")], case=case,
        )  # fmt: skip
        went = channels.record_document(
            actor=desk, medium="fax", direction="out", sender="客户服务部", receiver="0755-26660000", subject="复函",
            scans=[(PDF, "复函.pdf")],
        )  # fmt: skip
        assert came.number != went.number
        assert came.number.startswith("SF-")
        assert [item.name for item in files.for_subject(went)] == ["复函.pdf"]
        channels.put_to_case(actor=desk, document=went, case=case)
        assert set(case.correspondence.all()) == {came, went}
        for wrong in (
            {"scans": []},
            {"receiver": ""},
            {"medium": "pigeon"},
            {"subject": " "},
            {"sender": ""},
        ):
            given = {
                "medium": "fax",
                "direction": "out",
                "sender": "我",
                "receiver": "他",
                "subject": "函",
                "scans": [(PDF, "a")],
            }
            with pytest.raises(Invalid):
                channels.record_document(actor=desk, **{**given, **wrong})


class TestWebOrders:
    @pytest.mark.req("CHN-05")
    @pytest.mark.parametrize("channel", [Channel.WEB, Channel.VOICEMAIL])
    def test_it_cannot_be_dispatched_before_the_leader_verifies(
        self, cast: Cast, channel: str, manager: Actor
    ) -> None:
        case = channels.submit(
            actor=access.system(caps.WEB, channel="portal"),
            intake=matter(
                channel=channel, description="楼道灯不亮", unit=cast.centre, premises=cast.rooms["A101"]
            ),
            uploads=[(PDF, "photo.pdf")],
            filled_in={"title": "电梯异响", "phone": "13800001111"},
        )
        assert (case.state, case.owner) == (case.spec.unverified, None)
        assert case.state_label.zh == "待核实"
        assert case.submission.filled_in["phone"] == "13800001111"
        with pytest.raises(NotVerified):
            cases.assign(actor=manager, case=case, to=cast.people["chenjing"])
        with pytest.raises(NotVerified):
            cases.redispatch(actor=manager, case=case)
        cases.verify(actor=manager, case=case, title="A苑1栋电梯异响")
        assert case.state != case.spec.unverified
        assert case.owner == cast.people["chenjing"]
        assert case.submission.filled_in["title"] == "电梯异响"

    def test_the_customer_looks_it_up_by_code(self, cast: Cast) -> None:
        case = channels.submit(
            actor=access.system(caps.WEB, channel="portal"),
            intake=matter(channel=Channel.WEB, unit=cast.centre),
        )
        code = channels.progress_code(case)
        assert progress.case_by_code(code.upper()) == case
        assert progress.case_by_code(code[:-1] + "a") in (None, case)
        assert progress.case_by_code("x") is None

    def test_a_paused_form_takes_nothing_in(self, cast: Cast, manager: Actor) -> None:
        line = channels.open_line(actor=manager, unit=cast.centre, kind="web", code="web", name="网上报事")
        channels.pause_line(actor=manager, line=line, reason="系统升级")
        with pytest.raises(channels.Paused):
            channels.submit(
                actor=access.system(caps.WEB), intake=matter(channel=Channel.WEB, unit=cast.centre), line=line
            )


@pytest.fixture
def business(cast: Cast) -> str:
    """A case type of the pack that asks for an identity check."""
    return str(next(spec.code for spec in types.case_types() if spec.identity_check))


class TestIdentity:
    @pytest.fixture
    def owner(self, cast: Cast) -> Customer:
        return cast.customers["A101"]

    @pytest.mark.req("CHN-11")
    def test_accepting_from_afar_is_disabled_without_a_passed_check(
        self, cast: Cast, desk: Actor, owner: Customer, business: str
    ) -> None:
        intake = cases.Intake(type=business, title="变更联系人", channel=Channel.PHONE, customer=owner)
        assert not identity.acceptance(intake=intake).enabled
        with pytest.raises(channels.NotChecked):
            channels.accept_business(actor=desk, intake=intake)
        wrong = channels.check_identity(
            actor=desk, customer=owner, claims={"name": owner.name, "premises": "9-9-999"}
        )
        assert not wrong.passed
        with pytest.raises(channels.NotChecked):
            channels.accept_business(actor=desk, intake=intake, check=wrong)
        phone = owner.phones.get().number
        right = channels.check_identity(
            actor=desk, customer=owner, claims={"name": f" {owner.name} ", "phone": phone}
        )
        assert right.passed
        assert identity.acceptance(intake=intake, check=right).enabled
        for barred in ({"needs_papers": True}, {"involves_cash": True}):
            with pytest.raises(channels.NotFromAfar):
                channels.accept_business(actor=desk, intake=intake, check=right, **barred)
        case = channels.accept_business(actor=desk, intake=intake, check=right)
        assert right.case == case
        with pytest.raises(channels.NotChecked):
            channels.accept_business(actor=desk, intake=intake, check=right)

    @pytest.mark.req("CHN-11")
    def test_at_the_intake_accept_is_disabled_until_the_customer_was_checked(
        self, cast: Cast, owner: Customer, business: str
    ) -> None:
        client = Client()
        client.force_login(User.objects.get(login="limin"))
        said = {"channel": "phone", "type": business, "title": "退停车卡", "customer": owner.pk,
                "premises": cast.rooms["A101"].pk}  # fmt: skip
        shown = client.get("/intake/preview/", said).content.decode()
        assert 'data-accept="off"' in shown and "请先核实客户身份" in shown
        assert f"/identity/{owner.pk}/check/" in shown
        assert "请先核实客户身份" in client.post("/intake/", said).content.decode()
        assert not Case.objects.exists()
        facts = {"name": owner.name, "phone": owner.phones.get().number}
        client.post(f"/identity/{owner.pk}/check/", {**facts, "phone": "13900000000"})
        assert 'data-accept="off"' in client.get("/intake/preview/", said).content.decode()
        client.post(f"/identity/{owner.pk}/check/", facts)
        assert 'data-accept="off"' not in client.get("/intake/preview/", said).content.decode()
        assert client.post("/intake/", said).status_code == 302
        assert IdentityCheck.objects.get(passed=True).case == Case.objects.get()
        assert client.post("/intake/", said).status_code != 302, "one check, one matter"

    @pytest.mark.req("CHN-11")
    def test_at_the_intake_a_customer_in_arrears_is_told_a_reason_that_must_be_written(
        self, owner: Customer, business: str
    ) -> None:
        Customer.objects.filter(pk=owner.pk).update(arrears_amount=Decimal("420.00"))
        client = Client()
        client.force_login(User.objects.get(login="limin"))
        said = {"channel": "counter", "type": business, "title": "退停车卡", "customer": owner.pk}
        shown = client.get("/intake/preview/", said).content.decode()
        tell = f"/identity/{owner.pk}/tell/"
        assert "420.00" in shown and tell in shown
        assert client.post("/intake/", said).status_code == 422
        assert client.post(tell, {"reason": " "}).status_code == 422
        assert client.post(tell, {"reason": "欠费 420 元，缴清后可办"}).status_code == 302
        assert history.timeline(owner)[0].verb == "identity.told"
        assert not Case.objects.exists()

    @pytest.mark.req("CHN-11")
    def test_no_other_door_goes_around_the_check(
        self, cast: Cast, desk: Actor, owner: Customer, business: str
    ) -> None:
        intake = cases.Intake(type=business, title="退卡", channel=Channel.PHONE, customer=owner)
        with pytest.raises(channels.NotChecked):
            cases.open_case(actor=desk, intake=intake)
        body = {"type": business, "title": "退卡", "channel": "phone", "customer": {"id": owner.pk}}
        refused = ApiClient(User.objects.get(login="limin")).post("/cases", body)
        assert refused.json()["code"] == "identity.not_checked"
        assert not Case.objects.exists()

    @pytest.mark.req("CHN-11")
    def test_a_customer_in_arrears_must_be_told_the_reason(
        self, desk: Actor, owner: Customer, business: str
    ) -> None:
        Customer.objects.filter(pk=owner.pk).update(arrears_amount=Decimal("420.00"))
        owner.refresh_from_db()
        check = channels.check_identity(
            actor=desk, customer=owner, claims={"name": owner.name, "phone": owner.phones.get().number}
        )
        intake = cases.Intake(type=business, title="变更联系人", channel=Channel.PHONE, customer=owner)
        answer = identity.acceptance(intake=intake, check=check)
        assert (answer.enabled, answer.reason_required) == (False, True)
        assert "420.00" in str(answer.reason)
        with pytest.raises(Invalid):
            channels.accept_business(actor=desk, intake=intake, check=check)
        with pytest.raises(Invalid) as caught:
            channels.tell_why_not(actor=desk, customer=owner, reason=" ", check=check)
        assert "reason" in caught.value.errors
        channels.tell_why_not(actor=desk, customer=owner, reason="欠费 420 元,缴清后可办", check=check)
        assert IdentityCheck.objects.get(pk=check.pk).told.startswith("欠费")
        assert history.timeline(owner)[0].verb == "identity.told"

    def test_the_service_password_counts_and_guessing_ends(
        self, cast: Cast, desk: Actor, manager: Actor, owner: Customer
    ) -> None:
        with pytest.raises(Invalid):
            channels.set_password(actor=manager, customer=owner, password="123")
        channels.set_password(actor=manager, customer=owner, password="246810")
        assert channels.check_identity(actor=desk, customer=owner, password="246810").passed
        for _ in range(5):
            assert not channels.check_identity(actor=desk, customer=owner, password="000000").passed
        with pytest.raises(channels.TooManyFailures):
            channels.check_identity(actor=desk, customer=owner, password="246810")
        with time_machine.travel(clock.now() + timedelta(minutes=61), tick=False):
            assert channels.check_identity(actor=desk, customer=owner, password="246810").passed

    def test_a_check_grows_old_and_one_fact_is_not_enough(self, desk: Actor, owner: Customer) -> None:
        phone = owner.phones.get().number
        assert not channels.check_identity(actor=desk, customer=owner, claims={"phone": phone}).passed
        for tail in ("1", "01"):
            claims = {"phone": phone, "premises": tail}
            assert not channels.check_identity(actor=desk, customer=owner, claims=claims).passed
        check = channels.check_identity(
            actor=desk, customer=owner, claims={"phone": phone, "premises": "A苑1栋101室"}
        )
        assert check.passed
        with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
            assert not identity.is_good(check)
        for wrong in ({}, {"face": "x", "name": "y"}):
            with pytest.raises(Invalid):
                channels.check_identity(actor=desk, customer=owner, claims=wrong)

    def test_face_to_face_needs_no_check(self, desk: Actor, owner: Customer, business: str) -> None:
        intake = cases.Intake(type=business, title="变更联系人", channel=Channel.COUNTER, customer=owner)
        assert channels.accept_business(actor=desk, intake=intake, needs_papers=True).customer == owner


@pytest.mark.req("CHN-21")
def test_anybody_may_report_a_fire_and_everybody_sees_his_own_task(cast: Cast) -> None:
    for finder in ("chenjing", "limin"):
        case = cases.report_fire(actor=cast.actor(finder), place="C苑地下车库", title="车库冒烟")
        told = {call.person.name: call.task for call in case.alarm.calls.select_related("person")}
        assert "孔志" in told  # 控制中心
        assert told["孔志"]
        assert len(told) > 3
        assert sum(1 for task in told.values() if task) > 1


class TestLines:
    def test_the_pack_brings_the_ways_in_of_a_centre(self, cast: Cast, manager: Actor) -> None:
        lines = {line.kind: line for line in Line.objects.filter(unit=cast.centre).order_by("-pk")}
        assert {"phone", "email", "web", "voicemail", "im"} <= set(lines)
        complaints = Line.objects.get(code="wy-a-complaints")
        assert (complaints.name, complaints.owner, complaints.case_type) == (
            "投诉热线",
            cast.position("complaint_officer"),
            type_of(Nature.COMPLAINT),
        )
        channels.change_line(actor=manager, line=complaints, name="客户投诉专线", active=False)
        packs.apply(
            root=loader.find("property-community"), actor=access.system("packs.apply"), unit=cast.centre
        )
        complaints.refresh_from_db()
        assert (complaints.name, complaints.active) == ("客户投诉专线", False)

    def test_lines_are_set_up_paused_and_resumed_with_history(
        self, cast: Cast, manager: Actor, hotline: Line
    ) -> None:
        assert hotline.address == "0755-26661234"
        with pytest.raises(Invalid):
            channels.pause_line(actor=manager, line=hotline, reason=" ")
        channels.pause_line(actor=manager, line=hotline, reason="线路检修")
        assert not hotline.is_open
        channels.resume_line(actor=manager, line=hotline)
        channels.change_line(actor=manager, line=hotline, name="客户投诉热线", hours="09:00-18:00")
        assert [entry.verb for entry in history.timeline(hotline)] == [
            "channel.changed",
            "channel.resumed",
            "channel.paused",
            "channel.opened",
        ]
        before = hotline.secret
        assert channels.renew_secret(actor=manager, line=hotline) != before

    @pytest.mark.parametrize(
        "wrong",
        [{"kind": "pigeon"}, {"name": ""}, {"code": "hotline"}, {"case_type": "nothing"}, {"address": "abc"}],
    )
    def test_nonsense_is_refused(
        self, cast: Cast, manager: Actor, hotline: Line, wrong: dict[str, str]
    ) -> None:
        with pytest.raises(Invalid) as caught:
            channels.open_line(
                actor=manager,
                unit=cast.centre,
                **{"kind": "phone", "code": "second", "name": "热线", **wrong},
            )
        assert set(caught.value.errors) == set(wrong)

    def test_only_who_may_manage_channels_does(
        self, cast: Cast, desk: Actor, stranger: Actor, hotline: Line
    ) -> None:
        for actor in (desk, stranger):
            with pytest.raises(Refused):
                channels.pause_line(actor=actor, line=hotline, reason="x")
        with pytest.raises(IntegrityError), transaction.atomic():
            Line.objects.filter(pk=hotline.pk).update(pause_reason="x")


def test_jobs_queue_is_not_disturbed(cast: Cast, desk: Actor) -> None:
    channels.take_in(actor=desk, intake=matter(channel=Channel.COUNTER))
    jobs.run_all()
