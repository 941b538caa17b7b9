"""The form of a duty that the department makes itself."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.duties.models import Kind
from zhize.domains.duties.selectors import library
from zhize.domains.duties.web import duty_forms, limit_fields, rule_fields
from zhize.domains.duties.web.duty_acts import ClauseField
from zhize.domains.duties.web.rule_fields import when
from zhize.kernel.access import Actor
from zhize.kernel.org.models import Position
from zhize.ui import widgets

KINDS = (
    ("recurring", _("定期：到了时间就要做")),
    ("triggered", _("触发：登记了一件事就要做")),
    ("standing", _("常设：一贯的标准，不计时")),
)
# The fields of a kind that are shown by nothing else.
_ROOTS = {
    "recurring": ("every", "interval", "starting", "due", "on_free_day", "not_before", "count", "share_percent", "at_random"),
    "triggered": ("by_hand", "target_kind"),
    "standing": ("declare",),
}  # fmt: skip


class PositionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} · {obj.unit}"


class PlacedClauseField(ClauseField):
    """Names the position too: while none is chosen, the sentences of several are offered."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.position} · {super().label_from_instance(obj)}"


class NewDutyForm(
    duty_forms.CommonFields,
    duty_forms.TextFields,
    rule_fields.RecurringFields,
    limit_fields.TargetFields,
    limit_fields.DeclareFields,
):
    """Which sentences it carries out, when, how, with what evidence."""

    sections: ClassVar = (
        ui.Section(_("岗位与条款"), ("position", "clauses")),
        ui.Section(_("这件事怎么做"), ("title", "title_en", *duty_forms.TEXTS)),
        ui.Section(pgettext_lazy("duty", "什么时候"), ("kind", "by_hand", "declare")),
        ui.Section("", (*rule_fields.PERIOD_SECTION, *rule_fields.TIME_SECTION, *limit_fields.TARGET_SECTION), columns=3),
        duty_forms.DONE_SECTION,
        duty_forms.TOLD_SECTION,
        ui.Section("", ("reason",)),
    )  # fmt: skip
    wide = ("clauses", "title", "by_hand", "kind")

    position: Any = PositionField(
        label=pgettext_lazy("column", "岗位"), queryset=None, widget=widgets.Combobox()
    )
    clauses: Any = PlacedClauseField(
        label=_("落实的条款"), queryset=None, widget=widgets.Combobox(multiple=True)
    )
    kind = forms.ChoiceField(label=_("种类"), choices=KINDS, initial="recurring", widget=widgets.Segments)
    by_hand = forms.CharField(label=_("发生什么事时要做"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, position: Position | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].queryset = library.positions_to_edit(actor)
        self.fields["clauses"].queryset = library.clauses_of(actor, position)
        self.offer_receivers((position.unit.path if position is not None else None) or "")
        self.fields["ladder_mode"].choices = [row for row in duty_forms.LADDER if row[0] != "as_is"]
        for kind, names in _ROOTS.items():
            for name in names:
                self.fields[name].widget.attrs |= when(f"kind={kind}")
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        place = cleaned.get("position")
        if place and any(clause.position_id != place.pk for clause in cleaned.get("clauses") or ()):
            self.add_error("clauses", _("请只选这个岗位的条款。"))
        wanted = {"recurring": ("every", "due"), "triggered": ("by_hand", "target_kind")}
        for name in wanted.get(str(cleaned.get("kind")), ()):
            if not cleaned.get(name):
                self.add_error(name, _("请填写这一项。"))
        return cleaned

    def rule(self) -> dict[str, Any]:
        """The rule of the chosen kind."""
        said = self.cleaned_data
        if said["kind"] == Kind.STANDING:
            return {"declare": said["declare"]} if said["declare"] else {}
        if said["kind"] == Kind.TRIGGERED:
            event = said["by_hand"].strip()
            return {"by_hand": {"zh": event, "en": event}, "target": limit_fields.read(said)}
        return rule_fields.read(said)
