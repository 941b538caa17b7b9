"""Who stands at the door, and how often somebody may knock.

A page here is open to everybody. What may be done follows from the address alone: the form is offered by the department,
and a code or token proves whose matter it is. So the actor is a customer, allowed exactly what that page is for.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.accounts import clients
from zhize.kernel.accounts.buckets import Limit
from zhize.kernel.db import DomainError
from zhize.kernel.forms import filefield

CHANNEL = "portal"
# Per network: a whole building may share one address.
SUBMISSIONS = Limit(10, 3600)
MESSAGES = Limit(30, 3600)
UPLOADS = Limit(60, 3600)
WRONG_CODES = Limit(20, 600)


class TooOften(DomainError):
    """The same network sent too much in a short time."""

    code = "portal.too_often"
    message = _("提交得太频繁，请过一会儿再试，或直接致电服务中心。")
    status = 429


def stranger(request: HttpRequest, label: str = "") -> Actor:
    """Somebody without an account, called as he calls himself."""
    name = label.strip() or str(_("客户"))
    return access.customer(
        None, label=name[:120], channel=CHANNEL, request_id=getattr(request, "request_id", "")
    )


def complainant(request: HttpRequest, label: str = "") -> Actor:
    """A stranger with the department's form before him: may open this one matter and leave photos."""
    return stranger(request, label).vouched("case.open", "case.view")


def owner_of_code(request: HttpRequest, label: str = "") -> Actor:
    """Somebody with the code of a matter: may read what was said to the customer and write to the holder."""
    return stranger(request, label).vouched("case.view", "case.reply")


def knock(request: HttpRequest, limit: Limit, what: str) -> None:
    """Count one try of this network. Raises TooOften."""
    wait = limit.take(_key(request, what))
    if wait is not None:
        raise TooOften


def count(request: HttpRequest, limit: Limit, what: str) -> None:
    """Count one try without refusing it; `is_closed` refuses the next."""
    limit.take(_key(request, what))


def keeper(request: HttpRequest) -> filefield.Keep:
    """Stores what a stranger uploads, and no more than a person would."""
    keep = filefield.keeper(stranger(request))

    def counted(upload: Any) -> str:
        knock(request, UPLOADS, "upload")
        return keep(upload)

    return counted


def is_closed(request: HttpRequest, limit: Limit, what: str) -> timedelta | None:
    """How long this network has to wait; None when it need not. Counts nothing."""
    return limit.wait(_key(request, what))


def _key(request: HttpRequest, what: str) -> str:
    return f"portal:{what}:{clients.network(clients.address(request))}"


def private(response: HttpResponse) -> HttpResponse:
    """A page that belongs to who has its address: kept nowhere, found by no search engine, its address told to nobody."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    # Not "no-referrer": with it browsers send a form with the origin "null", which the CSRF check refuses.
    response["Referrer-Policy"] = "same-origin"
    return response
