"""Forms of drafts: a new one, a position, a line with its rule field by field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.desk.drafting import selectors, storing
from zhize.desk.drafting.models import DraftLine, DraftPosition
from zhize.desk.drafting.web import ruling
from zhize.desk.drafting.web.ruling import LIMITS
from zhize.kernel.access import Actor
from zhize.kernel.documents import papers
from zhize.ui import widgets

ACCEPT = ".txt,.docx,.pdf,text/plain"


class NewForm(ui.Form):
    sections = (
        ui.Section("", ("unit", "name")),
        ui.Section("", ("file", "text"), columns=1),
    )
    unit: Any = forms.ModelChoiceField(None, label=_("建在哪个单位"))
    name = forms.CharField(
        label=_("名称"), max_length=60, required=False, help_text=_("可空，取文件名或岗位名称。")
    )
    file = forms.FileField(
        label=_("上传说明书"), required=False, widget=widgets.Upload(accept=ACCEPT),
        help_text=_("txt、docx 或有文字层的 pdf，最大 20 MB。"),
    )  # fmt: skip
    text = forms.CharField(
        label=_("或者粘贴全文"), required=False, max_length=papers.MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 14, "class": "is-paste"}), strip=False,
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = selectors.units(actor)
        field = self.fields["unit"]
        field.queryset = units
        home = actor.home_unit_id
        field.initial = (
            home if any(unit.pk == home for unit in units) else next((unit.pk for unit in units), None)
        )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > papers.MOST_BYTES:
            raise forms.ValidationError(
                _("文件太大，最大 {size} MB。").format(size=papers.MOST_BYTES // 1024 // 1024)
            )
        return file

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("file") and not str(data.get("text", "")).strip():
            self.add_error("text", _("请上传文件，或者粘贴文字。"))
        return data


class RenameForm(ui.Form):
    name = forms.CharField(label=_("名称"), max_length=60)
    code = forms.CharField(
        label=_("包的代码"), max_length=30, help_text=_("小写字母、数字和连字符；岗位和职责的代码以它开头。")
    )


class PositionForm(ui.Form):
    name = forms.CharField(label=_("岗位名称"), max_length=60)
    name_en = forms.CharField(label=_("英文名称"), max_length=60, required=False)
    superior = forms.ChoiceField(label=_("直接上级"), required=False)
    headcount = forms.IntegerField(label=pgettext_lazy("position", "编制"), min_value=1, max_value=999)

    def __init__(self, *args: Any, actor: Actor, position: DraftPosition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        draft = position.draft
        own = [row for row in selectors.positions_of(draft) if row.pk != position.pk]
        self._existing = {f"row:{row.pk}": row for row in selectors.superiors(actor, draft)}
        known = [(f"name:{row.name}", row.name) for row in own]
        words = position.reports_to
        if words and words not in {row.name for row in own}:
            known.append((f"name:{words}", _("{name}（说明书里没有，建好后再定）").format(name=words)))
        self.fields["superior"].choices = [
            ("", _("没有上级")),
            (_("这份说明书里的岗位"), known),
            (_("已有的岗位"), [(key, f"{row} · {row.unit}") for key, row in self._existing.items()]),
        ]

    @staticmethod
    def values_of(position: DraftPosition) -> dict[str, Any]:
        superior = f"row:{position.superior_id}" if position.superior_id else ""
        if not superior and position.reports_to:
            superior = f"name:{position.reports_to}"
        return {
            "name": position.name,
            "name_en": position.name_en,
            "superior": superior,
            "headcount": position.headcount,
        }

    def chosen(self) -> dict[str, Any]:
        """The superior as the service takes it."""
        value = self.cleaned_data["superior"]
        return {
            "superior": self._existing.get(value),
            "reports_to": value.removeprefix("name:") if value.startswith("name:") else "",
        }


def _only(kind: str, **more: str) -> dict[str, str]:
    return {"data-show-when": f"kind={kind}", **more}


_WHOLE: dict[str, Any] = {"required": False, "min_value": 0}


class LineForm(ui.Form):
    """The clause, whether it is owed and when, what proves it, who gets it."""

    sections = (
        ui.Section("", ("text", "kind", "title"), columns=1),
        ui.Section(
            _("什么时候"),
            ("every", "interval", "due", "at", "weekdays", "month_days", "event", "limit_kind", "limit_number",
             "limit_unit", "limit_at", "limit_of", "count", "share_percent"),
        ),
        ui.Section(
            _("更多时间规则"),
            ("months", "nth_working_day", "offset_days", "offset_working_days", "before_minutes", "after_minutes",
             "times", "not_before", "on_free_day", "each_holder", "at_random", "no_repeat"),
            folded=True,
        ),
        ui.Section(_("凭证和交给谁"), ("evidence_kind", "evidence_title", "acceptor", "receiver", "threshold")),
        ui.Section(_("地点、对象和方法"), ("place", "object", "method"), folded=True),
        ui.Section("", ("assumed", "number")),
    )  # fmt: skip
    number = forms.CharField(label=_("编号"), max_length=20, required=False)
    text = forms.CharField(label=_("条款原文"), widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(label=_("怎么落实"), choices=ruling.KINDS, widget=widgets.Segments)
    title = forms.CharField(
        label=_("做什么"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs=_only("recurring,triggered")),
    )
    every = forms.ChoiceField(
        label=_("周期"), choices=ruling.EVERY, required=False, widget=forms.Select(attrs=_only("recurring"))
    )
    interval = forms.IntegerField(
        label=_("每几个周期一次"), min_value=1, max_value=100, required=False,
        widget=forms.NumberInput(attrs=_only("recurring")),
    )  # fmt: skip
    due = forms.ChoiceField(
        label=_("期限"), choices=ruling.DUE, required=False, widget=forms.Select(attrs=_only("recurring"))
    )
    at = forms.TimeField(
        label=_("几点前"), required=False, widget=widgets.TimeInput(attrs=_only("recurring"))
    )
    weekdays = forms.MultipleChoiceField(
        label=_("星期几"), choices=ruling.WEEKDAYS, required=False,
        widget=forms.CheckboxSelectMultiple(attrs=_only("recurring")),
    )  # fmt: skip
    month_days = ruling.Numbers(
        label=_("几号"), low=-1, high=31, help_text=_("多个用逗号分开；-1 是最后一天。"),
        widget=forms.TextInput(attrs=_only("recurring")),
    )  # fmt: skip
    months = ruling.Numbers(label=_("几月"), low=1, high=12, widget=forms.TextInput(attrs=_only("recurring")))
    nth_working_day = forms.IntegerField(
        label=_("第几个工作日"), required=False, help_text=_("-1 是最后一个。"),
        widget=forms.NumberInput(attrs=_only("recurring")),
    )  # fmt: skip
    offset_days = forms.IntegerField(
        label=_("周期结束后几天"), widget=forms.NumberInput(attrs=_only("recurring")), **_WHOLE
    )
    offset_working_days = forms.IntegerField(
        label=_("周期结束后几个工作日"), widget=forms.NumberInput(attrs=_only("recurring")), **_WHOLE
    )
    before_minutes = forms.IntegerField(
        label=_("提前多少分钟"), widget=forms.NumberInput(attrs=_only("recurring")), **_WHOLE
    )
    after_minutes = forms.IntegerField(
        label=_("之后多少分钟内"), widget=forms.NumberInput(attrs=_only("recurring")), **_WHOLE
    )
    times = ruling.Times(
        label=_("一天几次，各在几点"),
        help_text=_("如 09:00, 15:00。"),
        widget=forms.TextInput(attrs=_only("recurring")),
    )
    not_before = forms.TimeField(
        label=_("几点以后"), required=False, widget=widgets.TimeInput(attrs=_only("recurring"))
    )
    on_free_day = forms.ChoiceField(
        label=_("遇休息日"),
        choices=ruling.FREE_DAYS,
        required=False,
        widget=forms.Select(attrs=_only("recurring")),
    )
    each_holder = forms.BooleanField(
        label=_("任此岗位的每人各办一份"), required=False, help_text=_("不选就由任此岗位的人共同办理。"),
        # On a shift everybody on it owes his own anyhow.
        widget=forms.CheckboxInput(attrs={"data-show-when": f"every={','.join(code for code, _label in ruling.EVERY[1:])}"}),
    )  # fmt: skip
    at_random = forms.BooleanField(
        label=_("时间不定"), required=False, widget=forms.CheckboxInput(attrs=_only("recurring"))
    )
    no_repeat = forms.BooleanField(
        label=_("不重复"), required=False, widget=forms.CheckboxInput(attrs=_only("recurring"))
    )
    count = forms.IntegerField(
        label=_("每次几个"), min_value=1, required=False, widget=forms.NumberInput(attrs=_only("recurring"))
    )
    share_percent = forms.IntegerField(
        label=_("占总数 %"),
        min_value=1,
        max_value=100,
        required=False,
        widget=forms.NumberInput(attrs=_only("recurring")),
    )
    event = forms.CharField(
        label=_("什么事发生"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=_only("triggered")),
    )
    limit_kind = forms.ChoiceField(
        label=_("时限"), choices=LIMITS, required=False, widget=forms.Select(attrs=_only("triggered"))
    )
    limit_number = forms.IntegerField(
        label=_("数字"), widget=forms.NumberInput(attrs=_only("triggered")), **_WHOLE
    )
    limit_unit = forms.ChoiceField(
        label=_("时间单位"),
        choices=ruling.UNITS,
        required=False,
        widget=forms.Select(attrs=_only("triggered")),
    )
    limit_at = forms.TimeField(
        label=_("到几点"),
        required=False,
        widget=widgets.TimeInput(attrs={"data-show-when": "limit_kind=by,days"}),
    )
    limit_of = forms.ChoiceField(
        label=_("哪个周期结束"),
        choices=ruling.PERIODS,
        required=False,
        widget=forms.Select(attrs={"data-show-when": "limit_kind=period_end"}),
    )
    evidence_kind = forms.ChoiceField(
        label=_("凭证"),
        choices=ruling.EVIDENCE,
        required=False,
        widget=forms.Select(attrs=_only("recurring,triggered")),
    )
    evidence_title = forms.CharField(
        label=_("表单或报表名称"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs=_only("recurring,triggered")),
    )
    acceptor = forms.ChoiceField(
        label=_("由谁确认"), required=False, widget=forms.Select(attrs=_only("recurring,triggered"))
    )
    receiver = forms.ChoiceField(
        label=_("交给"), required=False, widget=forms.Select(attrs=_only("recurring,triggered"))
    )
    threshold = forms.CharField(
        label=_("在什么条件下"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=_only("recurring,triggered")),
    )
    place = forms.CharField(
        label=_("地点"), max_length=80, required=False, help_text=_("可空，取岗位的工作地点。"),
        widget=forms.TextInput(attrs=_only("recurring,triggered")),
    )  # fmt: skip
    object = forms.CharField(
        label=_("对象"), max_length=120, required=False, help_text=_("可空，取表单名称或做什么。"),
        widget=forms.TextInput(attrs=_only("recurring,triggered")),
    )  # fmt: skip
    method = forms.CharField(
        label=_("方法"), max_length=400, required=False, help_text=_("可空，取条款原文。"),
        widget=forms.Textarea(attrs=_only("recurring,triggered", rows="2")),
    )  # fmt: skip
    assumed = forms.BooleanField(
        label=_("原文没有写数字，这个时限是默认值"), required=False,
        widget=forms.CheckboxInput(attrs=_only("recurring,triggered")),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, line: DraftLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = line
        draft = line.position.draft
        names = [row.name for row in selectors.positions_of(draft) if row.pk != line.position_id]
        self._existing = {f"{ruling.ROW}{code}": row for code, row in selectors.takers(actor, draft).items()}
        existing = [(key, f"{row} · {row.unit}") for key, row in self._existing.items()]
        duty = line.duty or {}
        # What somebody chose who sees further than the present editor stays, by the words the draft has for it.
        self._kept: dict[tuple[str, str], str] = {}
        for name in ("acceptor", "receiver"):
            words, key = duty.get(name) or "", f"{ruling.ROW}{duty.get(f'{name}_code') or ''}"
            if key not in {ruling.ROW, *self._existing}:
                self._kept[name, key] = words
            kept = [(code, said) for (role, code), said in self._kept.items() if role == name]
            outside = (
                [(words, _("{name}（说明书里没有这个岗位）").format(name=words))]
                if words and words not in names and not duty.get(f"{name}_code")
                else []
            )
            self.fields[name].choices = [
                ("", "—"),
                (_("这份说明书里的岗位"), [*((each, each) for each in names), *outside]),
                (_("已有的岗位"), [*kept, *existing]),
            ]

    @staticmethod
    def values_of(line: DraftLine) -> dict[str, Any]:
        duty = storing.duty_of(line.duty) if line.duty is not None else None
        return {"number": line.number, "text": line.text, **ruling.values_of(duty, line.text)}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (
            data.get("kind") == "triggered"
            and not str(data.get("event", "")).strip()
            and "event" not in self.errors
        ):
            self.add_error("event", _("请写明什么事发生时要做。"))
        for name in ("acceptor", "receiver"):
            key = data.get(name) or ""
            row, kept = self._existing.get(key), self._kept.get((name, key))
            chosen = row is not None or kept is not None
            data[f"{name}_code"] = key.removeprefix(ruling.ROW) if chosen else ""
            if chosen:
                data[name] = f"{row} · {row.unit}" if row is not None else kept
        return data

    def duty(self) -> Any:
        """The duty as the service takes it; None for a standing clause."""
        before = storing.duty_of(self.line.duty) if self.line.duty is not None else None
        return ruling.duty_of(self.cleaned_data, before)
