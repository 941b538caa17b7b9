"""Who asks: sessions and a token, made as the product makes them."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db.models import Count

from bench.stories import ENTRIES
from zhize.domains.cases.models import Case
from zhize.domains.customers.models import Phone
from zhize.domains.reports import capabilities as caps
from zhize.domains.reports import services as reports
from zhize.kernel import access
from zhize.kernel.accounts import capabilities, tokens
from zhize.kernel.accounts.models import User
from zhize.kernel.org.models import Person, Unit
from zhize.lib import clock

REPORT = "monthly_situation"


def world(count: int) -> dict[str, Any]:
    """Who asks in the department of so many cases, and about which rows."""
    holder, _new = User.objects.get_or_create(
        login="bench-holder", defaults={"person": Person.objects.get(employee_no="D00000")}
    )
    desk, manager = _holding("receptionist"), _holding("centre_manager")
    centre = manager.person.appointments.get().position.unit
    open_ones = Case.objects.filter(category="working", owner__employee_no__startswith="D").order_by("-pk")
    by_length = Case.objects.filter(pk__in=[row.pk for row in open_ones[:100]])
    long = by_length.annotate(said=Count("messages")).filter(said__gte=ENTRIES).order_by("pk")
    return {
        "count": count,
        "desk": _session(desk),
        "holder": _session(holder),
        "manager": _session(manager),
        "token": _token(desk),
        "manager_token": _token(manager),
        "waiting": [row.pk for row in open_ones[100:600]],
        "long": [row.number for row in long],
        "callers": list(
            Phone.objects.filter(customer__unit=centre, primary=True)
            .order_by("pk")
            .values_list("customer__name", "number")[count // 4 : count // 4 + 400]
        ),
        "report": _report(manager),
        "plain": {
            "centre": centre.pk,
            "long": long[0].pk,
            "holder": holder.person_id or 0,
            "count": count,
        },
    }


def _report(manager: User) -> int:
    """The draft of last month's report, which is computed anew whenever it is opened."""
    unit = Unit.objects.get(code=manager.person.appointments.get().position.unit.code)
    day = clock.today().replace(day=1) - timedelta(days=1)
    maker = User.objects.filter(person__appointments__position__grants__capability=caps.MAKE).earliest("pk")
    row = reports.open_draft(
        actor=access.for_person(maker.person, channel="api"), code=REPORT, unit=unit, day=day
    )
    return int(row.pk)


def _token(user: User) -> str:
    return tokens.issue(actor=access.system(capabilities.CLI), user=user, name="bench").secret


def _holding(position: str) -> User:
    found = User.objects.filter(person__appointments__position__code=position).order_by("pk").first()
    assert found is not None  # the stage appoints one
    return found


def _session(user: User) -> str:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)
