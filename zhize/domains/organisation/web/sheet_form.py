"""The form of a position sheet: the head and every column of the classic layout beside the clauses (ORG-05, ORG-06)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.domains.organisation import requirements, sheets
from zhize.domains.organisation.selectors import positions
from zhize.domains.organisation.web.forms import AREA, ActorForm, row_field
from zhize.kernel.org.models import Position
from zhize.ui import Section, widgets

ASKED = "q_"
"""Before the names of requirement fields, as in `sheets.DEMANDS`."""
RATED = tuple(f"{ASKED}{key}" for key, _label in requirements.ABILITIES)


def initial(sheet: dict[str, Any]) -> dict[str, Any]:
    """What the form shows of a sheet as it is kept."""
    asked = sheet.get("requirements") or {}
    rated = asked.get("abilities") or {}
    return {
        **{key: sheet.get(key, "") for key in sheets.KEYS},
        "authority": requirements.as_lines(sheet.get("authority") or ""),
        **{f"{ASKED}{key}": asked.get(key, "") for key, _label in requirements.FIELDS},
        **{f"{ASKED}{key}": rated.get(key, "") for key, _label in requirements.ABILITIES},
    }


def _line(label: Any, length: int, *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=required)


def _paragraph(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=4000, widget=forms.Textarea(AREA), help_text=help_text
    )


def _rating(label: Any) -> forms.ChoiceField:
    choices = [("", pgettext_lazy("ability", "未填")), *requirements.RATINGS]
    return forms.ChoiceField(label=label, required=False, choices=choices, widget=widgets.Segments())


class PositionForm(ActorForm):
    """The head of the sheet, its columns in groups, and what the position asks of its holder."""

    sections: ClassVar[Sequence[Section]] = (
        Section(
            "", ("name", "code", "family", "grade", "pay", "headcount", "reports_to", "includes", "purpose")
        ),
        Section(
            _("权限、考核与联系"),
            (
                *("authority", "kpi", "supervised_by", "supervises", "cooperates"),
                *("contacts_inside", "contacts_outside", "contacts"),
            ),
            folded=True,
        ),
        Section(
            _("任职要求"),
            tuple(f"{ASKED}{key}" for key, _label in requirements.FIELDS),
            help=_("照原件填写。只用来说明要招什么样的人，不参与工资和考核计算。"),
            folded=True,
        ),
        Section(_("知能与体能"), RATED, folded=True),
        Section(
            _("工作条件与发展"),
            ("place", "environment", "hazard", "promotion", "rotation", "headcount_note"),
            folded=True,
        ),
        Section(_("更多"), ("layout", "name_en", "remarks"), folded=True),
    )
    name = _line(_("岗位名称"), 60, required=True)
    code = _line(_("职位代码"), 60, required=True)
    family = _line(_("职系"), 40)
    grade = _line(_("职等职级"), 40)
    headcount = forms.IntegerField(
        label=pgettext_lazy("position", "编制"), min_value=0, max_value=9999, initial=1
    )
    reports_to = row_field(_("直接上级"), "organisation:position_options", required=False)
    includes: Any = forms.ModelMultipleChoiceField(
        label=_("兼任职责的岗位"),
        queryset=None,
        required=False,
        widget=widgets.Combobox(source="organisation:position_options", multiple=True),
        help_text=_("那个岗位没有人在岗时，它的待办也由本岗位办理。"),
    )
    purpose = _paragraph(_("岗位概述"))
    layout = forms.ChoiceField(
        label=_("打印式样"),
        required=False,
        choices=[(layout.code, layout.name) for layout in sheets.LAYOUTS.values()],
        help_text=_("说明书按哪种式样打印。式样里没有的栏目排在最后。"),
    )
    name_en = _line(_("英文名称"), 80)

    def __init__(self, *args: Any, row: Position | None = None, **kwargs: Any) -> None:
        self.row = row
        notes = {
            "authority": _(
                "一行一项。审批、决定、建议、审查按字面判断；看不出来的，在行首写明，例如【建议】对流程的制定。"
            )
        }
        self.base_fields = {  # type: ignore[misc]
            **self.base_fields,
            **{key: _line(label, 200) for key, label in sheets.SHORT},
            **{key: _paragraph(label, notes.get(key, "")) for key, label in sheets.LONG},
            **{f"{ASKED}{key}": _line(label, 200) for key, label in requirements.SHORT},
            **{f"{ASKED}{key}": _paragraph(label) for key, label in requirements.LONG},
            **{f"{ASKED}{key}": _rating(label) for key, label in requirements.ABILITIES},
        }
        super().__init__(*args, **kwargs)

    def fill(self) -> None:
        self.fields["reports_to"].queryset = positions.above_offered(self.actor, self.row)
        self.fields["includes"].queryset = positions.included_offered(self.actor, self.row)

    def values(self, before: dict[str, Any]) -> dict[str, Any]:
        """What the service takes: columns, and the sheet with what it had besides."""
        given = dict(self.cleaned_data)
        sheet = {key: given.pop(key) for key in sheets.KEYS}
        sheet["authority"] = requirements.powers(sheet["authority"])
        asked = {key.removeprefix(ASKED): given.pop(key) for key in tuple(given) if key.startswith(ASKED)}
        sheet["requirements"] = requirements.kept(
            {**asked, "abilities": {key: asked[key] for key, _label in requirements.ABILITIES}}
        )
        left = {key: value for key, value in before.items() if key not in sheet}
        return {**given, "sheet": {**left, **{key: value for key, value in sheet.items() if value}}}
