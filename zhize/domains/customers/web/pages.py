"""The customer on one page, its history, and the customer resource in numbers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import catalogue, machine, registry
from zhize.domains.customers.models import Customer
from zhize.domains.customers.selectors import identity, record
from zhize.domains.customers.selectors import statistics as figures
from zhize.kernel import access
from zhize.kernel import forms as spec_forms
from zhize.ui import paging, words

HISTORY_PAGE = 50


@ui.page(capability=caps.VIEW, methods=("GET",))
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one customer. Numbers are masked here as everywhere; each whole one is asked for."""
    customer = access.fetch(request.actor, Customer, pk)
    if customer.state == machine.MERGED:
        return ui.redirect(request, reverse("customers:detail", args=[identity.survivor(customer).pk]))
    page = record.page(request.actor, customer)
    tab = request.GET.get("tab", "")
    tab = tab if tab in {"matters", "service", "needs", "history"} else "overview"
    kind = _kind(customer)
    values = {
        "title": customer.name,
        "crumbs": [(_("客户档案"), reverse("customers:list")), (customer.name, None)],
        "customer": customer,
        "page": page,
        "full": access.allowed(request.actor, caps.VIEW_FULL, customer),
        "tab": tab,
        "tabs": _tabs(customer, page, tab),
        "kind": kind,
        "grade": _grade(customer),
        "answers": _answers(kind, customer),
        "may": _rights(request, customer),
        "doings": registry.doings(actor=request.actor, customer=customer),
        "closed": customer.state == machine.CLOSED,
        "needs": _levels(page.needs),
    }
    return ui.render(request, "customers/detail.html", values)


def _kind(customer: Customer) -> Any:
    found = [one for one in catalogue.kinds() if one.code == customer.kind_code]
    return found[0] if found else None


def _grade(customer: Customer) -> Any:
    found = [one for one in catalogue.grades() if one.code == customer.grade_code]
    return found[0] if found else None


def _answers(kind: Any, customer: Customer) -> list[tuple[Any, Any]]:
    if kind is None or kind.form is None:
        return []
    given = customer.answers.get("answers", {})
    return list(spec_forms.display(kind.form, given)) if given else []


def _tabs(customer: Customer, page: record.Page, current: str) -> list[dict[str, Any]]:
    url = reverse("customers:detail", args=[customer.pk])
    open_needs = [need for need in page.needs if need.category in {"new", "working"}]
    listed = [
        ("overview", _("概况"), 0),
        ("matters", _("重要事项"), len(page.matters)),
        ("service", _("服务档案"), len(page.assets)),
        ("needs", _("客户需求"), len(open_needs)),
        ("history", _("历史"), 0),
    ]
    return [
        {
            "label": label,
            "url": url if code == "overview" else f"{url}?tab={code}",
            "current": code == current,
            "count": n,
        }
        for code, label, n in listed
    ]


RIGHTS = {
    "edit": caps.EDIT,
    "record": caps.RECORD,
    "confirm": caps.CONFIRM,
    "unmask": caps.UNMASK,
    "grade": caps.GRADE,
    "watch": caps.WATCH,
    "arrears": caps.ARREARS,
    "close": caps.CLOSE,
    "merge": caps.MERGE,
    "premises": caps.PREMISES_EDIT,
}


def _rights(request: HttpRequest, customer: Customer) -> dict[str, bool]:
    """What the actor may do to this customer, who must be active for most of it."""
    active = customer.state == machine.ACTIVE
    rights = {
        name: (active or name == "close") and access.allowed(request.actor, capability, customer)
        for name, capability in RIGHTS.items()
    }
    personal = any(access.allowed(request.actor, code, customer) for code in (caps.COPY, caps.ERASE))
    return {**rights, "personal": personal or rights["edit"]}


def _levels(needs: Any) -> list[tuple[Any, list[Any]]]:
    """Needs with their parts below them, the open ones first."""
    ids = {need.pk for need in needs}
    below: dict[int, list[Any]] = {}
    for need in needs:
        if need.parent_id in ids:
            below.setdefault(need.parent_id, []).append(need)
    tops = [need for need in needs if need.parent_id not in ids]
    tops.sort(key=lambda need: need.category not in {"new", "working"})
    return [(need, below.get(need.pk, [])) for need in tops]


@ui.page(capability=caps.VIEW, methods=("GET",))
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Further entries of the customer's history, for the end of the list on the page."""
    customer = access.fetch(request.actor, Customer, pk)
    number = paging.whole(request.GET.get("page"), 1, 1, 1000)
    start = record.TIMELINE + (number - 1) * HISTORY_PAGE
    entries = list(record.timeline(customer)[start : start + HISTORY_PAGE + 1])
    values = {
        "customer": customer,
        "entries": entries[:HISTORY_PAGE],
        "following": number + 1 if len(entries) > HISTORY_PAGE else None,
    }
    return ui.fragment(request, "customers/parts/more_history.html", values)


@ui.page(capability=caps.STATISTICS, methods=("GET",))
def statistics(request: HttpRequest) -> HttpResponse:
    """The customer resource in numbers, every figure with its customers (CUS-14)."""
    found = figures.statistics(request.actor)
    values = {
        "title": _("客户统计"),
        "figures": found,
        "parts": [_part(one) for one in found.breakdowns],
        "trend": _trend(found.months),
        "months": [(month, _rows_of(month.query)) for month in found.months],
        "list_url": reverse("customers:list"),
    }
    return ui.render(request, "customers/statistics.html", values)


def _rows_of(query: dict[str, str]) -> str:
    return f"{reverse('customers:list')}?{urlencode(query)}"


def _part(one: figures.Breakdown) -> dict[str, Any]:
    shown = [part for part in one.slices if part.count or one.code in {"grade", "activity"}]
    rows: list[dict[str, Any]] = [
        {
            "label": words.in_language(part.label),
            "count": part.count,
            "share": part.count / one.total if one.total else 0,
            "url": _rows_of(part.query),
        }
        for part in shown
    ]
    if one.code in {"kind", "area"}:
        rows.sort(key=lambda row: -row["count"])
    return {
        "code": one.code,
        "label": one.label,
        "rows": rows,
        "overlapping": one.overlapping,
    }


def _trend(months: Any) -> dict[str, Any]:
    labels = [month.first.strftime("%Y-%m") for month in months]
    return {
        "legend": {"top": 0},
        "grid": {"top": 36},
        "xAxis": {"type": "category", "data": labels},
        "yAxis": [
            {"type": "value", "minInterval": 1},
            {"type": "value", "minInterval": 1, "splitLine": {"show": False}},
        ],
        "series": [
            {
                "type": "bar",
                "name": words.in_language(_("新增")),
                "barMaxWidth": 22,
                "data": [{"value": month.added, "url": _rows_of(month.query)} for month in months],
            },
            {
                "type": "line",
                "name": words.in_language(_("累计")),
                "yAxisIndex": 1,
                "data": [month.total for month in months],
            },
        ],
    }
