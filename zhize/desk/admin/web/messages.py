"""Texts of messages: what is in force, the site's own wording with its placeholders checked, preview."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.desk.admin.web import wording
from zhize.kernel import packs
from zhize.kernel.db import NotFound
from zhize.kernel.notices import capabilities as caps
from zhize.kernel.notices import selectors, services, texts
from zhize.lib.text import Text

ORIGINS = {"site": _("本单位"), "pack": _("行业包"), "default": _("产品默认")}


def _text_of(code: str) -> selectors.InForce:
    try:
        return selectors.text_of(code)
    except texts.UnknownTemplate:
        raise NotFound from None


@ui.page(capability=caps.TEXT_EDIT, methods=("GET",))
def index(request: HttpRequest) -> HttpResponse:
    """Every message as it would be sent now."""
    wanted = request.GET.get("q", "").strip().lower()
    codes = sorted(
        {item.code for item in texts.all_templates()} | {item.code for item in packs.listing("messages")}
    )
    rows = selectors.texts_in_force(codes)
    if wanted:
        rows = [
            row
            for row in rows
            if wanted in f"{row.code} {row.message.title.zh} {row.message.title.en} {_worded(row)}".lower()
        ]
    values = {
        "title": _("消息模板"),
        "rows": [(row, _worded(row), ORIGINS[row.origin]) for row in rows],
        "words": request.GET.get("q", ""),
    }
    return ui.render(request, "admin/texts.html", values)


def _worded(row: selectors.InForce) -> str:
    """The title with what its placeholders mean in their places."""
    return texts.fill(row.message.title, _sample(row.message, row.names), get_language() or "zh-hans")


def _sample(message: texts.Message, names: dict[str, str] | None) -> dict[str, Text]:
    """What each placeholder means, in brackets; one that nobody explains by its name."""
    known = dict(names or {})
    for text in (message.title, message.body, message.short):
        for name in texts.placeholders(text):
            known.setdefault(name, name)
    meant = {name: wording.place(name, meaning) for name, meaning in known.items()}
    return {name: Text(f"〔{text.zh}〕", f"[{text.en}]") for name, text in meant.items()}


class TextForm(ui.Form):
    sections = (
        ui.Section(_("标题"), ("title_zh", "title_en")),
        ui.Section(_("正文"), ("body_zh", "body_en"), columns=1),
        ui.Section(_("短信"), ("short_zh", "short_en"), folded=True),
        ui.Section("", ("note",)),
    )
    wide = ("note",)
    title_zh = forms.CharField(label=_("中文标题"), max_length=300)
    title_en = forms.CharField(label=_("英文标题"), max_length=300, required=False)
    body_zh = forms.CharField(
        label=_("中文正文"), max_length=8000, required=False, widget=forms.Textarea({"rows": 7})
    )
    body_en = forms.CharField(
        label=_("英文正文"), max_length=8000, required=False, widget=forms.Textarea({"rows": 7})
    )
    short_zh = forms.CharField(label=_("中文短信"), max_length=300, required=False)
    short_en = forms.CharField(label=_("英文短信"), max_length=300, required=False)
    note = forms.CharField(label=_("修改原因"), max_length=200, required=False)

    def refuse(self, error: Any) -> None:
        """Services speak of title, body and short; the Chinese field stands first."""
        from zhize.kernel.db import Invalid

        if isinstance(error, Invalid):
            error = Invalid(
                {
                    f"{name}_zh" if name in {"title", "body", "short"} else name: said
                    for name, said in error.errors.items()
                }
            )
        super().refuse(error)


def _pair(given: dict[str, Any], name: str) -> Text:
    return Text(given.get(f"{name}_zh", ""), given.get(f"{name}_en", ""))


class EditText(ui.FormPage):
    """Put the site's own wording in force."""

    capability = caps.TEXT_EDIT
    form_class, submit = TextForm, _("启用这段文字")
    done_message = _("已启用。")
    template = "admin/text.html"

    def begin(self, request: HttpRequest) -> None:
        super().begin(request)
        self.known = _text_of(self.kwargs["code"])

    def title_text(self) -> Any:
        return self.known.message.title

    def draft_key(self) -> str:
        return f"admin.text:{self.known.code}"

    def initial(self) -> dict[str, Any]:
        message = self.known.message
        return {
            f"{name}_{language}": getattr(getattr(message, name), language)
            for name in ("title", "body", "short")
            for language in ("zh", "en")
        }

    def context(self) -> dict[str, Any]:
        names = self.known.names
        if names is None:
            message = self.known.message
            names = {
                name: ""
                for text in (message.title, message.body, message.short)
                for name in texts.placeholders(text)
            }
        return {
            "known": self.known,
            "origin": ORIGINS[self.known.origin],
            "names": sorted((name, wording.place(name, meaning)) for name, meaning in names.items()),
            "versions": selectors.versions(self.known.code)[:10],
            "crumbs": [(_("消息模板"), reverse("admin:texts")), (self.known.code, "")],
            "shown": shown(self.known.message, self.known.names),
        }

    def perform(self, form: Any) -> Any:
        given = form.cleaned_data
        return services.save_text(
            actor=self.actor,
            code=self.known.code,
            title=_pair(given, "title"),
            body=_pair(given, "body"),
            short=_pair(given, "short"),
            note=given["note"],
        )

    def success_url(self, result: Any) -> str:
        return reverse("admin:text", args=[self.known.code])


def shown(message: texts.Message, names: dict[str, str] | None) -> list[dict[str, Any]]:
    """The message in both languages with what its placeholders mean filled in."""
    sample = _sample(message, names)
    return [
        {
            "language": language,
            "title": texts.fill(message.title, sample, code),
            "body": texts.fill(message.body, sample, code),
        }
        for language, code in (("中文", "zh-hans"), ("English", "en"))
    ]


@ui.page(capability=caps.TEXT_EDIT, methods=("POST",))
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """What the texts being typed would look like, and which placeholders the message does not have."""
    known = _text_of(code)
    message = texts.Message(
        _pair(request.POST.dict(), "title"),
        _pair(request.POST.dict(), "body"),
        _pair(request.POST.dict(), "short"),
    )
    unknown = texts.strangers(message, known.names) if known.names is not None else []
    return ui.fragment(
        request, "admin/parts/preview.html", {"shown": shown(message, known.names), "unknown": unknown}
    )


@ui.page(capability=caps.TEXT_EDIT, methods=("POST",))
def revert(request: HttpRequest, code: str) -> HttpResponse:
    """Go back to the text of the pack or the product."""
    services.revert_text(actor=request.actor, code=_text_of(code).code)
    return ui.done(request, _("已恢复。"), to=reverse("admin:text", args=[code]))
