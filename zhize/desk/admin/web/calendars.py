"""Working calendars with a year on one page (ORG-17)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.organisation.selectors import units
from zhize.kernel import access, history
from zhize.kernel.calendars import capabilities as caps
from zhize.kernel.calendars import official, selectors, services
from zhize.kernel.calendars.hours import DAYS
from zhize.kernel.calendars.models import Calendar, CalendarVersion, DayKind, DaySource
from zhize.kernel.db import Invalid, NotFound
from zhize.lib import clock
from zhize.lib.text import Text
from zhize.ui import paging, widgets

WEEK = {
    "mon": _("周一"),
    "tue": _("周二"),
    "wed": _("周三"),
    "thu": _("周四"),
    "fri": _("周五"),
    "sat": _("周六"),
    "sun": _("周日"),
}
HEADS = tuple(Text(zh, en) for zh, en in zip("一二三四五六日", "MTWTFSS", strict=True))
YEARS = range(2000, 2100)


@ui.page(capability=caps.VIEW, methods=("GET",))
def index(request: HttpRequest) -> HttpResponse:
    """All calendars one may see, and whether this year and the next are published."""
    actor = request.actor
    this = clock.today().year
    acts = []
    if actor.may(caps.EDIT):
        acts.append(
            ui.Act(_("给单位设日历"), reverse("admin:new_calendar"), icon="calendar-plus", drawer=True)
        )
    if actor.may(caps.OFFICIAL):
        acts.append(
            ui.Act(
                _("载入年度放假安排"), reverse("admin:load_year"), icon="upload", drawer=True, primary=True
            )
        )
    rows = [(row, selectors.current(row)) for row in selectors.visible(actor)]
    values = {
        "title": _("工作日历"),
        "calendars": rows,
        "years": [selectors.check_year(year) for year in (this, this + 1)],
        "acts": acts,
        "week": WEEK,
    }
    return ui.render(request, "admin/calendars.html", values)


@ui.page(capability=caps.VIEW, methods=("GET",))
def year(request: HttpRequest, pk: int) -> HttpResponse:
    """A year of one calendar: twelve months, every day that departs from the week marked."""
    calendar = access.fetch(request.actor, Calendar, pk)
    version = selectors.current(calendar)
    if version is None:
        raise NotFound
    this = clock.today(version.timezone).year
    shown = paging.whole(request.GET.get("year"), this, YEARS.start, YEARS.stop - 1)
    view = selectors.year_view(version, shown)
    may = access.allowed(request.actor, caps.EDIT, calendar)
    own = reverse("admin:calendar", args=[pk])
    values = {
        "title": str(calendar),
        "calendar": calendar,
        "version": version,
        "view": view,
        "this": this,
        "heads": HEADS,
        "names": MONTHS,
        "leads": {month.number: range(month.lead) for month in view.months},
        "before": f"{own}?year={shown - 1}",
        "after": f"{own}?year={shown + 1}",
        "may": may,
        "week": [(WEEK[day], version.weekly.get(day, "")) for day in DAYS],
        "crumbs": [(_("工作日历"), reverse("admin:calendars")), (str(calendar), "")],
        "special": [day for month in view.months for day in month.days if day.source != "weekly"],
        "entries": history.timeline(calendar)[:15],
        "wide": True,
    }
    return ui.render(request, "admin/calendar.html", values)


class HoursForm(ui.Form):
    sections: ClassVar[Sequence[ui.Section]] = (
        ui.Section(_("每周"), tuple(DAYS)),
        ui.Section("", ("makeup_hours", "always_open", "follows_official", "reason")),
    )
    makeup_hours = forms.CharField(
        label=_("调休上班的时间"), max_length=120, required=False, help_text=_("不填时同第一个工作日。")
    )
    always_open = forms.BooleanField(label=_("全天候（24 小时，节假日照常）"), required=False)
    follows_official = forms.BooleanField(label=_("按国家放假安排"), required=False, initial=True)
    reason = forms.CharField(label=_("原因"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        days = {
            day: forms.CharField(
                label=label,
                max_length=120,
                required=False,
                help_text="09:00-12:00, 13:00-18:00" if day == "mon" else "",
            )
            for day, label in WEEK.items()
        }
        self.base_fields = {**days, **self.base_fields}  # type: ignore[misc]
        super().__init__(*args, **kwargs)

    def given(self) -> dict[str, Any]:
        """What the services take."""
        values = dict(self.cleaned_data)
        return {"weekly": {day: values.pop(day) for day in DAYS}, **values}


def _beside_its_day(call: Any) -> Any:
    """Services name a day's hours `weekly.mon`; the form's field is `mon`."""
    try:
        return call()
    except Invalid as wrong:
        raise Invalid(
            {name.removeprefix("weekly."): texts for name, texts in wrong.errors.items()}
        ) from wrong


class NewCalendarForm(HoursForm):
    sections: ClassVar[Sequence[ui.Section]] = (ui.Section("", ("unit", "name")), *HoursForm.sections)
    unit: Any = forms.ModelChoiceField(
        label=_("单位"), queryset=None, widget=widgets.Combobox(source="organisation:unit_options")
    )
    name = forms.CharField(label=_("名称"), max_length=80)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units.visible(actor).filter(active=True)


class NewCalendar(ui.FormPage):
    """Give a unit a calendar of its own."""

    capability = caps.EDIT
    form_class, title, submit = NewCalendarForm, _("给单位设日历"), _("设立")
    intro = _("下级单位没有自己的日历时也用它；已经开始计的时限不变。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        hours = {day: "" if day in {"sat", "sun"} else "09:00-18:00" for day in DAYS}
        return {**hours, "unit": self.actor.home_unit_id, "follows_official": True}

    def perform(self, form: Any) -> Calendar:
        return _beside_its_day(lambda: services.create(actor=self.actor, **form.given()))

    def success_url(self, result: Calendar) -> str:
        return reverse("admin:calendar", args=[result.pk])

    def leave(self, result: Calendar) -> bool:
        return True


class CalendarPage(ui.FormPage):
    """Base of the forms about one calendar."""

    capability = caps.EDIT
    row: Calendar

    def fetch(self) -> Calendar:
        return access.fetch(self.actor, Calendar, self.kwargs["pk"], caps.EDIT)

    def success_url(self, result: Any) -> str:
        return reverse("admin:calendar", args=[self.row.pk])


class ChangeHours(CalendarPage):
    """Change the weekly hours: a new version from now on."""

    form_class, title = HoursForm, _("修改工作时间")
    intro = _("形成新版本，从现在起生效；已经开始计的时限不变。")

    def initial(self) -> dict[str, Any]:
        version = selectors.current(self.row)
        if version is None:
            return {}
        return {
            **version.weekly,
            "makeup_hours": version.makeup_hours,
            "always_open": version.always_open,
            "follows_official": self.row.follows_official,
        }

    def perform(self, form: Any) -> CalendarVersion:
        return _beside_its_day(lambda: services.change(actor=self.actor, calendar=self.row, **form.given()))


KINDS = [("", _("按每周规律和国家安排")), *DayKind.choices]


class DayForm(ui.Form):
    sections: ClassVar[Sequence[ui.Section]] = (
        ui.Section("", ("kind", "hours", "name", "provisional", "reason")),
    )
    wide = ("kind", "reason")
    kind = forms.ChoiceField(label=_("这一天"), choices=KINDS, required=False, widget=widgets.Segments())
    hours = forms.CharField(
        label=_("时间"), max_length=120, required=False,
        widget=forms.TextInput({"data-show-when": "kind=workday,hours", "placeholder": "09:00-12:00"}),
    )  # fmt: skip
    name = forms.CharField(label=_("名称"), max_length=60, required=False, help_text=_("例如 春节、年会"))
    provisional = forms.BooleanField(label=_("暂定"), required=False, help_text=_("国家安排公布后自动让位。"))
    reason = forms.CharField(label=_("原因"), max_length=200)


class EditDay(CalendarPage):
    """Set one day, or take the unit's own rule back."""

    form_class = DayForm
    drafts = False

    @property
    def day(self) -> date:
        """The day named in the address. NotFound when there is no such day."""
        try:
            return date.fromisoformat(self.kwargs["day"])
        except ValueError:
            raise NotFound from None

    def title_text(self) -> Any:
        return f"{self.day.isoformat()} {list(WEEK.values())[self.day.weekday()]}"

    def initial(self) -> dict[str, Any]:
        version = selectors.current(self.row)
        rule = (
            next((row for row in selectors.own_days(version) if row.date == self.day), None)
            if version
            else None
        )
        if rule is None:
            return {"kind": ""}
        return {
            "kind": rule.kind,
            "hours": rule.hours,
            "name": rule.name,
            "provisional": rule.source == DaySource.PROVISIONAL,
        }

    def perform(self, form: Any) -> CalendarVersion:
        given = form.cleaned_data
        reason = given.pop("reason")
        if not given["kind"]:
            return services.clear_day(actor=self.actor, calendar=self.row, on=self.day, reason=reason)
        day = services.OwnDay(date=self.day, **given)
        return services.set_day(actor=self.actor, calendar=self.row, day=day, reason=reason)

    def success_url(self, result: Any) -> str:
        return f"{super().success_url(result)}?year={self.day.year}"


class LoadForm(ui.Form):
    file = forms.FileField(label=_("年度文件"), widget=widgets.Upload())


class LoadYear(ui.FormPage):
    """Load the official arrangement of a year from a file."""

    capability = caps.OFFICIAL
    form_class, title, submit = LoadForm, _("载入年度放假安排"), _("载入")
    intro = _("CSV（列 date、kind、name）或 YAML；kind 写 休 或 班。载入后所有按国家放假安排的日历都更新。")
    done_message = _("已载入。")
    drafts = False

    def perform(self, form: Any) -> Any:
        upload = form.cleaned_data["file"]
        if isinstance(upload, list):
            upload = upload[0]
        if upload.size > 1_000_000:
            raise Invalid({"file": _("文件太大。")})
        try:
            content = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Invalid({"file": _("文件要用 UTF-8 编码。")}) from None
        days = official.read_file(upload.name, content)
        return services.load_official(actor=self.actor, days=days, source=upload.name)

    def success_url(self, result: Any) -> str:
        return reverse("admin:calendars")
