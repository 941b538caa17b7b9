"""A hundred at once for one unit of everything that is limited: one gets it, the others are told so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp

from tests.contracts.crowd import CROWD, Crowd, Race, at_once, faults_of, gathered, with_row
from tests.domains.shifts.test_shift_log import DRAWN
from tests.kit import everything, people
from tests.kit.cast import Cast, build
from tests.rest.kit import ApiClient
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Assignment, Case, WorkSheet
from zhize.domains.channels import services as channels
from zhize.domains.channels.models import Visitor
from zhize.domains.customers import services as customers
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.services.proving import Proof
from zhize.domains.meetings import services as meetings
from zhize.domains.meetings.models import Meeting, Proposal
from zhize.domains.organisation import services as organisation
from zhize.domains.organisation.models import Reading, Signature
from zhize.domains.shifts import services as shifts
from zhize.domains.shifts.models import Leave, ShiftLog
from zhize.domains.visits import services as visits
from zhize.kernel import access, approvals, numbering
from zhize.kernel.access import Actor
from zhize.kernel.accounts import capabilities, factors, services, tokens
from zhize.kernel.accounts.models import User
from zhize.kernel.approvals import Route, Step, routes
from zhize.kernel.approvals.models import Approval
from zhize.lib import clock
from zhize.lib.text import Text
from zhize.rest.models import WebhookEndpoint

numbering.declare("race_receipt", zh="收据", en="Receipt", prefix="RC", period="year", gapless=True)
numbering.declare("race_number", zh="编号", en="Number", prefix="RN", period="day")
access.system_actor("race.trial", caps=["number.view"])


# One crowd at a time: a hundred connections are as many as a server likes.
pytestmark = pytest.mark.xdist_group("races")


@pytest.fixture
def kind() -> Iterator[None]:
    approvals.kind("race.proposal", zh="方案", en="Proposal")
    yield
    routes._kinds.pop("race.proposal")


@pytest.fixture
def crowd(transactional_db: None) -> Iterator[Crowd]:
    with gathered() as made:
        yield made


def of_approvals(cast: Cast, boss: Actor) -> Iterator[Race]:
    case = Case.objects.order_by("pk").first()
    assert case is not None
    asker, signer = cast.actor("limin").vouched("approval.request"), cast.actor("wangfang")
    route = Route((Step("service_supervisor", Text("主管", "Supervisor")),))

    def ask() -> Approval:
        return approvals.request(
            actor=asker, kind="race.proposal", subject=case, title="赔付", route=route, unit=cast.centre
        )

    yield Race("one approval is asked for", at_once(ask))
    approval = Approval.objects.get(kind="race.proposal")
    vouched = signer.vouched("approval.decide", "approval.view")
    yield Race(
        "one signs an approval",
        with_row(approval, lambda row: approvals.decide(actor=vouched, approval=row, choice="approve")),
    )


def of_numbers(cast: Cast) -> Iterator[Race]:
    trial = access.system("race.trial")

    def distinct(won: list[Any]) -> bool:
        return len(set(won)) == CROWD

    def gapless(won: list[Any]) -> bool:
        return sorted(row.count for row in won) == list(range(1, CROWD + 1))

    yield Race("numbers differ", at_once(lambda: numbering.next_number("race_number")), CROWD, distinct)
    yield Race(
        "receipts have no gap",
        at_once(lambda: numbering.next_gapless("race_receipt", actor=trial, unit=cast.centre)),
        CROWD,
        gapless,
    )


def of_cases(cast: Cast, boss: Actor) -> Iterator[Race]:
    case = Case.objects.filter(owner__isnull=False, category="new").order_by("pk").first()
    case = case or Case.objects.filter(owner__isnull=False).exclude(category__in=("closed", "void")).first()
    assert case is not None
    before = Assignment.objects.filter(case=case).count()
    yield Race(
        "one takes a case",
        with_row(case, lambda row: cases.take(actor=boss, case=row)),
        check=lambda _won: Assignment.objects.filter(case=case).count() == before + 1,
    )
    sheet = WorkSheet.objects.order_by("pk").first()
    assert sheet is not None
    yield Race(
        "one receives a work sheet",
        with_row(sheet, lambda row: cases.receive_worksheet(actor=boss, sheet=row)),
    )

    def customer() -> tuple[int, bool]:
        found, new = customers.find_or_create(
            actor=boss, unit=cast.centre, name="孟先生", phone="13612341234"
        )
        return found.pk, new

    yield Race(
        "one customer for a new number",
        at_once(customer),
        CROWD,
        lambda won: len({pk for pk, _new in won}) == 1 and sum(new for _pk, new in won) == 1,
    )
    visitor = Visitor.objects.order_by("pk").first()
    assert visitor is not None
    yield Race(
        "one calls a visitor", with_row(visitor, lambda row: channels.call_visitor(actor=boss, visitor=row))
    )


def of_obligations(cast: Cast, boss: Actor) -> Iterator[Race]:
    holder = cast.actor("limin")
    task = duties.assign_task(
        actor=boss, unit=cast.centre, title="清点", holder=cast.people["limin"], due_at=everything._soon()
    )
    done = Proof("note", text="已清点")
    yield Race(
        "one hands a task in",
        with_row(task, lambda row: duties.fulfil(actor=holder, obligation=row, evidence=done)),
    )
    yield Race("one accepts a task", with_row(task, lambda row: duties.accept(actor=boss, obligation=row)))
    count = duties.assign_task(
        actor=boss, unit=cast.centre, title="每天五个", holder=cast.people["limin"],
        due_at=everything._soon(), report_back=False,
    )  # fmt: skip
    Obligation.objects.filter(pk=count.pk).update(quota=5)
    one = Proof("count", count=1)
    yield Race(
        "of n, one is counted from one reading",
        with_row(count, lambda row: duties.record_progress(actor=holder, obligation=row, proof=one)),
        check=lambda _won: Obligation.objects.get(pk=count.pk).progress == 1,
    )
    meeting = Meeting.objects.order_by("pk").first()
    assert meeting is not None
    yield Race(
        "one closes the minutes", with_row(meeting, lambda row: meetings.close(actor=boss, meeting=row))
    )
    proposal = Proposal.objects.order_by("pk").first()
    assert proposal is not None
    chief = cast.actor("liuqiang")
    yield Race(
        "one decides a proposal",
        with_row(proposal, lambda row: meetings.decline(actor=chief, proposal=row, decision="已有")),
    )


def of_signatures(cast: Cast) -> Iterator[Race]:
    reader = cast.actor("limin")
    reading = Reading.objects.filter(title="服务公约").latest("pk")
    yield Race(
        "a reader signs once",
        with_row(reading, lambda row: organisation.sign(actor=reader, reading=row, name="李敏").pk),
        CROWD,
        lambda won: len(set(won)) == 1 and Signature.objects.filter(reading=reading).count() == 1,
    )
    asks = {
        "from_on": everything._today() + timedelta(days=30),
        "to_on": everything._today() + timedelta(days=36),
    }
    yield Race(
        "one leave for the same days",
        at_once(lambda: shifts.ask(actor=reader, kind="annual", reason="回家", **asks)),
    )
    leave = Leave.objects.order_by("pk").first()
    assert leave is not None
    decider = cast.actor("liuqiang")
    yield Race(
        "one decides a leave",
        with_row(leave, lambda row: shifts.approve(actor=decider, leave=row)),
    )
    log = ShiftLog.objects.order_by("pk").first()
    assert log is not None
    shifts.logs.hand(actor=reader, log=log, to=cast.people["zhoutao"], signature=DRAWN)
    taker = cast.actor("zhoutao")
    yield Race(
        "one takes a shift over",
        with_row(log, lambda row: shifts.logs.take(actor=taker, log=row, signature=DRAWN)),
    )
    yield Race(
        "one begins the next shift",
        at_once(lambda: shifts.logs.begin(actor=taker, unit=cast.centre, name="中班")),
    )


def of_accounts(cast: Cast) -> Iterator[Race]:
    cli = access.system(capabilities.CLI)
    user = User.objects.get(login="sunli")
    user.set_password(people.PASSWORD)
    user.save()
    code = services.make_code(actor=cli, user=user).secret
    yield Race(
        "a reset code works once", at_once(lambda: services.use_code(code=code, password="another-horse-2"))
    )
    secret = factors.offer(user).secret
    step = int(clock.now().timestamp()) // 30

    def typed(ahead: int) -> str:
        return str(totp.format_hotp_value(totp.hotp_value(secret, step + ahead)))

    actor = access.for_user(user, channel="web")
    spare = factors.turn_on(actor=actor, user=user, secret=secret, code=typed(-1))

    def once(won: list[Any]) -> bool:
        return sum(won) == 1

    yield Race(
        "a code of the second factor works once", at_once(lambda: factors.check(user, typed(1))), CROWD, once
    )
    yield Race("a recovery code works once", at_once(lambda: factors.check(user, spare[0])), CROWD, once)
    issued = tokens.issue(actor=cli, user=User.objects.get(login="hewei"), name="BI").token
    yield Race("a token is revoked once", with_row(issued, lambda row: tokens.revoke(actor=cli, token=row)))


def of_the_outside(cast: Cast, user: User) -> Iterator[Race]:
    token = everything.survey(user)
    answers = {"solved": "yes", "overall": "5"}
    stranger = access.customer(None, label="业主", channel="portal")
    yield Race(
        "a survey is answered once",
        at_once(lambda: visits.answer_survey(actor=stranger, token=token, answers=answers)),
    )
    api = ApiClient(user)
    position = cast.position("blind")
    sent = {"name": "X", "url": "https://example.com/", "facts": ["*"], "position": position.pk}
    before = WebhookEndpoint.objects.count()
    yield Race(
        "a request with a key is done once",
        at_once(lambda: api.post("/webhooks", sent, key="race").status_code),
        CROWD,
        lambda won: set(won) == {201} and WebhookEndpoint.objects.count() == before + 1,
    )


def test_of_a_hundred_at_once_one_gets_it_and_the_others_are_told(crowd: Crowd, kind: None) -> None:
    cast = build()
    user = everything.everybody(cast)
    everything.furnish(cast, user)
    boss = access.for_user(user, channel="web")
    faults: list[str] = []
    for group in (
        of_approvals(cast, boss),
        of_numbers(cast),
        of_cases(cast, boss),
        of_obligations(cast, boss),
        of_signatures(cast),
        of_accounts(cast),
        of_the_outside(cast, user),
    ):
        faults += faults_of(crowd, group)
    assert not faults, "\n".join(faults)
