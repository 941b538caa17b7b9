"""The demonstration department: small here, with the same courses of making as the large one."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F, Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from zhize.desk.demo.services import making, present, stage, year
from zhize.domains.cases.models import Case
from zhize.domains.customers.models import Customer, Occupancy
from zhize.domains.duties import services as duties
from zhize.domains.duties.capabilities import SCHEDULE
from zhize.domains.duties.models import Obligation
from zhize.domains.reports import selectors as reports
from zhize.domains.reports.models import Report
from zhize.domains.visits.models import Callback
from zhize.kernel import access, history
from zhize.kernel.accounts.models import User
from zhize.kernel.calendars import selectors as calendars
from zhize.kernel.clocks import ledger, selectors
from zhize.kernel.clocks.models import Clock, ClockThreshold
from zhize.kernel.history import chain
from zhize.kernel.history.models import Entry, EntrySubject
from zhize.kernel.notices.models import Delivery
from zhize.kernel.org.models import Unit
from zhize.kernel.packs import loader
from zhize.lib import clock
from zhize.ui import nav

COURSES = {
    "complaint": {"quick": 5, "dissatisfied": 3, "late": 2},
    "consultation": {"answered_at_once": 5},
    "suggestion": {"adopted": 2},
}
CASES = 80


@pytest.fixture(scope="module")
def pack() -> loader.Pack:
    return loader.load(loader.find("property-community"))


@pytest.fixture
def made(db: None, pack: loader.Pack, monkeypatch: pytest.MonkeyPatch) -> int:
    """A demonstration with few courses and few cases."""
    monkeypatch.setattr(year, "SHARES", COURSES)
    monkeypatch.setattr(year, "TYPES", {"complaint": 6, "consultation": 3, "suggestion": 1})
    monkeypatch.setattr(year, "HOURS", {"quick": (9,)})
    monkeypatch.setattr(year, "LIVED_A_DAY", 2)
    monkeypatch.setattr(year, "STANDING", present.STANDING[:3])
    return making.make(pack=pack, cases=CASES)


def test_the_demonstration_keeps_every_invariant(made: int, pack: loader.Pack) -> None:
    # One test, because the demonstration takes seconds to make.
    connection.check_constraints()
    assert abs(made - CASES) < 25
    _people_sign_in(pack)
    _menus_lead_somewhere(pack)
    _cases_are_whole()
    _numbers_have_no_gaps()
    _copies_name_only_their_own_people()
    _clocks_say_what_their_ledgers_say()
    _what_recurs_has_weeks_behind_it()
    _history_holds()
    _nothing_is_signed_before_its_period_is_over()
    _the_year_has_its_holidays()
    _nothing_is_left_to_send()
    with pytest.raises(making.NotEmpty):
        making.make(pack=pack)


def _what_recurs_has_weeks_behind_it() -> None:
    """Coverage has a past to show: four weeks in which most was done, some late, some not at all."""
    past = Obligation.objects.filter(slot__isnull=False, due_at__lt=clock.now() - timedelta(days=2))
    assert past.earliest("due_at").due_at < clock.now() - timedelta(days=25)
    states = Counter(past.values_list("state", "late"))
    total, in_time = sum(states.values()), states["done", False] + states["submitted", False]
    assert total > 100
    assert 0.7 < in_time / total < 0.95, states
    assert states["missed", None] and states["excused", None] and states["done", True], states
    # What was due before a week-end or a holiday is open until the next working day has passed.
    settled = past.filter(due_at__lt=clock.now() - timedelta(days=12))
    assert not settled.filter(state="open").exclude(quota__gt=1).exists()
    actor = access.system(SCHEDULE)
    duties.schedule(actor=actor)
    assert duties.schedule(actor=actor) == 0


def _nothing_is_signed_before_its_period_is_over() -> None:
    """Each month and week by its own report, and none of the running one but where it is due within it."""
    issued = Report.objects.exclude(issued_at=None).select_related("unit")
    assert issued.filter(period="month").exists()
    for report in issued:
        span, day = reports.span_owed(report.obligation)
        assert (report.first_day, report.last_day) == (span.first, span.last)
        assert timezone.localdate(report.issued_at) >= day


def _people_sign_in(pack: loader.Pack) -> None:
    for login, _name, _position in stage.logins(pack):
        user = User.objects.get(login=login)
        assert user.check_password(stage.PASSWORD)
        assert access.for_user(user, channel="web").positions


def _menus_lead_somewhere(pack: loader.Pack) -> None:
    """What somebody finds in his menu he may open; a page is opened once for each reach of the right that it asks for."""
    asked = {reverse(item.url_name): item.capability for item in nav._ITEMS.values()}
    opened: set[Any] = set()
    wrong = []
    for login, _name, _position in stage.logins(pack):
        user = User.objects.get(login=login)
        actor = access.for_user(user, channel="web")
        browser = Client()
        browser.force_login(user)
        menu = re.findall(r'class="nav-entry" href="([^"]+)"', browser.get("/handed-over/").content.decode())
        assert len(menu) > 10, login
        for url in menu:
            right = asked[url]
            reach = {(one.scope, one.unit_id) for one in actor.scopes(right)} if right else set()
            if (url, frozenset(reach)) in opened:
                continue
            opened.add((url, frozenset(reach)))
            if (status := browser.get(url).status_code) != 200:
                wrong.append((login, url, status))
    assert not wrong


def _the_year_has_its_holidays() -> None:
    version = calendars.version_of(Unit.objects.get(code="ZX01"))
    assert version is not None
    assert clock.today("Asia/Shanghai").year in version.official_years


def _numbers_have_no_gaps() -> None:
    last: dict[str, list[int]] = {}
    for number in Case.objects.values_list("number", flat=True):
        day, _dash, count = number.rpartition("-")
        last.setdefault(day, []).append(int(count))
    assert {day: counts for day, counts in last.items() if max(counts) > len(counts)} == {}


def _cases_are_whole() -> None:
    closed = Case.objects.filter(category="closed")
    assert not closed.filter(closed_at__lt=F("accepted_at")).exists()
    assert not closed.filter(closed_at__isnull=True).exists()
    assert not closed.filter(Q(customer__isnull=True) | Q(premises__isnull=True)).exists()
    assert not Case.objects.filter(area__isnull=False).exclude(area=F("premises__area")).exists()
    # The holder of a complaint answers for the area of the home.
    for case in Case.objects.filter(
        nature="complaint", owner__isnull=False, unit__code="ZX01"
    ).select_related("area"):
        assert case.area is not None
        assert case.area.assignments.filter(person=case.owner).exists()
    again = closed.filter(reopen_count__gt=0)
    assert again.exists()
    assert all(Callback.objects.filter(case=case).count() >= 2 for case in again)
    assert not Obligation.objects.filter(
        subject_type="cases.case", subject_id__in=closed, ended_at__isnull=True
    ).exists()
    lived_at = Occupancy.objects.filter(customer=Case.objects.latest("pk").customer).values("premises")
    assert Case.objects.latest("pk").premises_id in {row["premises"] for row in lived_at}


def _copies_name_only_their_own_people() -> None:
    names = dict(Customer.objects.values_list("pk", "name"))
    others = re.compile(
        "|".join(
            re.escape(name) for name in sorted(set(names.values()), key=len, reverse=True) if len(name) > 2
        )
    )
    for case in Case.objects.filter(unit__code="ZX01").order_by("pk")[30:]:
        for entry in history.timeline(case):
            said = set(others.findall(entry.sentence()))
            assert said <= {case.customer.name if case.customer else ""}, f"{case.number}: {entry.sentence()}"
            assert entry.at >= case.accepted_at


def _clocks_say_what_their_ledgers_say() -> None:
    for row in Clock.objects.select_related("calendar_version__calendar", "unit"):
        book, calendar = selectors.ledger_of(row), selectors.calendar_of(row)
        assert ledger.due_at(book, calendar) == row.due_at, str(row)
    # What history says about a due time is what the clock has.
    for entry in Entry.objects.filter(verb="clock.started"):
        row = Clock.objects.get(pk=entry.data["clock"])
        said = entry.data["due_text"]["zh"]
        assert said == selectors.moment(row, row.due_at).zh or row.due_at is None or row.intervals.count() > 1
    wrong = Obligation.objects.filter(clock__isnull=False).exclude(due_at=F("clock__due_at"))
    assert not wrong.exclude(clock__due_at__isnull=True).exists()


def _history_holds() -> None:
    assert not Entry.objects.filter(at__gt=clock.now()).exists()
    assert not ClockThreshold.objects.filter(fired_at__isnull=True, next_at__lte=clock.now()).exists()
    rows = {model._meta.label_lower: model for model in (Case, Customer, Obligation, Callback)}
    for label, model in rows.items():
        named = EntrySubject.objects.filter(subject_type=label).values("subject_id")
        assert named.exclude(subject_id__in=model._base_manager.values("pk")).count() == 0
        subjects = Entry.objects.filter(subject_type=label).values("subject_id")
        assert subjects.exclude(subject_id__in=model._base_manager.values("pk")).count() == 0
    assert list(chain.verify()) == []


def _nothing_is_left_to_send() -> None:
    assert not Delivery.objects.filter(state="queued").exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM procrastinate_jobs WHERE status = 'todo'")
        assert cursor.fetchone()[0] == 0


@pytest.mark.django_db
def test_logins_are_only_told_where_the_demonstration_is(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo", "--logins")
    assert capsys.readouterr().out == ""
