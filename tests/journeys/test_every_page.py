"""Every page of the product in a browser: no accessibility fault, nothing in the console, no scrolling sideways.

The list of pages comes from the resolver, and an address whose row is not on the stage fails: no page can be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.urls import get_resolver
from playwright.sync_api import Page

from tests.contracts.test_routes import address
from tests.kit import everything
from tests.kit.cast import build
from zhize.domains.duties.models import DutyClause
from zhize.domains.meetings.models import Decision
from zhize.kernel.accounts.models import User
from zhize.kernel.notices.models import Notice
from zhize.ui import routes

Visit = Callable[..., Page]
Look = Callable[..., list[str]]

DRESSES: dict[str, dict[str, Any]] = {
    "zh-wide-light": {"language": "zh-hans", "theme": "light", "width": 1280, "height": 800},
    "en-phone-dark": {"language": "en", "theme": "dark", "width": 390, "height": 844},
}
FRAME = (".side", ".top")
# The row that stands for the key in an address, by what comes before the key.
ROWS = {
    "admin/audit": "history.Entry",
    "admin/calendars": "calendars.Calendar",
    "admin/deliveries": "notices.Delivery",
    "admin/jobs": "jobs.Job",
    "admin/logins": "accounts.User",
    "admin/webhooks": "rest.WebhookEndpoint",
    "admin/webhooks/deliveries": "rest.WebhookDelivery",
    "areas": "org.Area",
    "areas/assignments": "org.AreaAssignment",
    "callbacks": "visits.Callback",
    "calls": "channels.Call",
    "cases": "cases.Case",
    "cases/id": "cases.Case",
    "channels": "channels.Line",
    "correspondence": "channels.Correspondence",
    "customers": "customers.Customer",
    "customers/assets": "customers.Asset",
    "customers/contacts": "customers.Contact",
    "customers/duplicates": "customers.DuplicateProposal",
    "customers/duplicates/merges": "customers.MergeRecord",
    "customers/erasures": "customers.ErasureRequest",
    "customers/import": "documents.ImportRun",
    "customers/needs": "customers.Need",
    "customers/occupancies": "customers.Occupancy",
    "customers/watch": "customers.WatchListEntry",
    "customers/watch/measures": "customers.WatchMeasure",
    "delays": "cases.DelayAudit",
    "mail": "channels.InboundMail",
    "duties": "duties.Duty",
    "drafts": "drafting.JobDraft",
    "drafts/lines": "drafting.DraftLine",
    "drafts/positions": "drafting.DraftPosition",
    "leave": "shifts.Leave",
    "mail/sent": "channels.OutboundMail",
    "handover": "shifts.ShiftLog",
    "identity": "customers.Customer",
    "meetings": "meetings.Meeting",
    "notices": "notices.Notice",
    "obligations": "duties.Obligation",
    "opinions": "visits.Opinion",
    "outside": "org.ExternalBody",
    "papers": "cases.Paper",
    "people": "org.Person",
    "people/appointments": "org.Appointment",
    "positions": "org.Position",
    "positions/clauses": "org.Clause",
    "premises": "customers.Premises",
    "proposals": "meetings.Proposal",
    "readings": "organisation.Reading",
    "relays": "channels.Relay",
    "reports": "reports.Report",
    "takeovers": "shifts.Takeover",
    "talks": "meetings.Talk",
    "units": "org.Unit",
    "visit-plans": "visits.SamplePlan",
    "visit-plans/homes": "visits.SampledHome",
    "visitors": "channels.Visitor",
    "work-register": "channels.WorkEntry",
    "worksheets": "cases.WorkSheet",
    "worksheets/id": "cases.WorkSheet",
}
# Addresses without a row of their own.
WORDS = {
    "readings": {"form": "xlsx"},
    "admin/calendars": {"day": "2026-11-25"},
    "admin/case-types": {"code": "complaint"},
    "admin/messages": {"code": "case.assigned"},
    "admin/settings": {"section": "deadlines", "code": "answer", "point": "rows.0.target.minutes"},
    "cases": {"verb": "answer"},
    "customers/needs": {"verb": "meet"},
    "papers": {"verb": "submit"},
    "reports": {"verb": "issue"},
    "ui/gallery/form": {"pk": 1},
    "ui/gallery/error": {"status": 409},
}
# Read by machines, or shown inside another page; the library's own way to a company's sign-in.
NO_PAGES = re.compile(
    r"^(healthz|readyz|metrics|rest:|files:|portal:file$|openid_connect)"
    r"|^ui:(bell|commands|palette|gallery-people)$"
    r"|options$|^(customers|duties):people$|^duties:(owed_duties|ics|feed_ics)$|template$|import_errors$|xlsx$|pdf$"
    r"|^(drafting:download|organisation:unsigned)$"
)
# Pages that refuse what is not possible on the stage, and say why.
REFUSED: dict[str, int] = {
    "ui:gallery-error": 409,
    # The leave on the stage is somebody else's.
    "shifts:withdraw": 403,
    "shifts:cancel": 403,
    "shifts:back": 403,
}


def pages() -> Iterator[routes.Route]:
    for route in routes.walk(get_resolver()):
        if not NO_PAGES.search(route.name) and route.access and "GET" in route.access.methods:
            yield route


def filled(route: routes.Route, known: dict[str, dict[str, Any]]) -> str:
    """The route's address, with keys of rows on the stage. LookupError when nothing is known to stand for a key."""
    before, _place, _after = route.pattern.partition("<")
    where = before.strip("/")
    values: dict[str, Any] = dict(WORDS.get(where, {}))
    if label := ROWS.get(where):
        row = apps.get_model(label)._base_manager.order_by("pk").first()
        if row is None:
            raise LookupError(f"{route.name}: no {label} on the stage")
        values |= {"pk": row.pk, "number": getattr(row, "number", ""), "case_id": row.pk}
    values |= known.get(where, {})
    missing = set(re.findall(r"<(?:\w+:)?(\w+)>", route.pattern)) - set(values)
    if missing:
        raise LookupError(f"{route.name}: say in ROWS or WORDS what stands for {missing}")
    return address(route, values)


@pytest.fixture
def user(transactional_db: Any, work: Callable[[], int]) -> tuple[User, dict[str, dict[str, Any]]]:
    """Somebody who may see everything, everything there is to see, and the words of addresses that are no keys."""
    cast = build()
    somebody = everything.everybody(cast)
    code = everything.furnish(cast, somebody)
    work()
    token = everything.survey(somebody)
    linked = DutyClause.objects.order_by("duty_id", "pk").first()
    assert linked is not None
    known = {
        "duties": {"pk": linked.duty_id, "clause": linked.clause_id},
        "meetings": {"decision": Decision.objects.latest("pk").pk},
        "visit-plans": {"stratum": "households"},
        "notices": {"pk": Notice.objects.filter(person=somebody.person).latest("pk").pk},
        "p": {"unit": cast.centre.code},
        "p/progress": {"code": code},
        "p/received": {"code": code},
        "p/survey": {"token": token},
    }
    return somebody, known


@pytest.mark.parametrize("dress", DRESSES)
def test_every_page_can_be_used_by_everybody(
    visit: Visit, axe: Look, user: tuple[User, dict[str, dict[str, Any]]], dress: str
) -> None:
    somebody, known = user
    looks = DRESSES[dress]
    User.objects.filter(pk=somebody.pk).update(language=looks["language"], theme=looks["theme"])
    options = {
        "viewport": {"width": looks["width"], "height": looks["height"]},
        "locale": "en-US" if looks["language"] == "en" else "zh-CN",
        "color_scheme": looks["theme"],
        "reduced_motion": "reduce",
    }
    inside, outside = (
        visit("/", User.objects.get(pk=somebody.pk), **options),
        visit("/p/progress/", **options),
    )
    faults = []
    framed = set()
    for route in pages():
        assert route.access is not None
        page = outside if route.access.public else inside
        try:
            answer = page.goto(re.sub(r"(://[^/]+)/.*", r"\1", page.url) + filled(route, known))
        except LookupError as nothing:
            faults.append(str(nothing))
            continue
        assert answer is not None
        if answer.status != REFUSED.get(route.name, 200):
            faults.append(f"{route.name}: answered {answer.status} at {answer.url}")
        if not page.locator("html[lang]").count():
            continue  # a part of a page, which is looked at where it stands
        # The frame is the same on every page: looked at once for each who.
        faults += [f"{route.name}: {fault}" for fault in axe(page, *(FRAME if page in framed else ()))]
        if page.locator(FRAME[0]).count():
            framed.add(page)
        wide = page.evaluate("document.scrollingElement.scrollWidth")
        if wide > looks["width"]:
            faults.append(f"{route.name}: {wide} px wide")
    assert not faults, "\n".join(faults)
