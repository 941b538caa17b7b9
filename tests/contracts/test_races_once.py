"""A hundred at once for what can happen once: signed, set up, merged, issued, taken in, ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from tests.contracts.crowd import CROWD, Crowd, Race, at_once, faults_of, fresh, gathered, in_turn, with_row
from tests.domains.shifts.test_shift_log import DRAWN
from tests.kit import everything
from tests.kit.cast import Cast, build
from zhize.desk.drafting import services as drafting
from zhize.desk.drafting.models import DraftLine, JobDraft
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Alarm, Case, DelayAudit, MajorReport, Paper, Promise
from zhize.domains.channels import capabilities
from zhize.domains.channels import services as channels
from zhize.domains.channels.models import Call, InboundMail, Relay, WorkEntry
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import (
    ContactRole,
    DuplicateProposal,
    ErasureRequest,
    MergeRecord,
    Phone,
    WatchListEntry,
    WatchMeasure,
)
from zhize.domains.customers.services.watching import MeasureInput
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import CalendarFeed, Duty
from zhize.domains.meetings import services as meetings
from zhize.domains.meetings.models import Decision, Talk
from zhize.domains.organisation import services as organisation
from zhize.domains.reports import services as reports
from zhize.domains.reports.models import Report
from zhize.domains.shifts import services as shifts
from zhize.domains.shifts.models import Takeover
from zhize.domains.shifts.selectors import lines as lines_of
from zhize.domains.shifts.selectors import their_own
from zhize.domains.visits import services as visits
from zhize.domains.visits.models import Callback, Opinion, SampledHome
from zhize.kernel import access, numbering
from zhize.kernel.access import Actor
from zhize.kernel.accounts.models import User
from zhize.kernel.db import NotFound
from zhize.kernel.documents import imports
from zhize.kernel.documents.models import ImportRun
from zhize.kernel.files.models import Attachment
from zhize.kernel.history.models import Entry
from zhize.kernel.org.models import Appointment, SheetVersion
from zhize.kernel.packs.models import PackRelease
from zhize.rest import services as webhooks
from zhize.rest.models import WebhookDelivery
from zhize.ui import services as ui

numbering.declare("once_receipt", zh="收据", en="Receipt", prefix="OR", period="year", gapless=True)
access.system_actor("once.trial", caps=["number.view", "number.void"])


pytestmark = pytest.mark.xdist_group("races")


@pytest.fixture
def crowd(transactional_db: None) -> Iterator[Crowd]:
    with gathered() as made:
        yield made


@pytest.fixture
def stage(transactional_db: None) -> tuple[Cast, User]:
    cast = build()
    user = everything.everybody(cast)
    everything.furnish(cast, user)
    everything.beside(cast, user)
    return cast, user


def the(model: Any, **values: Any) -> Any:
    return model._base_manager.filter(**values).latest("pk")


def told(verb: str) -> int:
    return Entry.objects.filter(verb=verb).count()


def of_handing_over(cast: Cast, boss: Actor) -> Iterator[Race]:
    leaver, taker = cast.actor("chenjing"), cast.actor("zhaoyun")
    duties.assign_task(actor=boss, unit=cast.centre, title="退还工牌", holder=cast.people["limin"])

    def listed() -> Takeover:
        giver, position = cast.people["limin"], cast.position("receptionist")
        return shifts.takeovers.make_list(
            actor=boss, giver=giver, position=position, reason="调岗", to=cast.people["sunli"]
        )

    yield Race("one handover list for one who leaves", at_once(listed))
    row = the(Takeover, giver=cast.people["chenjing"])
    successor = cast.people["zhaoyun"]
    own = their_own([successor], row.position, [line.obligation for line in lines_of(row)])
    takers = {line.pk: successor for line in lines_of(row) if (successor.pk, line.obligation_id) not in own}
    for line in lines_of(row):
        if line.pk not in takers:
            duties.excuse(actor=boss, obligation=line.obligation, reason="调岗")
    yield Race(
        "one names the takers",
        with_row(row, lambda mine: shifts.takeovers.name_takers(actor=boss, takeover=mine, takers=takers)),
    )

    def signed(count: int) -> bool:
        pictures = Attachment.objects.filter(
            subject_type="shifts.takeover", subject_id=row.pk, kind="signature"
        )
        return pictures.count() == count

    # He who leaves and he who takes over sign at the same moment, many times each.
    yield Race(
        "one signature at a time under a handover list",
        in_turn(
            lambda: (lambda mine: lambda: shifts.takeovers.give(actor=leaver, takeover=mine, signature=DRAWN))(fresh(row)),
            lambda: (lambda mine: lambda: shifts.takeovers.take(actor=taker, takeover=mine, signature=DRAWN))(fresh(row)),
        ),
        check=lambda _won: signed(1),
    )  # fmt: skip
    left = fresh(row)
    act, who = (shifts.takeovers.give, leaver) if left.given_at is None else (shifts.takeovers.take, taker)
    moved = told("obligation.reassigned")
    yield Race(
        "the other signature once, and what is owed moves once",
        with_row(row, lambda mine: act(actor=who, takeover=mine, signature=DRAWN)),
        check=lambda _won: (
            signed(2)
            and fresh(row).state == "signed"
            and told("takeover.close") == 1
            and told("obligation.reassigned") - moved == (0 if act is shifts.takeovers.give else len(takers))
        ),
    )


def of_drafts(cast: Cast, boss: Actor) -> Iterator[Race]:
    yield Race(
        "drafts of one paper have codes of their own",
        at_once(lambda: drafting.make(actor=boss, unit=cast.centre, text=everything.SHEET).code),
        CROWD,
        lambda won: len(set(won)) == CROWD,
    )
    draft = JobDraft.objects.order_by("pk")[0]
    first = DraftLine.objects.filter(position__draft=draft).order_by("pk")[0]
    yield Race(
        "one decides a line of a draft",
        in_turn(
            lambda: (lambda mine: lambda: drafting.decide(actor=boss, line=mine, decision="confirmed"))(fresh(first)),
            lambda: (lambda mine: lambda: drafting.decide(actor=boss, line=mine, decision="dropped"))(fresh(first)),
        ),
    )  # fmt: skip
    for line in DraftLine.objects.filter(position__draft=draft):
        drafting.decide(actor=boss, line=line, decision="confirmed")
    yield Race(
        "a draft is set up once",
        with_row(draft, lambda mine: drafting.apply(actor=boss, draft=mine)),
        check=lambda _won: (
            PackRelease.objects.filter(pack=draft.code).count() == told("jobdraft.applied") == 1
        ),
    )


def of_people(cast: Cast, boss: Actor) -> Iterator[Race]:
    yield Race(
        "a staff number is given once",
        at_once(lambda: organisation.create_person(actor=boss, name="新人", employee_no="N0001")),
    )
    position = cast.position("receptionist")
    day = everything._today() + timedelta(days=40)
    number = SheetVersion.objects.filter(position=position).count() + 1
    yield Race(
        "a job description is put in force once",
        at_once(lambda: organisation.issue_sheet(actor=boss, position=position, effective_from=day)),
        check=lambda _won: SheetVersion.objects.filter(position=position).count() == number,
    )
    duty = Duty.objects.filter(unit=cast.centre, active=True, kind="recurring").order_by("pk")[0]
    read, weight = duty.version, duty.current.weight + 1
    yield Race(
        "one version of a duty from one reading",
        at_once(
            lambda: duties.change_duty(actor=boss, duty=duty, reason="加重", version=read, weight=weight)
        ),
    )
    yield Race("a duty ends once", at_once(lambda: duties.end_duty(actor=boss, duty=duty, reason="并入")))
    own = cast.actor("limin")

    def feed() -> Any:
        return duties.open_feed(actor=own)

    yield Race(
        "one address of a calendar is open",
        at_once(lambda: until_it_works(feed)),
        CROWD,
        lambda _won: CalendarFeed.objects.filter(person=cast.people["limin"], closed_at=None).count() == 1,
    )
    task = duties.assign_task(actor=boss, unit=cast.centre, title="盘点", holder=cast.people["limin"])
    yield Race(
        "a task is excused or cancelled, not both",
        in_turn(
            lambda: (lambda mine: lambda: duties.excuse(actor=boss, obligation=mine, reason="停电"))(fresh(task)),
            lambda: (lambda mine: lambda: duties.cancel(actor=boss, obligation=mine, reason="重复"))(fresh(task)),
        ),
    )  # fmt: skip
    decision = the(Decision)
    yield Race(
        "a decision is struck once",
        with_row(decision, lambda mine: meetings.strike(actor=boss, decision=mine)),
        check=lambda _won: told("meeting.struck") == 1,
    )
    held = Appointment.objects.get(person=cast.people["sunli"])
    last = everything._today() + timedelta(days=9)
    yield Race(
        "somebody is relieved of a position once",
        with_row(held, lambda mine: organisation.relieve(actor=boss, appointment=mine, on=last)),
        check=lambda _won: told("person.relieved") == 1,
    )
    talk = the(Talk)
    yield Race(
        "a talk is answered once",
        with_row(talk, lambda mine: meetings.answer(actor=own, talk=mine, text="已合并")),
    )


def of_papers(cast: Cast, boss: Actor, user: User) -> Iterator[Race]:
    trial = access.system("once.trial")
    receipt = numbering.next_gapless("once_receipt", actor=trial, unit=cast.centre)
    yield Race(
        "a receipt is voided once",
        with_row(receipt, lambda mine: numbering.void(mine, actor=trial, reason="写错")),
    )
    done: list[int] = []

    def form() -> Any:
        return ui.once(token="f" * 32, user=user, call=lambda: done.append(1), locate=lambda _none: "/")

    yield Race("a form is done once", at_once(form), CROWD, lambda _won: len(done) == 1)
    day = everything._today()
    code = the(Report).code
    Report.objects.all().delete()
    yield Race(
        "one draft of a report",
        at_once(lambda: reports.open_draft(actor=boss, code=code, unit=cast.centre, day=day).pk),
        CROWD,
        lambda won: len(set(won)) == 1 and Report.objects.count() == 1,
    )
    report, maker = the(Report), cast.actor("zhoutao")
    for block in report.spec.blocks:
        if block.block == "text":
            report = reports.write_text(actor=boss, report=report, key=block.key, text="无")
    yield Race(
        "a report is issued once", with_row(report, lambda mine: reports.issue(actor=maker, report=mine))
    )
    run = the(ImportRun)
    ImportRun.objects.filter(pk=run.pk).update(state="tried")
    yield Race("a table is brought in once", with_row(run, lambda mine: imports.start(actor=boss, run=mine)))
    sent = the(WebhookDelivery)
    yield Race(
        "a message is sent again once",
        with_row(sent, lambda mine: webhooks.redeliver(actor=boss, delivery=mine)),
    )


def of_customers(cast: Cast, boss: Actor) -> Iterator[Race]:
    pair = the(DuplicateProposal)
    yield Race(
        "a pair is said to be two once",
        with_row(pair, lambda mine: customers.dismiss(actor=boss, proposal=mine, reason="两个人")),
    )
    one, other = pair.first, pair.second
    yield Race(
        "two customers become one, in one direction",
        in_turn(
            lambda: lambda: customers.merge(actor=boss, winner=one, loser=other),
            lambda: lambda: customers.merge(actor=boss, winner=other, loser=one),
        ),
    )
    record = the(MergeRecord)
    yield Race(
        "a merge is undone once",
        with_row(record, lambda mine: customers.undo_merge(actor=boss, record=mine, reason="看错")),
    )
    request = the(ErasureRequest)
    asker = cast.actor("wangfang")
    yield Race(
        "an erasure is refused or withdrawn, not both",
        in_turn(
            lambda: (lambda mine: lambda: customers.refuse_erasure(actor=boss, request=mine, remark="合同未了"))(fresh(request)),
            lambda: (lambda mine: lambda: customers.withdraw_erasure(actor=asker, request=mine))(fresh(request)),
        ),
    )  # fmt: skip
    stranger = request.customer
    yield Race(
        "an erasure is asked for once",
        at_once(lambda: customers.ask_erasure(actor=asker, customer=stranger, reason="本人申请")),
    )
    request, number = the(ErasureRequest), stranger.number
    yield Race(
        "an erasure is granted once",
        with_row(request, lambda mine: customers.grant_erasure(actor=boss, request=mine, number=number)),
        check=lambda _won: told("customer.erased") == 1,
    )
    owner = cast.customers["A201"]
    measures = [MeasureInput("致电", everything._today() + timedelta(days=7))]
    review = everything._today() + timedelta(days=30)
    yield Race(
        "a customer is watched once",
        at_once(
            lambda: customers.watch(
                actor=boss, customer=owner, reason="多次投诉", owner=cast.people["wangfang"],
                measures=measures, review_on=review,
            )
        ),
    )  # fmt: skip
    measure = the(WatchMeasure)
    yield Race(
        "a measure is carried out once",
        with_row(measure, lambda mine: customers.finish_measure(actor=boss, measure=mine, result="已联系")),
    )
    entry = the(WatchListEntry)
    yield Race(
        "watching ends once",
        with_row(entry, lambda mine: customers.end_watch(actor=boss, entry=mine, note="好转")),
    )
    for text in ("13611110001", "13611110002"):
        customers.add_phone(actor=boss, customer=owner, number=text)
    one, other = Phone.objects.filter(customer=owner, primary=False).order_by("pk")
    yield Race(
        "a number is made the first once, however often it is pressed",
        with_row(one, lambda mine: customers.prefer_phone(actor=boss, phone=mine)),
        CROWD,
        lambda _won: fresh(one).primary and told("customer.phone_preferred") == 1,
    )
    yield Race(
        "one number is called first, and each turn is told once",
        in_turn(
            lambda: (lambda mine: lambda: customers.prefer_phone(actor=boss, phone=mine))(fresh(one)),
            lambda: (lambda mine: lambda: customers.prefer_phone(actor=boss, phone=mine))(fresh(other)),
        ),
        CROWD,
        lambda _won: turns_are_told(owner),
    )
    Phone.objects.filter(customer=owner).exclude(pk=one.pk).update(primary=False)
    Phone.objects.filter(pk=one.pk).update(primary=True)
    preferred = told("customer.phone_preferred")
    yield Race(
        "a number is made the first or taken off, and taken off once",
        in_turn(
            lambda: (lambda mine: lambda: unless_gone(lambda: customers.prefer_phone(actor=boss, phone=mine)))(fresh(other)),
            lambda: (lambda mine: lambda: unless_gone(lambda: customers.remove_phone(actor=boss, phone=mine)))(fresh(other)),
        ),
        CROWD,
        lambda won: (
            won.count(None) == told("customer.phone_removed") == 1
            and told("customer.phone_preferred") - preferred == any(isinstance(row, Phone) for row in won)
            and not Phone.objects.filter(pk=other.pk).exists()
            and Phone.objects.filter(customer=owner, primary=True).count() == 1
        ),
    )  # fmt: skip


def turns_are_told(owner: Any) -> bool:
    """Every entry names another number than the one before it, and the last one names the one that is first now."""
    entries = Entry.objects.filter(verb="customer.phone_preferred").order_by("pk")
    named = [entry.data["phone"] for entry in entries]
    first = Phone.objects.get(customer=owner, primary=True).masked
    return named[-1] == first and all(was != now for was, now in pairwise(named))


def unless_gone(act: Any) -> Any:
    try:
        return act()
    except NotFound:
        return "gone"


def of_cases(cast: Cast, boss: Actor) -> Iterator[Race]:
    yield Race(
        "a promise is kept once",
        with_row(the(Promise), lambda mine: cases.keep(actor=boss, promised=mine)),
    )
    report = the(MajorReport)
    cases.propose(actor=boss, report=report, proposal="停梯检修")
    yield Race(
        "a major case is decided once",
        with_row(fresh(report), lambda mine: cases.decide(actor=boss, report=mine, decision="同意")),
    )
    alarm = the(Alarm)
    yield Race(
        "an alarm ends once",
        with_row(
            alarm, lambda mine: cases.end_alarm(actor=boss, alarm=mine, measures="已扑灭", aftermath="无")
        ),
    )
    delay = the(DelayAudit)
    cases.explain_delay(actor=boss, delay=delay, reason="缺件")
    yield Race(
        "a delay is audited once",
        with_row(fresh(delay), lambda mine: cases.audit_delay(actor=boss, delay=mine)),
    )
    paper = the(Paper)
    yield Race(
        "a paper is submitted once", with_row(paper, lambda mine: cases.submit_paper(actor=boss, paper=mine))
    )
    yield Race(
        "a paper is issued once",
        with_row(fresh(paper), lambda mine: cases.issue_paper(actor=cast.actor("liuqiang"), paper=mine)),
    )
    yield Race(
        "a contact's role ends once",
        with_row(the(ContactRole), lambda mine: customers.end_role(actor=boss, role=mine)),
    )
    plain = [everything._complaint(cast, boss, "A101", title) for title in ("门坏", "门还是坏")]
    yield Race(
        "a case is made major once",
        with_row(plain[0], lambda mine: cases.make_major(actor=boss, case=mine, reason="伤人")),
    )
    two = [everything._complaint(cast, boss, "B101", title) for title in ("灯坏", "灯还是坏")]
    yield Race(
        "two cases become one, in one direction",
        in_turn(
            lambda: (lambda a, b: lambda: cases.merge(actor=boss, case=a, into=b))(
                fresh(two[0]), fresh(two[1])
            ),
            lambda: (lambda a, b: lambda: cases.merge(actor=boss, case=a, into=b))(
                fresh(two[1]), fresh(two[0])
            ),
        ),
        check=lambda _won: told("case.merged") == 1,
    )
    ring = [everything._complaint(cast, boss, "B101", title) for title in ("门响", "门还响", "门又响")]
    gone = told("case.merged")
    # The third finds that what it would go into has ended: a ring cannot close.
    yield Race(
        "cases merged in a ring become one",
        in_turn(
            *(
                partial(
                    lambda case, into: (lambda a, b: lambda: cases.merge(actor=boss, case=a, into=b))(
                        fresh(case), fresh(into)
                    ),
                    ring[place],
                    ring[place - 2],
                )
                for place in range(3)
            )
        ),
        2,
        lambda _won: (
            told("case.merged") - gone == 2
            and Case.objects.filter(pk__in=[row.pk for row in ring], merged_into=None).count() == 1
        ),
    )
    yield Race(
        "a case is answered once",
        with_row(
            plain[1],
            lambda mine: cases.act(actor=boss, case=mine, verb="answer", data={"solution": "已修"}),
        ),
        check=lambda _won: Callback.objects.filter(case=plain[1]).count() <= 1,
    )


def of_the_desk(cast: Cast, boss: Actor) -> Iterator[Race]:
    letter = everything.LETTER.replace(b"<1@x>", b"<2@x>")
    mailbox = access.system(capabilities.MAIL)
    before = InboundMail.objects.count()
    yield Race(
        "a mail is taken in once",
        at_once(lambda: channels.take_in_mail(actor=mailbox, arrival=channels.Arrival(letter))),
        CROWD,
        lambda _won: InboundMail.objects.count() == before + 1,
    )
    call = the(Call)
    opened = Case.objects.count()
    intake = cases.Intake(type="complaint", title="来电", channel="phone", customer=cast.customers["A101"])
    yield Race(
        "a call becomes one case",
        with_row(call, lambda mine: channels.open_case_for_call(actor=boss, call=mine, intake=intake)),
        check=lambda _won: Case.objects.count() == opened + 1,
    )
    yield Race(
        "a call ends once", with_row(fresh(call), lambda mine: channels.finish_call(actor=boss, call=mine))
    )
    yield Race(
        "a message passed on is dealt with once",
        with_row(the(Relay), lambda mine: channels.handle_relay(actor=boss, relay=mine, note="已回电")),
    )
    yield Race(
        "an entry of the work log ends once",
        with_row(the(WorkEntry), lambda mine: channels.close_work(actor=boss, entry=mine, result="已答复")),
    )
    yield Race(
        "a line's code is given once",
        at_once(
            lambda: channels.open_line(actor=boss, unit=cast.centre, kind="phone", code="hot", name="热线")
        ),
    )


def of_visits(cast: Cast, boss: Actor) -> Iterator[Race]:
    callback = the(Callback)
    yield Race(
        "one try of a callback",
        with_row(callback, lambda mine: visits.attempt(actor=boss, callback=mine, outcome="no_answer")),
    )
    answers = {"solved": "yes", "overall": "5"}
    yield Race(
        "a callback has one result",
        with_row(fresh(callback), lambda mine: visits.finish(actor=boss, callback=mine, answers=answers)),
    )
    opinion = the(Opinion)
    yield Race(
        "an opinion is passed on once",
        with_row(opinion, lambda mine: visits.transfer(actor=boss, opinion=mine, unit=cast.centre)),
    )
    home = the(SampledHome, stage="planned")
    yield Race(
        "a home is visited once",
        with_row(home, lambda mine: visits.visit(actor=boss, home=mine, means="door", satisfaction=5)),
    )


def until_it_works(act: Any) -> Any:
    """As somebody who is told that another was faster and presses again."""
    from zhize.kernel.db import Outrun

    while True:
        try:
            return act()
        except Outrun:
            continue


def test_what_is_signed_set_up_or_issued_happens_once(crowd: Crowd, stage: tuple[Cast, User]) -> None:
    cast, user = stage
    boss = access.for_user(user, channel="web")
    faults: list[str] = []
    for group in (
        of_handing_over(cast, boss),
        of_drafts(cast, boss),
        of_people(cast, boss),
        of_papers(cast, boss, user),
    ):
        faults += faults_of(crowd, group)
    assert not faults, "\n".join(faults)


def test_what_is_merged_taken_in_or_ended_happens_once(crowd: Crowd, stage: tuple[Cast, User]) -> None:
    cast, user = stage
    boss = access.for_user(user, channel="web")
    faults: list[str] = []
    for group in (
        of_customers(cast, boss),
        of_cases(cast, boss),
        of_the_desk(cast, boss),
        of_visits(cast, boss),
    ):
        faults += faults_of(crowd, group)
    assert not faults, "\n".join(faults)
