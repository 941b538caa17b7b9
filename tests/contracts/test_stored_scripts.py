"""No text that anybody typed becomes markup or a formula: not in a page, with or without the policy, nor in an export.

Every text column of every table gets the same hostile words, as if each had slipped through somewhere, and
then every page and export that shows them is read.
"""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.test import Client

from tests.contracts.test_routes import pages
from tests.contracts.test_scope import BACKEND, url_of, where
from tests.journeys.test_every_page import REFUSED
from tests.kit import everything
from tests.kit.cast import Cast
from zhize.kernel.accounts.models import User

HOSTILE = '=zzz\'"></textarea></title></script></option>{{zzz}}<zzz-x zzz-y=1 onclick=zzz()><a href="javascript:zzz()">'
SHORT = "<zzz-x zzz-y=1>"
TEXTS = re.compile(
    r"name|title|text|body|note|remark|summary|content|description|reason|label|address|detail|place|purpose|solution"
    r"|agenda|minutes|who|sender|subject$|measures|decision|result|cause|history"
)
# Columns that are read by the program and not by people, or tables of the framework.
NOT_WORDS = re.compile(
    r"(_type|_code|_class|subject_type|network|address_hash|file_name)$|^(history_link|history_head|procrastinate)"
)
NOT_TABLES = ("django_", "procrastinate", "ui_", "account", "mfa", "socialaccount", "usersessions", "packs_")
# Markup that we make, and what a text becomes in it: neither is in the hostile words.
OURS = re.compile(
    r'class="|href="/|</?(span|svg|use|time|br|ul|li|p|b|i|small|strong|progress)\b|&(lt|gt|amp|quot|#)'
)
POLICY = {
    "default-src": "'none'",
    "object-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


class Reader(HTMLParser):
    """Collects what came out of data as markup or as something that runs."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag.startswith("zzz"):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            said = (value or "").strip().lower()
            runs = name.startswith(("on", "x-", "@", ":", "hx-on")) and "zzz" in said
            leads = name in {"href", "src", "action", "formaction", "hx-get", "hx-post"} and said.startswith(
                ("javascript:", "data:text", "vbscript:")
            )
            if "zzz" in name or name == "style" or runs or leads:
                self.found.append(f"<{tag} {name}={said[:60]}>")


def poison() -> int:
    """Put the hostile words into every text column; returns how many columns took them."""
    taken = 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL zhize.maintenance = 'on'")
        for model in apps.get_models():
            table = model._meta.db_table
            if table.startswith(NOT_TABLES):
                continue
            for field in model._meta.local_concrete_fields:
                taken += _poison_column(cursor, table, field)
    return taken


def _poison_column(cursor: Any, table: str, field: models.Field[Any, Any]) -> bool:
    if not isinstance(field, models.CharField | models.TextField) or field.choices:
        return False
    if not TEXTS.search(field.name) or NOT_WORDS.search(field.name):
        return False
    longest = field.max_length or 4000
    # The name of a file stands in its address and never holds a slash (tests/kernel/files/test_recognition.py).
    words = HOSTILE if longest >= len(HOSTILE) + 8 and table != "files_attachment" else SHORT
    if longest < len(words) + 4:
        return False
    try:
        with transaction.atomic():
            cursor.execute(
                f'UPDATE "{table}" SET "{field.column}" = left(%s || "{field.column}", %s) WHERE "{field.column}" <> \'\'',
                [words, longest],
            )
            return bool(cursor.rowcount)
    except DatabaseError:
        return False


def shown(client: Client, address: str, **query: str) -> tuple[int, bytes, Any]:
    answer = client.get(address, query)
    return (
        answer.status_code,
        b"".join(answer.streaming_content) if answer.streaming else answer.content,
        answer,
    )


def faults_of_page(name: str, body: bytes, answer: Any) -> Iterator[str]:
    if not answer["Content-Type"].startswith("text/html"):
        return
    reader = Reader()
    reader.feed(body.decode("utf-8", "replace"))
    if reader.found:
        yield f"{name}: {reader.found[:3]}"
    said = dict(
        part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";")
    )
    for directive, value in POLICY.items():
        if said.get(directive) != value:
            yield f"{name}: {directive} {said.get(directive)}"
    if (
        "unsafe" in answer.headers["Content-Security-Policy"]
        or "*" in answer.headers["Content-Security-Policy"]
    ):
        yield f"{name}: a policy with holes"
    if answer.headers["X-Content-Type-Options"] != "nosniff":
        yield f"{name}: may be sniffed"


def faults_of_export(name: str, kind: str, body: bytes) -> Iterator[str]:
    if kind == "csv":
        cells = [cell for row in csv.reader(io.StringIO(body.decode("utf-8-sig"))) for cell in row]
        wrong = [cell for cell in cells if re.match(r"\s*[=@\t\r]", cell)]
    else:
        book = openpyxl.load_workbook(io.BytesIO(body))
        filled = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
        cells = [str(cell.value) for cell in filled]
        wrong = [str(cell.value) for cell in filled if cell.data_type == "f"]
    wrong += [cell for cell in cells if OURS.search(cell)]
    if wrong:
        yield f"{name} as {kind}: {wrong[:2]}"


@pytest.fixture
def poisoned(cast: Cast) -> tuple[User, str, str]:
    somebody = everything.everybody(cast)
    code = everything.furnish(cast, somebody)
    token = everything.survey(somebody)
    assert poison() > 80
    return User.objects.get(pk=somebody.pk), code, token


def test_no_page_and_no_export_lets_a_text_become_markup_or_a_formula(
    poisoned: tuple[User, str, str],
) -> None:
    user, code, token = poisoned
    client = Client()
    client.force_login(user, backend=BACKEND)
    faults: list[str] = []
    seen = books = 0
    lists: set[str] = set()
    logging.disable(logging.WARNING)
    try:
        for route in pages():
            assert route.access is not None
            if "GET" not in route.access.methods or (url := url_of(route)) is None:
                continue
            for place, word in (("p/progress", code), ("p/received", code), ("p/survey", token)):
                if where(route) == place:
                    url = f"/{place}/{word}/"
            status, body, answer = shown(client, url)
            if status >= 500 and status != REFUSED.get(route.name):
                faults.append(f"{route.name} {url}: {status}")
            faults += faults_of_page(route.name, body, answer)
            if "spreadsheet" in answer["Content-Type"]:
                books += 1
                faults += faults_of_export(route.name, "xlsx", body)
            seen += b"zzz" in body
            view = getattr(route.view, "view_class", None)
            if getattr(view, "export", None):
                every = ",".join(column.name for column in view.columns)
                for kind in ("csv", "xlsx"):
                    status, body, _answer = shown(client, url, export=kind, cols=every)
                    lists.add(route.name)
                    faults += (
                        faults_of_export(route.name, kind, body)
                        if status == 200
                        else [f"{route.name}: {status}"]
                    )
    finally:
        logging.disable(logging.NOTSET)
    assert not faults, "\n".join(faults)
    assert seen > 150  # the words are really shown
    assert books > 2
    assert len(lists) > 30
