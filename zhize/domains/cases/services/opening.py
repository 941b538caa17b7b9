"""Taking a matter in 受理: one function behind every channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases import registry
from zhize.domains.cases.kinds import Channel, LinkKind, Nature, Outcome, Severity
from zhize.domains.cases.models import Case, CaseLink
from zhize.domains.cases.selectors import types
from zhize.domains.cases.services import alarms, assigning, moving
from zhize.domains.cases.services.writing import write
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Asset, Customer, Premises
from zhize.kernel import access, flow, forms, history, numbering, packs
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Area, ExternalBody, Person, Unit
from zhize.lib import clock, phones

if TYPE_CHECKING:
    from zhize.domains.cases.pack import CaseTypeSpec


@dataclass(frozen=True)
class Intake:
    """What is known of a matter when it comes in. Only type, title and channel are always needed."""

    type: str
    title: str
    channel: str
    description: str = ""
    severity: str = ""
    subtype: str = ""
    unit: Unit | None = None
    customer: Customer | None = None
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    premises: Premises | None = None
    area: Area | None = None
    asset: Asset | None = None
    body: ExternalBody | None = None
    object_code: str = ""
    language: str = "zh-hans"
    answers: Mapping[str, Any] = field(default_factory=dict)
    tags: Iterable[str] = ()
    external_ref: str = ""
    consent: bool | None = None
    accepted_at: datetime | None = None


@atomic
def open_case(*, actor: Actor, intake: Intake, owner: Person | None = None, solution: str = "") -> Case:
    """Take a matter in: number, clock, dispatch by the type's rules; or solved on the spot with `solution` (CAS-04).

    `accepted_at` (UTC) is when the contact came in, now by default. A channel that the type wants verified
    leaves the case unverified and undispatched (CHN-05). Raises Invalid (naming the field), Refused.
    """
    spec = _spec(intake)
    admitted = registry.admit(actor, intake)
    unit = _unit(intake, actor)
    if spec.alarm is not None:
        unit = alarms.ground(unit, spec.alarm)
    answers, version = _answers(spec, intake)
    unverified = intake.channel in spec.verify_channels and spec.unverified is not None
    state = spec.machine().state(spec.unverified) if unverified else spec.machine().start
    case = _new(
        actor,
        intake,
        spec,
        unit,
        answers=answers,
        answers_version=version,
        state=state.code,
        category=str(state.category),
    )
    case.repeat_of = _earlier(case, spec.repeat_days)
    case.save()
    access.require(actor, "case.open", case)
    channel_label = {"zh": history.both(Channel(case.channel).label).zh, "en": case.channel}
    history.record(
        actor=actor,
        verb="case.opened",
        subject=case,
        data={"channel_label": channel_label, **fact_data(case)},
        also=[row for row in (case.customer, case.premises) if row is not None],
    )
    for follow in admitted:
        follow(case)
    if case.repeat_of is not None:
        _mark_repeat(actor, case, case.repeat_of)
    if solution:
        moving.solve_on_contact(actor=actor, case=case, solution=solution)
    elif not unverified:
        assigning.dispatch(actor=actor, case=case, to=owner)
    if not unverified and not case.is_ended:
        alarms.alert(actor=actor, case=case, found_at=intake.accepted_at)
    return case


@atomic
def report_fire(*, actor: Actor, place: str, title: str, found_at: datetime | None = None) -> Case:
    """Open a fire case and raise its alarm in one act: anybody may, from anywhere (CHN-21)."""
    spec = next((item for item in types.case_types() if item.nature == Nature.FIRE), None)
    if spec is None:
        raise Invalid({"": _("没有火情这一类型。")})
    if not place.strip():
        raise Invalid({"place": _("请写明地点。")})
    intake = Intake(
        type=spec.code, title=title, description=place, channel=Channel.STAFF, accepted_at=found_at
    )
    return open_case(actor=actor, intake=intake)


def _new(actor: Actor, intake: Intake, spec: CaseTypeSpec, unit: Unit, **columns: Any) -> Case:
    """The row as it is taken in, not yet saved."""
    now = clock.now()
    accepted = intake.accepted_at or now
    area = intake.area or (intake.premises.area if intake.premises else None)
    return Case(
        number=numbering.next_number("case", at=accepted, unit=unit, prefix=spec.prefix),
        release_id=packs.release_of("case_types", spec.code),
        type_code=spec.code,
        nature=spec.nature,
        subtype=intake.subtype,
        title=intake.title.strip(),
        description=intake.description.strip(),
        severity=intake.severity or spec.severity,
        channel=intake.channel,
        language=intake.language,
        customer=intake.customer,
        contact_name=intake.contact_name,
        contact_phone=phones.normalise(intake.contact_phone) or "",
        contact_email=intake.contact_email,
        premises=intake.premises,
        asset=intake.asset,
        body=intake.body,
        object_code=intake.object_code,
        unit=unit,
        area=area,
        created_by_id=actor.person_id,
        accepted_at=accepted,
        last_activity_at=now,
        tags=list(intake.tags),
        external_ref=intake.external_ref,
        consent=intake.consent,
        **columns,
    )


def fact_data(case: Case) -> dict[str, Any]:
    """What listeners by name (duties, webhooks) may know of a case from its entries."""
    return {
        "number": case.number,
        "type": case.type_code,
        "nature": case.nature,
        "severity": case.severity,
        "channel": case.channel,
    }


def _spec(intake: Intake) -> Any:
    errors: dict[str, Any] = {}
    spec = packs.find("case_types", intake.type)
    if spec is None:
        allowed = "、".join(item.code for item in types.case_types())
        raise Invalid({"type": _("没有这种类型。可用：%(allowed)s") % {"allowed": allowed}})
    if not intake.title.strip():
        errors["title"] = _("请写明事由。")
    elif len(intake.title.strip()) > 120:
        errors["title"] = _("事由最多 120 个字，详细情况写在内容里。")
    if intake.channel not in spec.channels:
        errors["channel"] = _("这种类型不从这个渠道受理。可用：%(allowed)s") % {
            "allowed": "、".join(spec.channels)
        }
    if intake.severity and intake.severity not in spec.severities:
        errors["severity"] = _("紧急程度可用：%(allowed)s") % {"allowed": "、".join(spec.severities)}
    if (intake.severity or spec.severity) == Severity.MAJOR and spec.major is None and spec.alarm is None:
        errors["severity"] = _("这种类型没有“重大”一级。")
    if intake.subtype and intake.subtype not in spec.subtype_codes():
        errors["subtype"] = _("没有这个分类。")
    if intake.object_code and spec.objects and intake.object_code not in {item.code for item in spec.objects}:
        errors["object"] = _("没有这个对象。")
    same_ref = Case.objects.filter(channel=intake.channel, external_ref=intake.external_ref)
    if intake.external_ref and same_ref.exists():
        errors["external_ref"] = _("这个外部编号已经受理过。")
    if intake.contact_phone.strip():
        errors |= customers.phone_errors(intake.contact_phone, "contact_phone")
    if spec.consent_to_transfer and intake.consent is None:
        errors["consent"] = _("请先征求客户是否同意转为工单。")
    if errors:
        raise Invalid(errors)
    return spec


def _unit(intake: Intake, actor: Actor) -> Unit:
    """The handling unit: named, or that of the premises, the area, the customer, or where the actor works."""
    for row in (intake.premises, intake.area, intake.customer):
        if intake.unit is None and row is not None:
            return org.unit_with_id(row.unit_id)
    unit = intake.unit or access.unit_of(actor)
    if unit is None:
        raise Invalid({"unit": _("请选择受理部门。")})
    return unit


def _answers(spec: Any, intake: Intake) -> tuple[dict[str, Any], str]:
    if spec.form is None:
        if intake.answers:
            raise Invalid({"answers": _("这种类型没有附加内容。")})
        return {}, ""
    form = packs.live("forms", spec.form)
    return forms.clean(form, intake.answers, state="new"), form.version


def _earlier(case: Case, days: int) -> Case | None:
    """The latest case of the same customer (or phone) and class within `days`: this one repeats it (CAS-45).

    What nobody classified is of no class, and repeats nothing: another matter of the same customer is no repeat.
    """
    if not case.subtype or (case.customer is None and not case.contact_phone):
        return None
    same = {"customer": case.customer} if case.customer is not None else {"contact_phone": case.contact_phone}
    rows = Case.objects.filter(
        **same,
        type_code=case.type_code,
        subtype=case.subtype,
        unit=case.unit,
        accepted_at__gte=case.accepted_at - timedelta(days=days),
        accepted_at__lte=case.accepted_at,
    )
    return rows.exclude(category=flow.Category.VOID).order_by("-accepted_at", "-pk").first()


def _mark_repeat(actor: Actor, case: Case, earlier: Case) -> None:
    CaseLink.objects.create(case=case, other=earlier, kind=LinkKind.REPEAT, made_at=clock.now())
    history.record(
        actor=actor, verb="case.repeat_found", subject=case, data={"other": earlier.number}, also=[earlier]
    )


@atomic
def verify(*, actor: Actor, case: Case, note: str = "", owner: Person | None = None, **changes: Any) -> Case:
    """Verify and tidy a self-filled matter, then dispatch it (CHN-05). Raises NotNow when it is not unverified."""
    if changes:
        edit(actor=actor, case=case, capability="case.verify", **changes)
    flow.perform(
        case,
        "verify",
        actor=actor,
        note=note,
        changes={"verified_at": clock.now()},
        recorded_as="case.verified",
    )
    assigning.dispatch(actor=actor, case=case, to=owner)
    alarms.alert(actor=actor, case=case)
    return case


EDITABLE = (
    "title", "description", "subtype", "severity", "customer", "contact_name", "contact_phone", "contact_email",
    "premises", "area", "tags", "cause", "responsible_unit", "object_code",
)  # fmt: skip


@atomic
def edit(*, actor: Actor, case: Case, capability: str = "case.edit", note: str = "", **changes: Any) -> Case:
    """Change what is written on an open case; before and after stand in its history. Raises Invalid."""
    access.require(actor, capability, case)
    if case.is_ended:
        raise Invalid({"": _("工单已经结束，不能再修改。")})
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise Invalid({name: _("这一项不能修改。") for name in unknown})
    spec = case.spec
    if changes.get("subtype") and changes["subtype"] not in spec.subtype_codes():
        raise Invalid({"subtype": _("没有这个分类。")})
    if changes.get("severity") and changes["severity"] not in spec.severities:
        raise Invalid({"severity": _("没有这个紧急程度。")})
    if changes.get("severity") == Severity.MAJOR and not case.is_major and case.severity != Severity.MAJOR:
        raise Invalid({"severity": _("请用“登记为重大”，相关岗位会立即得到通知。")})
    if changes.get("cause") and changes["cause"] not in spec.cause_codes():
        raise Invalid({"cause": _("没有这个原因分类。")})
    if changes.get("contact_phone") and changes["contact_phone"] != case.contact_phone:
        changes["contact_phone"] = customers.parsed_phone(changes["contact_phone"], "contact_phone").number
    if "title" in changes and not str(changes["title"]).strip():
        raise Invalid({"title": _("请写明事由。")})
    premises = changes.get("premises")
    if premises is not None and "area" not in changes:
        changes["area"] = premises.area
    with history.change(case, actor=actor, verb="case.edited", note=note, data=fact_data(case)):
        write(case, **changes)
    return case


def outcome_label(code: str) -> dict[str, str]:
    """The outcome in both languages, for a history sentence."""
    return {"zh": history.both(Outcome(code).label).zh if code else "—", "en": code or "—"}
