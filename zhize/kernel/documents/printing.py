"""PDF from a template and data."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import structlog
import typst
from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from zhize.kernel.db.errors import DomainError
from zhize.kernel.documents import fonts
from zhize.kernel.documents.sheet import Sheet
from zhize.lib.text import Text, is_traditional

_ROOT = Path(__file__).resolve().parents[2]
_NAME = re.compile(r"([a-z_]+)/([a-z_]+)")

log = structlog.get_logger(__name__)


class UnprintableDocument(DomainError):
    """The template and the data do not go together; the log has the template's own message."""

    code = "documents.unprintable"
    message = _("这份文件暂时打印不出来，问题已记入日志。")
    status = 500


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """A PDF of `template` ("label/name", the file documents/name.typ of that app) filled with `data`.

    The data reaches the template as JSON and can never become markup. A character that no font has is
    printed as a box instead of failing the document. Moments must already be texts in the reader's zone:
    a datetime in `data` raises TypeError.
    """
    path = template_path(template)
    compiler = typst.Compiler(str(path), root=str(_ROOT), font_paths=fonts.collection())
    inputs = {
        "data": json.dumps(data, default=_plain, ensure_ascii=False),
        "fonts": json.dumps(fonts.families() or ["Libertinus Serif"]),
        "words": json.dumps(_words(), ensure_ascii=False),
    }
    try:
        made = compiler.compile(format="pdf", sys_inputs=inputs)
    except typst.TypstError as error:
        log.error("document.failed", template=template, problem=error.message, where=error.diagnostic)
        raise UnprintableDocument from error
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


def sheet_pdf(sheet: Sheet) -> bytes:
    """The sheet as a PDF in the common layout."""
    return pdf("documents/sheet", sheet.as_data())


@cache
def template_path(template: str) -> Path:
    """The file of a template. Raises LookupError when there is none."""
    match = _NAME.fullmatch(template)
    if match:
        path = Path(apps.get_app_config(match[1]).path) / "documents" / f"{match[2]}.typ"
        if path.is_file():
            return path
    raise LookupError(f"no document template {template!r}")


def _words() -> dict[str, str]:
    """The few words that the layout itself puts on paper, and the language of the document."""
    language = get_language() or "zh-hans"
    chinese = language.startswith("zh")
    return {
        "lang": "zh" if chinese else "en",
        "region": ("tw" if is_traditional(language) else "cn") if chinese else "gb",
        "page": pgettext("foot of a printed page", "第 {page} 页，共 {pages} 页"),
        "colon": pgettext("between a name and its value", "："),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.in_language(get_language() or "zh-hans")
    if isinstance(value, (Promise, Decimal)):
        return str(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} ({type(value).__name__}) is no text, number or day for a document")
