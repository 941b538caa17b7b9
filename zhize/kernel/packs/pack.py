"""Sections whose owner stands below packs: message texts, classes of documents with their retention."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from zhize.kernel import packs
from zhize.kernel.forms import FormSpec
from zhize.kernel.notices import texts
from zhize.kernel.packs.specs import Code, Item, MessageCode, PackText, Spec, site
from zhize.lib.text import Text


class MessageSpec(Spec):
    """The text of a notice. Names in braces ({number}, {due}) are filled in by whoever sends it."""

    code: MessageCode
    title: PackText = site()
    body: PackText = site()
    sms: PackText | None = site(None)
    to_customer: bool = False
    needs_ack: bool = False


class DocumentClassSpec(Item):
    """A class of documents: what belongs to it and how long it is kept; never less than a year (D20)."""

    label: PackText
    number: str
    keep_years: Annotated[int, Field(ge=1, le=100)] | None = site(1)
    """Empty: kept for good."""
    counted_from: Literal["created", "closed", "year_end", "contract_end"] = "year_end"
    forms: tuple[str, ...] = ()
    confidential: bool = False
    keeper: Code | None = None


def check_messages(pack: packs.Pack) -> Iterator[packs.Problem]:
    """Texts use only the names that their sender fills in, and the same ones in both languages."""
    for message in pack.items("messages"):
        for field in ("title", "body", "sms"):
            text = getattr(message, field)
            if text is not None and _names(text.zh) != _names(text.en):
                yield pack.problem("messages", message.code, (field,), _("中英文里花括号中的名称不一致。"))
        template = texts.declared(message.code)
        if template is not None:
            for name in texts.strangers(as_message(message), template.names):
                problem = _("这条通知里没有“{name}”可填。").format(name=name)
                yield pack.problem("messages", message.code, ("body",), problem)


def as_message(spec: MessageSpec) -> texts.Message:
    """The pack's texts as kernel.notices fills them in."""
    return texts.Message(spec.title, spec.body, spec.sms or Text("", ""))


def check_document_classes(pack: packs.Pack) -> Iterator[packs.Problem]:
    """Keepers exist; numbers are unique."""
    seen: set[str] = set()
    for item in pack.items("document_classes"):
        if item.keeper is not None and item.keeper not in pack.codes("positions"):
            message = _("没有叫“{name}”的岗位。").format(name=item.keeper)
            yield pack.problem("document_classes", item.code, ("keeper",), message)
        if item.number in seen:
            yield pack.problem("document_classes", item.code, ("number",), _("类号重复。"))
        seen.add(item.number)


def _names(text: str) -> set[str]:
    return texts.placeholders(Text(text, ""))


packs.section("forms", model=FormSpec)
packs.section("messages", model=MessageSpec, check=check_messages)
packs.section("document_classes", model=DocumentClassSpec, check=check_document_classes)
