"""One row of everything on the stage of `tests.kit.cast`, so that every page has something to show.

Made through the services, as the department would have made it, by somebody who may do everything.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.kit.cast import Cast
from zhize.desk.drafting import services as drafting
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.domains.channels import capabilities
from zhize.domains.channels import services as channels
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import HouseholdMember
from zhize.domains.customers.services.watching import MeasureInput
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.meetings import services as meetings
from zhize.domains.organisation import services as organisation
from zhize.domains.reports import services as reports
from zhize.domains.shifts import services as shifts
from zhize.domains.visits import services as visits
from zhize.domains.visits.models import Callback
from zhize.kernel import access, notices, packs
from zhize.kernel.access import Actor
from zhize.kernel.access.models import Grant
from zhize.kernel.accounts import capabilities as account_caps
from zhize.kernel.accounts import tokens
from zhize.kernel.accounts.models import User
from zhize.kernel.documents import imports
from zhize.kernel.history.models import Entry
from zhize.kernel.notices.models import DeadAddress, Delivery
from zhize.kernel.org.models import Appointment, Person, Position
from zhize.lib import clock
from zhize.rest import services as webhooks
from zhize.rest.models import WebhookDelivery, WebhookEndpoint
from zhize.ui.models import SavedView

LETTER = (
    b"From: a@customer.example\nTo: kefu@wy.example\nSubject: lift\nMessage-ID: <1@x>\n\nThe lift is noisy.\n"
)
OWNERS = "小区,楼栋,单元,房号,业主,电话\n碧水园,9,1,901,张建国,13812342277\n".encode()

SHEET = "岗位名称：绿化员\n1、每日巡查绿地。\n2、每月5日前上报养护记录。\n"

# The row behind each key of the API; the other parts of a path are words.
API_ROWS = {
    "callback_id": "visits.Callback",
    "call_id": "channels.Call",
    "case_id": "cases.Case",
    "customer_id": "customers.Customer",
    "decision_id": "meetings.Decision",
    "delivery_id": "rest.WebhookDelivery",
    "duty_id": "duties.Duty",
    "endpoint_id": "rest.WebhookEndpoint",
    "home_id": "visits.SampledHome",
    "leave_id": "shifts.Leave",
    "line_id": "channels.Line",
    "log_id": "shifts.ShiftLog",
    "mail_id": "channels.InboundMail",
    "meeting_id": "meetings.Meeting",
    "obligation_id": "duties.Obligation",
    "occupancy_id": "customers.Occupancy",
    "opinion_id": "visits.Opinion",
    "person_id": "org.Person",
    "plan_id": "visits.SamplePlan",
    "premises_id": "customers.Premises",
    "proposal_id": "meetings.Proposal",
    "report_id": "reports.Report",
    "takeover_id": "shifts.Takeover",
    "talk_id": "meetings.Talk",
    "unit_id": "org.Unit",
}


def everybody(cast: Cast) -> User:
    """A login that holds every capability everywhere."""
    position = Position.objects.create(unit=cast.centre, code="everything", name="值班经理")
    Grant.objects.bulk_create(
        Grant(position=position, capability=each.code, scope="all") for each in access.all_capabilities()
    )
    person = Person.objects.create(name="梁宇", employee_no="Z01", email="liangyu@wy.example")
    Appointment.objects.create(person=person, position=position, from_on=date(2024, 1, 1))
    user = User(login="liangyu", person=person, email=person.email)
    user.set_unusable_password()
    user.save()
    return user


def furnish(cast: Cast, user: User) -> str:
    """Make the rows; returns the code by which a customer asks for the progress of the first case."""
    actor = access.for_user(user, channel="web")
    # A position that sees no case: its message is withheld, and nobody outside is called.
    blind = Position.objects.create(unit=cast.centre, code="blind", name="观察员")
    webhooks.create(
        actor=actor, name="BI", url="https://hooks.invalid/", facts=["case.opened"], position=blind
    )
    case = _cases(cast, actor)
    _customers(cast, actor)
    _desk(cast, actor, user)
    organisation.record_exchange(
        actor=actor,
        body=organisation.create_body(actor=actor, unit=cast.centre, name="街道办"),
        on=_today(),
        summary="例会",
    )
    _meetings(cast, actor)
    organisation.publish_document(actor=actor, unit=cast.centre, title="服务公约", text="微笑服务")
    duties.assign_task(actor=actor, unit=cast.centre, title="核对钥匙", holder=user.person, due_at=_soon())
    visits.record(
        actor=actor, topic=packs.listing("opinion_topics")[0].code, text="增加照明", unit=cast.centre
    )
    visits.draw(actor=actor, sample="court_visits", unit=cast.centre, holder=cast.people["chenjing"])
    _leave(cast)
    drafting.make(actor=actor, unit=cast.centre, text=SHEET)
    _handing_over(cast, actor)
    reports.open_draft(actor=actor, code="daily_stocktake", unit=cast.centre, day=_today())
    return channels.progress_code(case)


def _leave(cast: Cast) -> None:
    """Somebody asks for leave, with a colleague who would stand in."""
    days = {"from_on": _today() + timedelta(days=1), "to_on": _today() + timedelta(days=7)}
    shifts.ask(actor=cast.actor("limin"), kind="annual", reason="回老家", deputy=cast.people["sunli"], **days)


def _handing_over(cast: Cast, actor: Actor) -> None:
    """A shift log that is being written, and the list of somebody who changes the position."""
    shifts.logs.begin(actor=cast.actor("limin"), unit=cast.centre, name="早班")
    duties.assign_task(actor=actor, unit=cast.centre, title="归还钥匙", holder=cast.people["chenjing"])
    shifts.takeovers.make_list(
        actor=actor, giver=cast.people["chenjing"], position=cast.position("ambassador"), reason="调岗"
    )


def beside(cast: Cast, user: User) -> None:
    """Rows without a page of their own, that only forms and parts of pages name."""
    actor = access.for_user(user, channel="web")
    owner, case = cast.customers["A101"], Case.objects.order_by("pk").first()
    assert case is not None
    customers.add_email(actor=actor, customer=owner, address="owner.a@customer.example")
    contact = customers.add_contact(actor=actor, customer=owner, name="方大同", phone="13900001235")
    customers.grant_role(actor=actor, contact=contact, purpose="handover", may_sign=False)
    HouseholdMember.objects.create(household=cast.customers["B101"], member=owner)
    cases.transfer(actor=actor, case=case, unit=cast.centre, text="请物业部跟进")
    later = clock.now() + timedelta(hours=1)
    organisation.record_absence(
        actor=actor, person=cast.people["limin"], from_at=clock.now(), to_at=later, reason="银行"
    )
    tokens.issue(actor=access.system(account_caps.CLI), user=cast.people["limin"].user, name="BI")
    SavedView.objects.create(user=user, page="cases", name="我的", created_at=clock.now())
    endpoint = WebhookEndpoint.objects.get()
    fact = Entry.objects.filter(verb="case.opened").latest("pk")
    WebhookDelivery.objects.create(endpoint=endpoint, entry=fact, created_at=clock.now(), state="sent")
    notices.send(
        template="case.assigned", context={"number": "1", "title": "退信"}, actor=actor,
        addresses=["owner.a@customer.example"], subject=case,
    )  # fmt: skip
    Delivery.objects.filter(address="owner.a@customer.example").update(state="bounced", next_at=None)
    DeadAddress.objects.create(channel="email", address="owner.a@customer.example", since=clock.now())


def survey(user: User) -> str:
    """The token of a questionnaire for the customer of the last callback."""
    return visits.send_link(
        actor=access.for_user(user, channel="web"), callback=Callback.objects.latest("pk")
    )


def _today() -> date:
    return clock.today("Asia/Shanghai")


def _soon() -> datetime:
    return clock.now() + timedelta(hours=5)


def _complaint(cast: Cast, actor: Actor, room: str, title: str) -> Case:
    intake = cases.Intake(
        type="complaint", title=title, channel="phone", description="夜里更响，已经一周。",
        customer=cast.customers[room], premises=cast.rooms[room],
    )  # fmt: skip
    return cases.open_case(actor=actor, intake=intake)


def _cases(cast: Cast, actor: Actor) -> Case:
    case = _complaint(cast, actor, "A101", "电梯异响")
    cases.send_worksheet(actor=actor, case=case, unit=cast.centre, task="请到现场检查", due_at=_soon())
    cases.promise(actor=actor, case=case, text="周三前修好", due_at=_soon())
    cases.note(actor=actor, case=case, body="已联系维保单位")
    cases.make_major(actor=actor, case=case, reason="涉及人身安全")
    content = dict.fromkeys(("facts", "cause_class", "responsible_unit", "measures"), "导轮磨损")
    cases.write_paper(actor=actor, case=case, kind="investigation", content=content, receivers=[cast.centre])
    owed = Obligation.objects.filter(subject_type="cases.case", subject_id=case.pk).latest("pk")
    cases.note_delay(actor=actor, case=case, obligation=owed, since=clock.now())
    done = _complaint(cast, actor, "A201", "楼道灯不亮")
    cases.act(actor=actor, case=done, verb="answer", data={"solution": "已更换灯管"})
    cases.report_fire(actor=actor, place="A苑1栋", title="发现火情")
    return case


def _customers(cast: Cast, actor: Actor) -> None:
    owner = cast.customers["A101"]
    customers.add_contact(actor=actor, customer=owner, name="张小明", phone="13900001234")
    customers.record_asset(actor=actor, product="对讲机", customer=owner)
    customers.record_need(actor=actor, customer=owner, product="保洁", text="每周一次", amount=Decimal(200))
    customers.record_touch(actor=actor, customer=owner, channel="phone", summary="问候")
    customers.write_note(actor=actor, customer=owner, text="喜欢下午来电", pinned=True)
    customers.watch(
        actor=actor, customer=owner, reason="多次投诉", owner=cast.people["wangfang"],
        measures=[MeasureInput("每周致电", _today() + timedelta(days=7))],
        review_on=_today() + timedelta(days=30),
    )  # fmt: skip
    for name in ("王小红", "王晓红"):
        customers.create_customer(
            actor=actor, unit=cast.centre, kind="visitor", name=name, phone_numbers=["13700001111"]
        )
    visitor = customers.create_customer(
        actor=actor, unit=cast.centre, kind="visitor", name="过客", phone_numbers=["13900007777"]
    )
    customers.ask_erasure(actor=cast.actor("wangfang"), customer=visitor, reason="本人申请")
    customers.find_duplicates(actor=actor)
    customers.merge(actor=actor, winner=cast.customers["D101"], loser=cast.customers["D201"], reason="同一人")
    imports.upload(actor=actor, kind="customers.owners", content=OWNERS, name="业主.csv", unit=cast.centre)


def _meetings(cast: Cast, actor: Actor) -> None:
    held = meetings.call(
        actor=actor, unit=cast.centre, kind="service", title="服务例会", starts_at=clock.now() - timedelta(hours=2),
        chair=cast.people["wangfang"], people=[cast.people["limin"]],
    )  # fmt: skip
    meetings.decide(
        actor=actor,
        meeting=held,
        text="检查门禁",
        owner=cast.people["limin"],
        due_at=clock.now() + timedelta(days=3),
    )
    meetings.write(actor=actor, meeting=held, minutes="本周投诉三件。")
    told = meetings.record_talk(
        actor=actor, kind="arrangement", text="建议合并两张表", to=cast.people["limin"], measures="合并"
    )
    meetings.file_proposal(actor=cast.actor("wangfang"), kind="rule", title="合并两张表", text="省时间")
    meetings.read(actor=actor, talk=told)


def _desk(cast: Cast, actor: Actor, user: User) -> None:
    channels.register_call(actor=actor, number="13900001111", unit=cast.centre)
    channels.receive_visitor(actor=actor, name="张先生", purpose="payment", unit=cast.centre)
    channels.record_work(actor=actor, kind="call", content="询问停车费", who="李女士", unit=cast.centre)
    channels.relay_message(
        actor=cast.actor("limin"), receiver=user.person, from_name="赵先生", content="请回电"
    )
    channels.record_document(
        actor=actor, medium="email", direction="in", sender="街道办", subject="通知", unit=cast.centre
    )
    channels.open_line(
        actor=actor, unit=cast.centre, kind="email", code="kefu", name="客服邮箱", address="kefu@wy.example"
    )
    channels.take_in_mail(actor=access.system(capabilities.MAIL), arrival=channels.Arrival(LETTER))
