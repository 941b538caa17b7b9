"""Forms of the obligation's acts. They check the shape of what was typed; the services decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from zhize.domains.duties import tallies, wording
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.papers import Paper
from zhize.domains.duties.selectors import candidates
from zhize.domains.duties.services import fact_of, naming, proving
from zhize.domains.duties.services.changing import MOST_DAYS
from zhize.domains.duties.web.rule_fields import when
from zhize.kernel import forms as kernel_forms
from zhize.lib.text import Text
from zhize.ui import widgets, words
from zhize.ui.forms import Form, Group

AREA = {"rows": 3}


class FulfilForm(Form):
    """Asks for the evidence that the duty names, and for nothing it does not need.

    `sheets` are the forms of the pack to fill in here; without any a form is proven by a file.
    """

    def __init__(
        self,
        *args: Any,
        obligation: Obligation,
        sheets: Sequence[Paper] = (),
        keep: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._sheets = {sheet.form.code: (sheet, self._built(sheet, obligation, keep)) for sheet in sheets}
        kind = proving.wanted(obligation.evidence_spec)
        label = proving.label(obligation.evidence_spec)
        made: dict[str, forms.Field] = {}
        if kind == "count" and tallies.of(obligation) is None:
            left = max(obligation.quota - obligation.progress, 1)
            made["count"] = forms.IntegerField(
                label=label,
                min_value=1,
                max_value=1_000_000,
                initial=left,
                help_text=_("应做 %(quota)d，已做 %(progress)d。")
                % {"quota": obligation.quota, "progress": obligation.progress},
            )
            made |= self._sure(obligation)
        for code, (_sheet, built) in self._sheets.items():
            made |= {f"{code}-{name}": field for name, field in built.fields.items()}
        if kind in {"report", "file"} or (kind == "form" and not self._sheets):
            made["file"] = forms.FileField(label=label, widget=widgets.Upload(camera=True))
        if kind == "signature":
            made["signature"] = forms.CharField(label=label, widget=widgets.Signature())
        made["note"] = forms.CharField(
            label=label if kind == "note" else _("说明"),
            required=kind == "note",
            max_length=2000,
            widget=forms.Textarea(attrs=AREA),
        )
        self.fields.update(made)
        widgets.dress(self)
        for name in self._spread():
            self.fields[name].widget.attrs["data-wide"] = ""

    def _sure(self, obligation: Obligation) -> dict[str, forms.Field]:
        """A count far beyond the goal is asked about once: more than owed is allowed, a slip of the finger is not."""
        typed = str(self.data.get("count", "")) if self.is_bound else ""
        total = obligation.progress + (int(typed) if typed.isdecimal() and len(typed) < 10 else 0)
        if total <= 2 * obligation.quota:
            return {}
        wrong = _("应做 %(quota)d，这样就是 %(total)d，请核对；没有填错就选中再提交。")
        return {
            "sure": forms.BooleanField(
                label=_("数量没有填错"),
                error_messages={"required": wrong % {"quota": obligation.quota, "total": total}},
            )
        }

    def _built(self, sheet: Paper, obligation: Obligation, keep: Any) -> Any:
        built = kernel_forms.build(
            sheet.form,
            data=self.data if self.is_bound else None,
            files=self.files if self.is_bound else None,
            keep=keep,
            prefix=sheet.form.code,
            zone=obligation.unit.timezone,
            day=obligation.day_of_record(),
        )
        for name, field in built.fields.items():
            field.initial = built.get_initial_for_field(field, name)
        return built

    def clean(self) -> dict[str, Any]:
        """The answers of each form, raw and with files as handles, once they are all right."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        said.pop("sure", None)
        answers: dict[str, dict[str, Any]] = {}
        for code, (_sheet, built) in self._sheets.items():
            for name, errors in built.errors.items():
                self.add_error(f"{code}-{name}" if name in built.fields else None, errors)
            typed = {name: said.pop(f"{code}-{name}", None) for name in built.fields}
            stored = {name: field.stored for name, field in built.fields.items() if field.stored is not None}
            answers[code] = {**typed, **stored}
        return {**said, "answers": answers} if answers else said

    def groups(self) -> list[Group]:
        """Each form under its own name, what is asked beside it last."""
        own = [
            Group(sheet.label, "", 2, False, [self[f"{code}-{name}"] for name in built.fields])
            for code, (sheet, built) in self._sheets.items()
        ]
        named = {field.name for group in own for field in group.fields}
        rest = [field for field in self.visible_fields() if field.name not in named]
        return [*own, Group("", "", 2, False, rest)] if own else super().groups()


class NoteForm(Form):
    note = forms.CharField(
        label=_("说明"), required=False, max_length=2000, widget=forms.Textarea(attrs=AREA)
    )


class ReasonForm(Form):
    reason = forms.CharField(label=_("原因"), max_length=300, widget=forms.Textarea(attrs=AREA))


class GiveBackForm(ReasonForm):
    due_at = forms.DateTimeField(
        label=_("重办期限"),
        required=False,
        widget=widgets.DateTimeInput(),
        help_text=_("不填时按原期限；已过期的到下一个工作日下班前。"),
    )


class MoveDueForm(ReasonForm):
    field_order = ("due_at", "reason")
    due_at = forms.DateTimeField(label=_("新的到期时间"), widget=widgets.DateTimeInput())


class MoveManyForm(ReasonForm):
    """Many at once: each by so many days, or all to one moment."""

    field_order = ("days", "working", "due_at", "reason")
    days = forms.IntegerField(
        label=_("顺延天数"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_("各自在原到期时间上顺延。"),
    )
    working = forms.BooleanField(label=_("只算工作日"), required=False, initial=True)
    due_at = forms.DateTimeField(label=_("或统一改到"), required=False, widget=widgets.DateTimeInput())

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.errors and (said.get("days") is None) == (said.get("due_at") is None):
            self.add_error("days", _("天数和新的到期时间填一个。"))
        return said


class ReassignForm(ReasonForm):
    field_order = ("to", "reason")

    def __init__(self, *args: Any, obligation: Obligation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = forms.ModelChoiceField(
            label=_("改派给"),
            queryset=candidates(obligation),
            required=False,
            empty_label=_("岗位上谁有空谁办"),
            widget=widgets.Combobox(),
        )
        self.order_fields(self.field_order)
        widgets.dress(self)


def target_of(duty: Any) -> dict[str, Any]:
    found: dict[str, Any] = duty.current.rule.get("target") or {}
    return found


class EventField(forms.ModelChoiceField):
    """A fact, by one of the duties that begin with it; the label says all of them, each with its time limit."""

    together: dict[int, list[Any]]

    def label_from_instance(self, obj: Any) -> str:
        event = Text.of(obj.current.rule["by_hand"])
        starts = pgettext("between items of a list", "；").join(
            _("%(duty)s · %(limit)s")
            % {"duty": duty, "limit": words.in_language(wording.target_text(target_of(duty)))}
            for duty in self.together[obj.pk]
        )
        return f"{words.in_language(event)} → {starts}"


class EventForm(Form):
    """An event that the product does not see itself, and what it calls for."""

    duty: Any = EventField(label=_("发生了什么事"), queryset=None, widget=widgets.Combobox())
    at = forms.DateTimeField(
        label=_("发生时间"), required=False, widget=widgets.DateTimeInput(), help_text=_("不填就是现在。")
    )
    named = forms.DateField(
        label=_("约定日期"),
        required=False,
        widget=widgets.DateInput(),
        help_text=_("到期日、开标日等；按这个日期倒推时限的事件要填。"),
    )
    named_time = forms.TimeField(
        label=_("约定时间"), required=False, widget=widgets.TimeInput(), help_text=_("约定到几点的才填。")
    )
    note = forms.CharField(label=_("情况"), max_length=2000, widget=forms.Textarea(attrs=AREA))

    def __init__(self, *args: Any, duties: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facts: dict[tuple[str, str], list[Any]] = {}
        for duty in duties:
            facts.setdefault(fact_of(duty), []).append(duty)
        self.together = {starts[0].pk: starts for starts in facts.values()}
        self.fields["duty"].queryset = duties.filter(pk__in=self.together)
        self.fields["duty"].together = self.together
        dated = ",".join(str(pk) for pk in self.together if self._dated(pk))
        for name in ("named", "named_time"):
            # Asked only of an event that a limit is counted back from.
            if dated:
                self.fields[name].widget.attrs |= when(f"duty={dated}")
            else:
                del self.fields[name]

    def _dated(self, pk: int) -> bool:
        return any(naming.wants_date(target_of(duty)) for duty in self.together[pk])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        day, clock, duty = said.get("named"), said.pop("named_time", None), said.get("duty")
        if duty is not None and not self._dated(duty.pk):
            # Typed for another event, before this one was chosen.
            said["named"] = None
        elif day is not None and clock is not None:
            said["named"] = timezone.make_aware(datetime.combine(day, clock))
        return said


class TaskForm(Form):
    """A task from a superior 领导交办."""

    title = forms.CharField(label=_("要办的事"), max_length=200)
    holder: Any = forms.ModelChoiceField(label=_("交给"), queryset=None, widget=widgets.Combobox())
    due_at = forms.DateTimeField(
        label=_("到期"), required=False, widget=widgets.DateTimeInput(), help_text=_("不填就不限时。")
    )
    urgent = forms.BooleanField(label=_("紧急"), required=False)
    report_back = forms.BooleanField(label=_("办完后由我确认"), required=False, initial=True)
    detail = forms.CharField(
        label=_("说明"), required=False, max_length=2000, widget=forms.Textarea(attrs=AREA)
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].queryset = people
