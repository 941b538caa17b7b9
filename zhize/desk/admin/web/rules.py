"""Rules as the packs in force have them: case types, time limits with the site's own values, releases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pydantic import BaseModel

from zhize import ui
from zhize.desk.admin import capabilities as caps
from zhize.desk.admin import selectors
from zhize.desk.admin.web import wording
from zhize.domains.cases.selectors import types
from zhize.domains.duties import wording as duty_words
from zhize.kernel import access, packs
from zhize.kernel.access.capabilities import UnknownCapability
from zhize.kernel.db import Invalid, NotFound
from zhize.kernel.packs import selectors as live
from zhize.kernel.packs import services
from zhize.lib import conditions
from zhize.lib.text import Text
from zhize.ui import words

SECTIONS = ("case_types", "deadlines")
POINTS = {
    "minutes": _("分钟"), "seconds": _("秒"), "days": _("天数"), "working_days": _("工作日数"), "months": _("月数"),
    "before_minutes": _("提前分钟"), "of": _("周期"), "at": _("几点前"), "attempts": _("回访次数"),
    "reopen_days": _("可重开天数"), "repeat_days": _("重复投诉天数"), "percent": _("百分比"),
}  # fmt: skip
TARGET_POINTS = ("minutes", "seconds", "days", "working_days", "months", "before_minutes", "of", "at")


@ui.page(capability=caps.CASE_TYPES, methods=("GET",))
def case_types(request: HttpRequest) -> HttpResponse:
    """All case types in force."""
    tables = {spec.code: spec.label for spec in packs.listing("deadlines")}
    rows = [(spec, tables.get(spec.deadline, spec.deadline)) for spec in types.case_types()]
    return ui.render(request, "admin/case_types.html", {"title": _("工单类型"), "types": rows})


@ui.page(capability=caps.CASE_TYPES, methods=("GET",))
def case_type(request: HttpRequest, code: str) -> HttpResponse:
    """One case type, read only: states, moves, rules, open settings."""
    spec = packs.find("case_types", code)
    if spec is None:
        raise NotFound
    labels = {state.code: state.label for state in spec.states}
    values = {
        "title": spec.label,
        "spec": spec,
        "comma": words.in_language(wording.COMMA),
        "crumbs": [(_("工单类型"), reverse("admin:case_types")), (spec.label, "")],
        "moves": [_move(move, labels) for move in spec.moves],
        "routes": [_route(route) for route in spec.routes],
        "points": _points("case_types", code),
        "may": access.allowed(request.actor, "pack.override"),
        "overrides": selectors.overrides("case_types", code),
    }
    return ui.render(request, "admin/case_type.html", values)


def _move(move: Any, labels: dict[str, Any]) -> dict[str, Any]:
    try:
        right: Any = access.known(move.capability).text
    except UnknownCapability:
        right = move.capability
    return {
        "label": move.label,
        "verb": move.verb,
        "sources": [words.in_language(labels[code]) for code in move.sources],
        "target": labels[move.target],
        "capability": right,
        "code": move.capability,
        "guards": [str(wording.GUARDS.get(guard.name, guard.name)) for guard in move.guards],
        "needs": [str(wording.NEEDS[name]) for name in move.needs],
    }


def _route(route: Any) -> tuple[Any, Any]:
    """When, and to whom."""
    if route.creator:
        to: Any = _("受理人自己")
    elif route.area_position is not None:
        to = Text("责任区域的{p}", "the {p} of the area").format(p=_position(route.area_position))
    elif route.desk is not None:
        to = Text("{p}岗位（当班的人）", "the {p} desk (whoever is on shift)").format(p=_position(route.desk))
    else:
        to = Text("手上最少的{p}", "the {p} with the least work").format(p=_position(route.position))
    return _when(route.when), to


def _position(code: str) -> str:
    return selectors.position_name(code)


def _when(raw: Any) -> Any:
    if raw is None:
        return _("所有其他情况")
    data = (
        raw.model_dump(mode="json", by_alias=True, exclude_none=True) if isinstance(raw, BaseModel) else raw
    )
    try:
        facts = wording.vocabulary()
        return conditions.sentence(conditions.parse(data, facts), facts)
    except (conditions.ConditionError, TypeError, AttributeError):
        return str(data)


@ui.page(capability=caps.CASE_TYPES, methods=("GET",))
def deadlines(request: HttpRequest) -> HttpResponse:
    """The policy tables of time limits, with the site's own values and where to change them (CAS-46)."""
    own = {(row.code, row.path_text): row for row in selectors.overrides("deadlines")}
    tables = []
    for spec in packs.listing("deadlines"):
        rows = []
        for index, row in enumerate(spec.rows):
            points = _points_of_target(spec.code, index, row.target)
            rows.append(
                {
                    "when": _when(row.when),
                    "units": row.units,
                    "target": _target(row.target),
                    "assumed": row.target.assumed,
                    "points": points,
                    "own": next(
                        (own[spec.code, path] for path, _l, _u in points if (spec.code, path) in own), None
                    ),
                }
            )
        tables.append((spec, rows))
    values = {
        "title": pgettext_lazy("policy", "时限"),
        "tables": tables,
        "may": access.allowed(request.actor, "pack.override"),
        "duties_url": reverse("duties:assumed") if request.actor.may("duty.view") else "",
    }
    return ui.render(request, "admin/deadlines.html", values)


def _target(target: Any) -> Text:
    """A time limit in words."""
    if target.kind not in ("elapsed", "working") or not target.minutes:
        return duty_words.target_text(target.as_clock())
    span = _span(target.minutes)
    if target.kind == "working":
        return Text(f"{span.zh}（工作时间）", f"{span.en} of working time")
    return Text(f"{span.zh}（含夜间和节假日）", f"{span.en} around the clock")


def _span(minutes: int) -> Text:
    if minutes % 60:
        return Text(f"{minutes} 分钟", f"{minutes} min")
    hours = minutes // 60
    return Text(f"{hours} 小时", f"{hours} h")


def _points_of_target(code: str, index: int, target: Any) -> list[tuple[str, Any, str]]:
    """Open points of a row that its kind uses: path, label, address of the form."""
    made = []
    for name in TARGET_POINTS:
        if getattr(target, name) is None and not (target.kind in ("by", "days") and name == "at"):
            continue  # a time limit of another kind does not use it
        path = f"rows.{index}.target.{name}"
        made.append((path, POINTS[name], reverse("admin:override", args=["deadlines", code, path])))
    return made


def _points(section: str, code: str) -> list[tuple[str, Any, Any, str]]:
    """Open points of an item: path, label, value now, address of the form."""
    found = []
    for path, value in live.open_points(section, code):
        name = ".".join(str(step) for step in path)
        if value is None and path[-1] in TARGET_POINTS:
            continue  # a time limit of another kind does not use it
        label = POINTS.get(str(path[-1]), path[-1])
        found.append((name, label, value, reverse("admin:override", args=[section, code, name])))
    return found


class OverrideForm(ui.Form):
    value = forms.CharField(label=_("新的值"), max_length=40, required=False)
    reason = forms.CharField(label=_("原因"), max_length=200)
    wide = ("reason",)


class Override(ui.FormPage):
    """The site's own value at a point its pack leaves open; running cases keep what they have."""

    capability = "pack.override"
    form_class, title, submit = OverrideForm, _("修改本单位的设定"), _("修改")
    intro = _("从现在起新受理的工单用新值；已经受理的不变。")
    drafts = False

    def begin(self, request: HttpRequest) -> None:
        super().begin(request)
        section, code = self.kwargs["section"], self.kwargs["code"]
        if section not in SECTIONS or packs.find(section, code) is None:
            raise NotFound
        points = {
            ".".join(str(step) for step in path): (path, value)
            for path, value in live.open_points(section, code)
        }
        if self.kwargs["point"] not in points:
            raise NotFound
        self.path, self.present = points[self.kwargs["point"]]

    def title_text(self) -> Any:
        spec = packs.live(self.kwargs["section"], self.kwargs["code"])
        label = POINTS.get(str(self.path[-1]), self.path[-1])
        return f"{words.in_language(spec.label)}：{words.in_language(label)}"

    def initial(self) -> dict[str, Any]:
        value = self.present
        return {"value": f"{value:%H:%M}" if hasattr(value, "hour") else "" if value is None else str(value)}

    def perform(self, form: Any) -> Any:
        section, code = self.kwargs["section"], self.kwargs["code"]
        return services.override(
            actor=self.actor,
            pack=selectors.pack_of(section, code),
            section=section,
            code=code,
            path=self.path,
            value=self._value(form.cleaned_data["value"].strip()),
            reason=form.cleaned_data["reason"],
        )

    def _value(self, given: str) -> Any:
        if not given:
            return None
        if self.path[-1] == "at":
            return given
        try:
            return int(given)
        except ValueError:
            raise Invalid({"value": _("请填写整数。")}) from None

    def success_url(self, result: Any) -> str:
        if self.kwargs["section"] == "deadlines":
            return reverse("admin:deadlines")
        return reverse("admin:case_type", args=[self.kwargs["code"]])


@ui.page(capability="pack.view", methods=("GET",))
def releases(request: HttpRequest) -> HttpResponse:
    """Packs: what is in force since when, where it was seeded, the site's own values."""
    values = {
        "title": _("行业包"),
        "releases": [
            (row, _("系统") if access.is_system(row.applied_by) else row.applied_by)
            for row in selectors.releases()
        ],
        "placements": selectors.placements(),
        "overrides": selectors.overrides(),
    }
    return ui.render(request, "admin/packs.html", values)
