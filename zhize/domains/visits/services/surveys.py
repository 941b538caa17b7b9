"""Survey links: the customer answers the questionnaire himself."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from django.utils.translation import gettext_lazy as _

from zhize.domains.channels import services as channels
from zhize.domains.channels.kinds import OutKind
from zhize.domains.channels.models import OutboundMail
from zhize.domains.visits import capabilities as caps
from zhize.domains.visits.models import Callback, SurveyLink
from zhize.domains.visits.services import calling
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, NotFound, atomic, guarded_update
from zhize.kernel.forms import FormSpec
from zhize.lib import clock

VALID = timedelta(days=14)


class AlreadyAnswered(DomainError):
    """The survey was answered, or somebody called meanwhile."""

    code = "survey.answered"
    message = _("这份问卷已经填写过了，谢谢您。")


@atomic
def send_link(*, actor: Actor, callback: Callback) -> str:
    """Make a link to the questionnaire for the customer and return its token; an earlier one stops working."""
    access.require(actor, caps.SURVEY, callback)
    if not callback.is_open or callback.spec is None or not callback.spec.public:
        raise Invalid({"": _("这次回访没有可以让客户自己填写的问卷。")})
    token = secrets.token_urlsafe(24)
    now = clock.now()
    SurveyLink.objects.update_or_create(
        callback=callback,
        defaults={"digest": _digest(token), "made_at": now, "expires_at": now + VALID, "answered_at": None},
    )
    history.record(actor=actor, verb="callback.link_sent", subject=callback, also=[callback.case])
    return token


@atomic
def mail_link(*, actor: Actor, callback: Callback) -> OutboundMail:
    """Send the customer a link to the questionnaire. Invalid when there is no questionnaire or no address for him."""
    token = send_link(actor=actor, callback=callback)
    return channels.mail_customer(
        actor=actor,
        case=callback.case,
        kind=OutKind.SURVEY,
        template="visits.survey",
        page="portal:survey",
        code=token,
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def survey_of(token: str) -> Callback:
    """The callback behind a customer's link. Raises NotFound for an unknown or expired one, AlreadyAnswered."""
    link = (
        SurveyLink.objects.select_related("callback__case__customer", "callback__unit")
        .filter(digest=_digest(token))
        .first()
    )
    if link is None or link.expires_at < clock.now():
        raise NotFound
    if link.answered_at is not None or not link.callback.is_open:
        raise AlreadyAnswered
    return link.callback


def questions(callback: Callback) -> FormSpec:
    """What the customer is asked: the public fields of the questionnaire."""
    spec = callback.spec
    return cast(
        "FormSpec",
        spec.form.model_copy(update={"fields": tuple(f for f in spec.form.fields if f.code in spec.public)}),
    )


@atomic
def answer_survey(*, actor: Actor, token: str, answers: Mapping[str, Any], remark: str = "") -> Callback:
    """The customer's own answers: they count as the callback, a dissatisfied one reopens the case all the same.

    `actor` is the stranger at the door; the token says whose answers these are. Raises NotFound, AlreadyAnswered,
    Invalid per question.
    """
    callback = survey_of(token)
    spec = callback.spec
    given = {name: value for name, value in answers.items() if name in spec.public}
    label = callback.case.who or str(_("客户"))
    customer = replace(actor, kind="customer", label=label, customer_id=callback.customer_id).vouched(
        caps.MAKE
    )
    follow_up = str(_("客户在问卷中反映的问题")) if spec.problem and given.get(spec.problem) else ""
    guarded_update(
        SurveyLink.objects.get(callback=callback), expect={"answered_at": None}, answered_at=clock.now()
    )
    guarded_update(callback, by_customer=True)
    calling.finish(
        actor=customer,
        callback=callback,
        answers=given,
        follow_up=follow_up,
        remark=remark,
        form=questions(callback),
    )
    return callback
