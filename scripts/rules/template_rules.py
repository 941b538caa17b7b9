"""Rules for templates: strict content policy, escaping, and texts that can be translated."""

from __future__ import annotations

import re
from collections.abc import Callable

from rules.base import Hits, Rule, Source

COMMENT = re.compile(r"{#.*?#}|{%-?\s*comment\b.*?endcomment\s*-?%}|<!--.*?-->", re.DOTALL)
TRANSLATED = re.compile(r"{%-?\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*-?%}", re.DOTALL)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
CHINESE = re.compile(r"[\u4e00-\u9fff]+")


def _template(path: str) -> bool:
    return path.startswith("zhize/") and path.endswith(".html") and "/vendor/" not in path


def _page(path: str) -> bool:
    """Templates that a browser shows under our content policy; mails have no policy but need their styles inline."""
    return _template(path) and "/mail/" not in path and "/mails/" not in path


def blank(pattern: re.Pattern[str], text: str) -> str:
    """The text with what matches replaced by spaces, so that lines keep their numbers."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group(0)), text)


def _matches(pattern: str, message: str) -> Callable[[Source], Hits]:
    compiled = re.compile(pattern, re.IGNORECASE)

    def find(source: Source) -> Hits:
        text = blank(COMMENT, source.text)
        for match in compiled.finditer(text):
            yield text.count("\n", 0, match.start()) + 1, message

    return find


def find_untranslated(source: Source) -> Hits:
    text = source.text
    for pattern in (COMMENT, TRANSLATED, TAG):
        text = blank(pattern, text)
    for number, line in enumerate(text.splitlines(), start=1):
        match = CHINESE.search(line)
        if match:
            yield number, f"{match.group(0)} is not translated: use {{% translate %}}"


PAGE = "zhize/domains/cases/web/templates/cases/detail.html"
RULES = (
    Rule(
        "inline-script",
        "the content policy allows scripts from files only",
        _page,
        _matches(
            r"<script(?![^>]*\b(src=|type=.application/json))[^>]*>", "inline script: put it into a file"
        ),
        good=((PAGE, '<script src="{% static "ui/app.js" %}" defer></script>'),),
        bad=((PAGE, "<script>alert(1)</script>"),),
    ),
    Rule(
        "inline-handler",
        "the content policy allows scripts from files only",
        _page,
        _matches(
            r"<[^>]*\s(on[a-z]{3,}|hx-on[:\w-]*)\s*=",
            "inline handler: register a component or use a data attribute",
        ),
        good=((PAGE, '<button data-action="close">'), (PAGE, '<c-icon name="online" />')),
        bad=((PAGE, '<a onclick="x()">'), (PAGE, '<form hx-on:submit="x()">')),
    ),
    Rule(
        "inline-style",
        "the content policy allows styles from files only",
        _page,
        _matches(r"<style\b|<[^>]*\sstyle\s*=", "inline style: use a class"),
        good=((PAGE, '<div class="w-50">'),),
        bad=((PAGE, '<div style="width: 50%">'), (PAGE, "<style>a {}</style>")),
    ),
    Rule(
        "template-safe",
        "text that people typed is escaped wherever it is shown",
        lambda path: _template(path) and not path.startswith("zhize/ui/"),
        _matches(r"\|\s*safe\b|{%\s*autoescape off", "unescaped text outside ui"),
        good=((PAGE, "{{ note }}"), ("zhize/ui/templates/ui/x.html", "{{ svg|safe }}")),
        bad=((PAGE, "{{ note|safe }}"), (PAGE, "{% autoescape off %}{{ note }}{% endautoescape %}")),
    ),
    Rule(
        "untranslated",
        "every text on a page has its English",
        _template,
        find_untranslated,
        good=(
            (
                PAGE,
                '<h1>{% translate "受理" %}</h1>{# 说明 #}{% blocktranslate %}共 {{ n }} 件{% endblocktranslate %}',
            ),
        ),
        bad=((PAGE, "<h1>受理</h1>"), (PAGE, '<c-button label="受理" />')),
    ),
)
