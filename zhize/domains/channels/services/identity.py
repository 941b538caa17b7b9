"""Who is speaking: checked before business is taken in from afar (CHN-11)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from django.contrib.auth.hashers import check_password, make_password
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.kinds import Evidence
from zhize.domains.channels.models import Call, IdentityCheck, ServicePassword
from zhize.domains.channels.selectors import identity as reading
from zhize.domains.channels.selectors.identity import NotChecked, NotFromAfar
from zhize.domains.customers.models import Customer
from zhize.domains.customers.selectors import identity as customers
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, atomic, guarded_update
from zhize.lib import clock
from zhize.lib.digits import tidy_name
from zhize.lib.text import to_simplified

# So many failed checks of a customer within an hour end it for that hour.
FAILURES = 5
# At least so many facts must agree, and none may differ.
AGREEING = 2

__all__ = [
    "NotChecked",
    "NotFromAfar",
    "TooManyFailures",
    "accept_business",
    "check_identity",
    "set_password",
    "tell_why_not",
]


class TooManyFailures(DomainError):
    """Somebody keeps guessing."""

    code = "identity.too_many_failures"
    message = _("核实失败次数过多，请一小时后再试，或请客户到柜台办理。")
    status = 429


@atomic
def set_password(*, actor: Actor, customer: Customer, password: str) -> ServicePassword:
    """Set the six or more digits (or letters) by which the customer proves who he is on the phone."""
    access.require(actor, caps.IDENTITY_SET)
    access.require(actor, "customer.view", customer)
    if len(password.strip()) < 6:
        raise Invalid({"password": [_("服务密码至少 6 位。")]})
    row = ServicePassword.objects.filter(customer=customer).first() or ServicePassword(customer=customer)
    row.hash = make_password(password.strip())
    row.set_at = clock.now()
    row.save()
    history.record(actor=actor, verb="identity.password_set", subject=customer, marks=[row])
    return row


@atomic
def check_identity(
    *,
    actor: Actor,
    customer: Customer,
    password: str = "",
    claims: Mapping[str, str] | None = None,
    call: Call | None = None,
) -> IdentityCheck:
    """Compare what the caller says with the archive: the service password, or at least two facts, none of them wrong.

    `claims` maps Evidence (name, phone, premises, id_tail) to what was said. Only what was compared is kept, not
    what was said. The outcome is a row either way. Raises TooManyFailures, Invalid (nothing to compare).
    """
    access.require(actor, caps.IDENTITY_CHECK)
    access.require(actor, "customer.view", customer)
    said = {key: value.strip() for key, value in (claims or {}).items() if value.strip()}
    if not password.strip() and not said:
        raise Invalid({"claims": [_("请填写服务密码或要核对的资料。")]})
    if unknown := set(said) - COMPARABLE:
        raise Invalid({name: [_("这一项不能核对。")] for name in unknown})
    now = clock.now()
    failed = IdentityCheck.objects.filter(customer=customer, passed=False, at__gt=now - timedelta(hours=1))
    if failed.count() >= FAILURES:
        raise TooManyFailures
    by_password = bool(password.strip())
    if by_password:
        kept = ServicePassword.objects.filter(customer=customer).first()
        passed = kept is not None and check_password(password.strip(), kept.hash)
        evidence = [Evidence.PASSWORD.value]
    else:
        passed = len(said) >= AGREEING and all(_agrees(customer, key, value) for key, value in said.items())
        evidence = sorted(said)
    check = IdentityCheck(
        unit=customer.unit,
        customer=customer,
        call=call,
        by_password=by_password,
        evidence=evidence,
        passed=passed,
        at=now,
        person_id=actor.person_id,
    )
    check.save()
    labels = "、".join(str(Evidence(code).label) for code in evidence)
    history.record(
        actor=actor,
        verb="identity.passed" if passed else "identity.failed",
        subject=customer,
        data={"evidence": {"zh": labels, "en": ", ".join(evidence)}},
        marks=[check],
    )
    return check


COMPARABLE = frozenset({Evidence.NAME, Evidence.PHONE, Evidence.PREMISES, Evidence.ID_TAIL})


def _agrees(customer: Customer, key: str, said: str) -> bool:
    if key == Evidence.NAME:
        return to_simplified(tidy_name(said)).casefold() == to_simplified(customer.name).casefold()
    if key == Evidence.PHONE:
        digits = set(customers.dialled_forms(said))
        return bool(digits) and customer.phones.filter(digits__in=digits).exists()
    if key == Evidence.ID_TAIL:
        tail = said.strip().upper()
        return len(tail) == 4 and bool(customer.id_number_masked) and customer.id_number_masked.endswith(tail)
    wanted = _bare(said)
    places = customers.current_places([customer.pk])
    # Whole parts from the end: who lives in 3-2-301 may say 2-301, but a mere 1 is no address.
    return bool(wanted) and any(f"-{_bare(str(row.premises))}".endswith(f"-{wanted}") for row in places)


def _bare(text: str) -> str:
    """An address without its separators and level words: 3栋2单元301 and 3-2-301 agree."""
    simple = to_simplified(tidy_name(text))
    return "-".join(part for part in _LEVELS.sub("-", simple).split("-") if part)


_LEVELS = re.compile(r"[栋幢座楼单元门室号房\s/_.,，、-]+")


@atomic
def accept_business(
    *,
    actor: Actor,
    intake: cases.Intake,
    check: IdentityCheck | None = None,
    needs_papers: bool = False,
    involves_cash: bool = False,
    solution: str = "",
) -> Case:
    """Take business in, from afar only with a passed, fresh, unused check and without papers, cash or arrears.

    Raises NotChecked, NotFromAfar, or Invalid when the customer is in arrears: he is told why
    (`tell_why_not`), since accepting is not possible then.
    """
    answer = reading.acceptance(
        intake=intake, check=check, needs_papers=needs_papers, involves_cash=involves_cash
    )
    if not answer.enabled:
        raise answer.refusal or NotChecked
    case = cases.open_case(actor=actor, intake=intake, solution=solution)
    if check is not None:
        check.refresh_from_db()
    return case


def admit(actor: Actor, intake: cases.Intake) -> Callable[[Case], None] | None:
    """Whether staff may take the matter in now, by whatever door; the check that allowed it is used up by the case.

    What customers and machines hand in by themselves is verified by the leader instead (CHN-05).
    """
    if actor.person_id is None or not reading.is_checked(intake):
        return None
    check = reading.latest(intake.customer)
    answer = reading.acceptance(intake=intake, check=check)
    if not answer.enabled:
        raise answer.refusal or NotChecked
    return partial(_use, actor, check) if answer.check_used and check is not None else None


def _use(actor: Actor, check: IdentityCheck, case: Case) -> None:
    guarded_update(check, expect={"case": None}, case=case)
    history.record(
        actor=actor,
        verb="identity.passed",
        subject=case,
        data={"evidence": {"zh": "已核实", "en": "checked"}},
        marks=[check],
    )


@atomic
def tell_why_not(
    *,
    actor: Actor,
    customer: Customer,
    reason: str,
    check: IdentityCheck | None = None,
    call: Call | None = None,
) -> None:
    """Record the reason that the customer was given when his business could not be accepted (arrears, no check)."""
    access.require(actor, caps.IDENTITY_CHECK)
    access.require(actor, "customer.view", customer)
    if not reason.strip():
        raise Invalid({"reason": [_("请写明告知客户的原因。")]})
    marks = []
    if check is not None:
        guarded_update(check, told=reason.strip())
        marks.append(check)
    history.record(
        actor=actor,
        verb="identity.told",
        subject=customer,
        note=reason,
        also=[call] if call is not None else [],
        marks=marks,
    )
