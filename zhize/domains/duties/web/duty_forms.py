"""The forms of the duty editor: what a department sets of a duty, and a duty of its own."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.duties import ladders, wording
from zhize.domains.duties.models import Duty, Kind
from zhize.domains.duties.selectors import duty as reads
from zhize.domains.duties.services import points, proving
from zhize.domains.duties.web import limit_fields, rule_fields
from zhize.domains.duties.web.rule_fields import when
from zhize.lib.text import Text
from zhize.ui import widgets, words

AREA = {"rows": 2}
TEXTS = ("place", "object", "method")
RECORDED = ("form", "note")
LADDER = (("usual", _("通用")), ("as_is", _("保持现有的")), ("own", _("自定")))


def _evidence() -> list[tuple[str, str]]:
    return [(kind, words.in_language(proving.KIND_TEXTS[kind])) for kind in points.BY_HAND]


def _records() -> list[tuple[str, Any]]:
    named = [(code, words.in_language(text)) for code, text in proving.RECORD_TEXTS.items()]
    return [("", _("没有")), *named]


class CommonFields(ui.Form):
    """Evidence, receiver, weight, ladder: the unit's in every duty."""

    evidence = forms.ChoiceField(label=_("凭证"), choices=_evidence)
    evidence_label = forms.CharField(label=_("凭证叫什么"), max_length=100, required=False)
    evidence_record = forms.ChoiceField(
        label=_("由系统里的哪种记录证明"), choices=_records, required=False, widget=forms.Select(attrs=when("evidence=" + ",".join(RECORDED))),
        help_text=_("选了以后，写成这种记录时可以同时办结这件事。"),
    )  # fmt: skip
    acceptor_code = forms.ChoiceField(
        label=_("接收人"), required=False, widget=widgets.Combobox(), help_text=_("办完后由谁确认；不选就不用确认。")
    )  # fmt: skip
    weight = forms.IntegerField(label=_("权重"), min_value=1, max_value=1000, initial=1)
    ladder_mode = forms.ChoiceField(label=_("提醒与上报"), choices=LADDER, initial="usual")
    remind_minutes = forms.IntegerField(
        label=_("到期前多少分钟提醒办理人"), min_value=1, max_value=43_200, required=False, initial=ladders.REMIND_BEFORE,
        widget=forms.NumberInput(attrs=when("ladder_mode=own")),
    )  # fmt: skip
    next_minutes = forms.IntegerField(
        label=_("超时多少分钟上报再上一级"), min_value=1, max_value=43_200, required=False, initial=ladders.NEXT_LEVEL_AFTER,
        widget=forms.NumberInput(attrs=when("ladder_mode=own")),
    )  # fmt: skip
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea(attrs=AREA))

    def offer_receivers(self, unit_path: str) -> None:
        named = reads.receivers(unit_path)
        self.fields["acceptor_code"].choices = [
            ("", _("不用确认")), *((code, words.in_language(name)) for code, name in named.items())
        ]  # fmt: skip

    def evidence_spec(self, before: dict[str, Any]) -> dict[str, Any]:
        """The evidence that was chosen; what its kind was called and which form it uses stays with the kind."""
        kind, label = self.cleaned_data["evidence"], self.cleaned_data["evidence_label"].strip()
        made = dict(before) if before.get("kind") == kind else {"kind": kind}
        if label and words.in_language(made.get("label") or "") != label:
            made["label"] = {"zh": label, "en": label}
        elif not label:
            made.pop("label", None)
        made.pop("record", None)
        if (record := self.cleaned_data["evidence_record"]) and kind in RECORDED:
            made["record"] = record
        return made

    def ladder(self, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
        match self.cleaned_data["ladder_mode"]:
            case "as_is":
                return before
            case "own":
                return ladders.with_minutes(
                    self.cleaned_data["remind_minutes"], self.cleaned_data["next_minutes"]
                )
        return []


class TextFields(ui.Form):
    """What is to be done, where, with whom and how (ORG-09)."""

    title = forms.CharField(label=_("要做的事"), max_length=200)
    title_en = forms.CharField(label=_("英文"), max_length=200, required=False)
    place = forms.CharField(label=_("地点"), max_length=200)
    object = forms.CharField(label=pgettext_lazy("duty", "对象"), max_length=200)
    method = forms.CharField(label=_("方法与程序"), max_length=500, widget=forms.Textarea(attrs=AREA))


DONE_SECTION = ui.Section(
    _("凭证与接收"), ("evidence", "evidence_label", "evidence_record", "acceptor_code", "weight")
)
TOLD_SECTION = ui.Section(
    _("提醒与上报"), ("ladder_mode", "remind_minutes", "next_minutes"), columns=3, folded=True
)
TEXT_SECTION = ui.Section(_("这件事怎么做"), ("title", "title_en", *TEXTS), folded=True)


class _Edit(CommonFields, TextFields):
    """What a unit may set of an existing duty; what its pack fixes is shown and not asked."""

    def __init__(self, *args: Any, duty: Duty, **kwargs: Any) -> None:
        self.duty = duty
        self.fixed = points.fixed(duty)
        super().__init__(*args, **kwargs)
        self.offer_receivers(duty.unit.path or "")
        now = duty.current
        if now is None or not now.ladder:
            self.fields["ladder_mode"].choices = [row for row in LADDER if row[0] != "as_is"]
        if "evidence" in self.fixed:
            for name in ("evidence", "evidence_label", "evidence_record"):
                del self.fields[name]
        if not points.made_by_unit(duty):
            for name in TEXTS:
                del self.fields[name]
        for name in set(self.fixed) & set(self.fields):
            self._keep(name)

    def _keep(self, name: str) -> None:
        """A fixed point of the rule goes along unseen, because other fields are shown by it; what comes back is ignored."""
        self.fields[name].widget = forms.HiddenInput()
        self.fields[name].required = False

    def rule(self, before: dict[str, Any]) -> dict[str, Any]:
        return before

    def values(self) -> dict[str, Any]:
        """The points that differ from the version in force, as `change_duty` takes them."""
        now, said = self.duty.current, self.cleaned_data
        if now is None:
            return {}
        title = Text.of(now.title)
        given: dict[str, Any] = {
            "rule": self.rule(now.rule),
            "acceptor_code": said.get("acceptor_code", ""),
            "weight": said.get("weight"),
            "ladder": self.ladder(now.ladder),
            "title": {"zh": said.get("title", ""), "en": said.get("title_en") or said.get("title", "")},
        }
        if "evidence" in self.fields:
            given["evidence"] = self.evidence_spec(now.evidence)
        held: dict[str, Any] = {name: getattr(now, name) for name in given}
        held["title"] = {"zh": title.zh, "en": title.en or title.zh}
        for name in set(TEXTS) & set(self.fields):
            held[name] = dict(now.spec.get(name) or {})
            given[name] = _text(said.get(name, ""), held[name])
        if points.plain(held["rule"]) == points.plain(given["rule"]):
            given["rule"] = held["rule"]
        return {name: value for name, value in given.items() if value != held[name]}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.values():
            raise forms.ValidationError(_("没有改动任何内容。"))
        return cleaned


def _text(said: str, before: dict[str, Any]) -> dict[str, Any]:
    """A text of a duty of the unit's own; written in one language, it is the same in the other until that is written."""
    return before if words.in_language(before) == said else {"zh": said, "en": said}


class EditRecurring(_Edit, rule_fields.RecurringFields):
    sections: ClassVar = (
        ui.Section(_("周期"), rule_fields.PERIOD_SECTION, columns=3),
        ui.Section(_("时刻与数量"), rule_fields.TIME_SECTION, columns=3),
        DONE_SECTION,
        TOLD_SECTION,
        TEXT_SECTION,
        ui.Section("", ("reason",)),
    )

    def rule(self, before: dict[str, Any]) -> dict[str, Any]:
        # What the form does not ask (no_repeat, the step before in a chain) stays as it is.
        unasked = {name: value for name, value in before.items() if name not in rule_fields.ASKED}
        fixed = {name: before[name] for name in self.fixed if name in before}
        return points.plain({**unasked, **rule_fields.read(self.cleaned_data), **fixed})


class EditTriggered(_Edit, limit_fields.TargetFields):
    sections: ClassVar = (
        ui.Section(pgettext_lazy("policy", "时限"), limit_fields.TARGET_SECTION, columns=3),
        DONE_SECTION,
        TOLD_SECTION,
        TEXT_SECTION,
        ui.Section("", ("reason",)),
    )

    def __init__(self, *args: Any, duty: Duty, **kwargs: Any) -> None:
        super().__init__(*args, duty=duty, **kwargs)
        if not self._limited():
            for name in limit_fields.TARGET_SECTION:
                del self.fields[name]
        elif "target.kind" in self.fixed:
            self._keep("target_kind")

    def _limited(self) -> bool:
        """Whether its limit stands in the duty; else it is that of the policy table, or of what it is about."""
        return bool(self.duty.current is not None and self.duty.current.rule.get("target"))

    def rule(self, before: dict[str, Any]) -> dict[str, Any]:
        if not self._limited():
            return before
        said = dict(self.cleaned_data)
        if "target.kind" in self.fixed:
            said["target_kind"] = limit_fields.initial(before["target"])["target_kind"]
        target = limit_fields.read(said)
        if target == limit_fields.read(_cleaned(before["target"])):
            return before
        return {**before, "target": target}


def _cleaned(target: dict[str, Any]) -> dict[str, Any]:
    """A stored limit as the form would have read it."""
    shown = limit_fields.initial(target)
    until = shown.get("until")
    return {**shown, "until": forms.TimeField().clean(until) if until else None}


class EditStanding(_Edit, limit_fields.DeclareFields):
    sections: ClassVar = (
        ui.Section(Kind.STANDING.label, ("declare",)),
        DONE_SECTION,
        TEXT_SECTION,
        ui.Section("", ("reason",)),
    )

    def __init__(self, *args: Any, duty: Duty, **kwargs: Any) -> None:
        super().__init__(*args, duty=duty, **kwargs)
        for name in ("ladder_mode", "remind_minutes", "next_minutes"):
            del self.fields[name]

    def ladder(self, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return before

    def rule(self, before: dict[str, Any]) -> dict[str, Any]:
        return {"declare": self.cleaned_data["declare"]} if self.cleaned_data.get("declare") else {}


EDITORS: dict[str, type[_Edit]] = {
    "recurring": EditRecurring,
    "triggered": EditTriggered,
    "standing": EditStanding,
}


def initial_of(duty: Duty) -> dict[str, Any]:
    """The editor's fields as the version in force fills them."""
    now = duty.current
    if now is None:
        return {}
    title = Text.of(now.title)
    found: dict[str, Any] = {
        "evidence": now.evidence.get("kind"),
        "evidence_record": now.evidence.get("record") or "",
        "evidence_label": words.in_language(now.evidence.get("label") or ""),
        "acceptor_code": now.acceptor_code,
        "weight": now.weight,
        "ladder_mode": "as_is" if now.ladder else "usual",
        "title": title.zh,
        "title_en": title.en if title.en != title.zh else "",
        **{name: words.in_language(now.spec.get(name) or "") for name in TEXTS},
    }
    if duty.kind == Kind.RECURRING:
        found |= rule_fields.initial(now.rule)
    elif duty.kind == Kind.STANDING:
        found["declare"] = now.rule.get("declare", "")
    elif now.rule.get("target"):
        found |= limit_fields.initial(now.rule["target"])
    return found


def said_as_fixed(duty: Duty) -> list[tuple[Any, Text, Any]]:
    """What the pack fixes of a duty: what it is, as it stands, and why."""
    now, fixed = duty.current, points.fixed(duty)
    if now is None or not fixed:
        return []
    found: list[tuple[Any, Text, Any]] = []
    rule = [why for name, why in fixed.items() if name != "evidence"]
    if rule and duty.kind == Kind.RECURRING:
        found.append((pgettext_lazy("duty", "规则"), wording.rule_text(duty.kind, now.rule), rule[0]))
    elif rule:
        found.append((Kind.TRIGGERED.label, wording.event_text(now.rule), rule[0]))
    if "evidence" in fixed:
        found.append((_("凭证"), wording.evidence_text(now.evidence), fixed["evidence"]))
    return found
