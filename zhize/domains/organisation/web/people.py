"""Staff: list, a person's page, appointing and relieving, leave, being on duty."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.organisation import capabilities as caps
from zhize.domains.organisation import services
from zhize.domains.organisation.selectors import people, units
from zhize.domains.organisation.web import forms
from zhize.kernel import access, calendars, history
from zhize.kernel.db import NotFound
from zhize.kernel.org.models import Absence, Appointment, Person, Shift
from zhize.lib import clock
from zhize.ui import commands, links, widgets, words


class PeopleFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("unit",)
    q = ui.filters.Search(fields=("name", "name_en", "employee_no", "phone"))
    unit = ui.filters.Row(
        label=_("单位"), queryset=lambda request: units.visible(request.actor).filter(active=True), method="in_unit",
        widget=widgets.Combobox(),
    )  # fmt: skip

    def in_unit(self, rows: QuerySet[Person], name: str, value: Any) -> QuerySet[Person]:
        return rows.filter(people.of_unit(value)) if value else rows


def _held(row: Person) -> list[str]:
    said = []
    for held in getattr(row, people.HELD, ()):
        kind = "" if held.kind == "primary" else f"（{held.get_kind_display()}）"
        said.append(f"{held.position}{kind}")
    return said


def _where(row: Person) -> str:
    return "、".join(dict.fromkeys(str(held.position.unit) for held in getattr(row, people.HELD, ())))


def _presence(row: Person) -> Any:
    if not row.active:
        return _("已离职")
    return _("不在岗") if row.away else _("当班") if row.on_duty else ""


def _category(row: Person) -> str:
    return "void" if not row.active else "waiting" if row.away else "working" if row.on_duty else ""


def _absent(*, actor: Any, row: Person, **given: Any) -> Any:
    return services.record_absence(actor=actor, person=row, **given)


class PeopleList(ui.ListPage):
    """Everybody one may see."""

    capability = caps.PERSON_VIEW
    title = _("员工")
    filters = PeopleFilters
    search_hint = _("姓名、工号或电话")
    columns = (
        ui.columns.Link("name", _("姓名"), value=str, url="organisation:person", sort=True),
        ui.columns.Code("employee_no", _("工号"), sort=True),
        ui.columns.Tags("held", pgettext_lazy("column", "岗位"), value=_held),
        ui.columns.Text("where", _("单位"), value=_where),
        ui.columns.Column("phone", _("电话"), css="num col-nowrap"),
        ui.columns.Column("email", _("邮箱"), hidden=True),
        ui.columns.State("presence", _("当班与请假"), value=_presence, category=_category),
        ui.columns.Column("login", _("登录名"), value="user.login", hidden=True),
    )
    chips = (
        ui.Chip("here", _("在职"), lambda page: Q(active=True)),
        ui.Chip("away", _("不在岗"), lambda page: Q(active=True, away=True), tone="amber"),
        ui.Chip("duty", _("当班"), lambda page: Q(on_duty=True)),
        ui.Chip("free", _("没有岗位"), lambda page: Q(active=True) & people.without_position()),
        ui.Chip("left", _("已离职"), lambda page: Q(active=False)),
    )
    default_chip = "here"
    bulk = (
        ui.BulkAction(
            "absent", _("登记不在岗…"), _absent, caps.PRESENCE, form=forms.AbsenceForm, icon="calendar-off"
        ),
    )
    export = caps.PERSON_EDIT
    default_sort = "employee_no"
    empty = ui.Empty(_("没有找到员工"), _("登记员工时同时任命岗位；权限随岗位而来。"), "users")

    def rows(self) -> QuerySet[Person]:
        return people.visible(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may(caps.PERSON_EDIT):
            return []
        return [
            ui.Act(
                _("登记员工"),
                reverse("organisation:new_person"),
                icon="user-plus",
                primary=True,
                drawer=True,
                key="n",
            )
        ]


@ui.page(capability=caps.PERSON_VIEW, methods=("GET",))
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: positions held, areas, leave, turn of duty; the login for those who look after logins."""
    actor = request.actor
    person = access.fetch(actor, Person, pk)
    own = actor.person_id == person.pk
    presence = own or access.allowed(actor, caps.PRESENCE, person)
    now = clock.now()
    absences = people.absences(person) if presence else []
    values = {
        "title": str(person),
        "person": person,
        "crumbs": [(_("员工"), reverse("organisation:people")), (str(person), "")],
        "facts": [(_("工号"), person.employee_no), (_("电话"), person.phone), (_("邮箱"), person.email), (_("语言"), dict(forms.LANGUAGES).get(person.language, person.language))],
        "appointments": [_line(actor, row) for row in people.appointments(person)],
        "areas": people.areas(person),
        "presence": presence,
        "absences": [(row, row.to_at > now) for row in absences],
        "away": any(row.from_at <= now < row.to_at for row in absences),
        "shift": people.shift(person),
        "acts": _acts(actor, person, presence),
        "account": _account(actor, person),
        "entries": history.timeline(person)[:30] if own or access.allowed(actor, caps.PERSON_EDIT, person) else None,
    }  # fmt: skip
    return ui.render(request, "organisation/person.html", values)


def _line(actor: Any, row: Appointment) -> tuple[Appointment, bool, bool]:
    """The appointment, whether it has ended, whether the actor may end it."""
    ended = row.to_on is not None and row.to_on < clock.today(row.position.unit.timezone)
    may = not ended and actor.may(caps.APPOINT) and access.allowed(actor, caps.APPOINT, row.position)
    return row, ended, may


def _account(actor: Any, person: Person) -> dict[str, str] | None:
    """Where the person's login is looked after; the pages stand above, so they are found by what they show."""
    if not actor.may("account.view"):
        return None
    login = getattr(person, "user", None)
    if login is not None:
        return {"login": login.login, "url": links.url_of(login), "active": "1" if login.is_active else ""}
    return {"login": "", "url": links.url_for("accounts.new", person.pk), "active": ""}


def _acts(actor: Any, person: Person, presence: bool) -> list[ui.Act]:
    if not person.active:
        return []
    acts = []
    if access.allowed(actor, caps.PERSON_EDIT, person):
        acts.append(ui.Act(_("修改"), _url("edit_person", person), icon="edit", drawer=True, key="e"))
    if actor.may(caps.APPOINT) and actor.person_id != person.pk:
        acts.append(
            ui.Act(
                _("任命"),
                reverse("organisation:appoint") + f"?person={person.pk}",
                icon="briefcase",
                drawer=True,
                key="a",
            )
        )
    if presence:
        acts.append(ui.Act(_("登记不在岗"), _url("absent", person), icon="calendar-off", drawer=True))
        if people.shift(person) is None:
            acts.append(ui.Act(_("上岗"), _url("on_duty", person), icon="player-play", drawer=True))
    if access.allowed(actor, caps.PERSON_EDIT, person) and actor.person_id != person.pk:
        acts.append(ui.Act(_("办理离职"), _url("leave", person), icon="user-minus", drawer=True, danger=True))
    return acts


def _url(route: str, person: Person) -> str:
    return reverse(f"organisation:{route}", args=[person.pk])


class NewPerson(ui.FormPage):
    """Add a member of staff with the first position."""

    capability = caps.PERSON_EDIT
    form_class, title, submit = forms.NewPersonForm, _("登记员工"), _("登记")
    done_message = _("已登记。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        return {"from_on": words.today()}

    def perform(self, form: Any) -> Person:
        return services.create_person(actor=self.actor, **form.cleaned_data)

    def success_url(self, result: Person) -> str:
        return _url("person", result)

    def leave(self, result: Person) -> bool:
        return True


class PersonPage(ui.FormPage):
    """Base of the forms about one person; `needs` is demanded on him, unless it is the actor himself and `own`."""

    row: Person
    needs: ClassVar[str] = caps.PERSON_EDIT
    own: ClassVar[bool] = False

    def fetch(self) -> Person:
        person = access.fetch(self.actor, Person, self.kwargs["pk"])
        if not (self.own and self.actor.person_id == person.pk):
            access.require(self.actor, self.needs, person)
        return person

    def success_url(self, result: Any) -> str:
        return _url("person", self.row)


class EditPerson(PersonPage):
    """Change staff data."""

    capability = caps.PERSON_EDIT
    form_class, title = forms.PersonForm, _("修改员工资料")

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in forms.PersonForm.base_fields}

    def perform(self, form: Any) -> Person:
        return services.update_person(actor=self.actor, person=self.row, **form.cleaned_data)


class Leave(PersonPage):
    """The person leaves the company."""

    capability = caps.PERSON_EDIT
    form_class, title, submit, danger = forms.LeaveForm, _("办理离职"), _("办理离职"), True
    intro = _("所有任职到这一天为止；未办结的事会留在岗位上等人接手。")

    def initial(self) -> dict[str, Any]:
        return {"on": words.today()}

    def perform(self, form: Any) -> Person:
        return services.leave(actor=self.actor, person=self.row, on=form.cleaned_data["on"])


class Appoint(ui.FormPage):
    """Appoint somebody: as holder, acting, or as deputy."""

    capability = caps.APPOINT
    form_class, title, submit = forms.AppointForm, _("任命"), _("任命")
    intro = _("权限随岗位生效：正式和代理立即有效，副职在正职不在岗时有效。")
    done_message = _("已任命。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        return {"from_on": words.today(), "kind": "primary"}

    def perform(self, form: Any) -> Appointment:
        return services.appoint(actor=self.actor, **form.cleaned_data)

    def success_url(self, result: Appointment) -> str:
        return _url("person", result.person)


class Relieve(ui.FormPage):
    """End an appointment."""

    capability = caps.APPOINT
    form_class, title, submit, danger = forms.EndForm, _("免职"), _("免职"), True
    done_message = _("已免职。")
    row: Appointment

    def fetch(self) -> Appointment:
        return people.appointment(self.actor, self.kwargs["pk"], caps.APPOINT)

    def title_text(self) -> Any:
        return f"{_('免职')}：{self.row}"

    def initial(self) -> dict[str, Any]:
        return {"on": clock.today(self.row.position.unit.timezone)}

    def perform(self, form: Any) -> Appointment:
        return services.relieve(actor=self.actor, appointment=self.row, on=form.cleaned_data["on"])

    def success_url(self, result: Appointment) -> str:
        return _url("person", self.row.person)


class Absent(PersonPage):
    """Record that somebody is away; everybody may do so for himself and part of a day."""

    capability = caps.PERSON_VIEW
    needs, own = caps.PRESENCE, True
    form_class, title, submit = forms.AbsenceForm, _("登记不在岗"), _("登记")
    done_message = _("已登记。")

    def initial(self) -> dict[str, Any]:
        """From now to the end of the next working day where the person works: most often somebody calls in ill."""
        away = access.for_person(self.row, channel=self.actor.channel)
        unit = access.unit_of(away) or access.unit_of(self.actor)
        return {"from_at": clock.now(), "to_at": calendars.next_day_end(unit) if unit else None}

    def perform(self, form: Any) -> Absence:
        return services.record_absence(actor=self.actor, person=self.row, **form.cleaned_data)


class OnDuty(PersonPage):
    """Sign on for duty."""

    capability = caps.PERSON_VIEW
    needs, own = caps.PRESENCE, True
    form_class, title, submit = forms.OnDutyForm, _("上岗"), _("上岗")
    done_message = _("已上岗。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        return {"unit": self.actor.home_unit_id}

    def perform(self, form: Any) -> Shift:
        return services.come_on_duty(actor=self.actor, person=self.row, **form.cleaned_data)


@ui.page(capability=caps.PERSON_VIEW, methods=("POST",))
def off_duty(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign off."""
    person = access.fetch(request.actor, Person, pk)
    shift = people.shift(person)
    if shift is None:
        raise NotFound
    services.go_off_duty(actor=request.actor, shift=shift)
    return ui.done(request, _("已下岗。"), to=_url("person", person))


@ui.page(capability=caps.PERSON_VIEW, methods=("POST",))
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back earlier than recorded."""
    absence = access.fetch(request.actor, Absence, pk)
    person = absence.person
    services.cancel_absence(actor=request.actor, absence=absence)
    return ui.done(request, _("已销假。"), to=_url("person", person))


@ui.page(capability=caps.PERSON_VIEW, methods=("GET",))
def presence(request: HttpRequest) -> HttpResponse:
    """Who is on duty now, and who is or will be away."""
    actor = request.actor
    me = access.fetch(actor, Person, actor.person_id) if actor.person_id else None
    values = {
        "title": _("当班与请假"),
        "shifts": people.on_duty(actor),
        "absences": people.away(actor, caps.PRESENCE) if actor.may(caps.PRESENCE) else [],
        "may_see_absences": actor.may(caps.PRESENCE),
        "now": clock.now(),
        "me": me,
        "ask_leave": commands.address("shifts.ask", request),
        "my_shift": people.shift(me) if me is not None else None,
    }
    return ui.render(request, "organisation/presence.html", values)
