"""HTML bodies as text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# Set where a client's own container of the quoted history begins; never part of a result.
QUOTE_MARK = "\x1d"
MAX_HTML = 2_000_000


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SKIPPED = _words("script style head title template noscript svg")
_BLOCKS = _words(
    "address article aside blockquote dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header li"
    " main ol p pre section table tr ul"
)
_PARAGRAPHS = _words("p h1 h2 h3 h4 h5 h6 table ul ol blockquote pre")
# Gmail, Outlook (desktop, web), Apple, Yahoo, NetEase, QQ, Foxmail, Thunderbird, Aliyun.
_QUOTE_IDS = _words(
    "divrplyfwdmsg isreplycontent isforwardcontent origbody appendonsend replysplit ntes-flag-quote"
    " mail-editor-reference-message-container stopspelling orimsghtmlseparator"
)
_QUOTE_CLASSES = _words(
    "gmail_quote gmail_extra yahoo_quoted moz-cite-prefix ntes-mailmaster-quote foxdiv_quote qmbox_quote"
    " xm_mail_oringinal_describe mail_quote alimail-quote __aliyun_previous_body_wrap"
)
_QUOTE_TAGS = _words("includetail")


def to_text(html: str) -> str:
    """The readable text of an HTML body, with QUOTE_MARK where a known client starts quoting."""
    reader = _Reader()
    reader.feed(_without_traps(html[:MAX_HTML]))
    reader.close()
    return reader.text()


def _without_traps(html: str) -> str:
    """Takes out what makes the standard parser slow: unclosed comments, marked sections, tags without end."""
    kept: list[str] = []
    place = 0
    while (start := html.find("<!--", place)) != -1:
        kept.append(html[place:start])
        end = html.find("-->", start + 4)
        if end == -1:
            place = len(html)
            break
        place = end + 3
    kept.append(html[place:])
    html = re.sub(r"<!\[[^<>]{0,300}>", "", "".join(kept)).replace("<![", " ")
    last = html.rfind(">") + 1
    return html[:last] + html[last:].replace("<", "&lt;")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._skipping = 0
        self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipping += 1
            return
        if tag == "body":
            self._skipping = 0
        values = {name: (value or "") for name, value in attrs}
        if self._is_quote(tag, values):
            self._parts.append(f"\n{QUOTE_MARK}\n")
        if tag == "br":
            self._parts.append("\n")
        elif tag == "hr":
            self._parts.append("\n----\n")
        elif tag in ("td", "th"):
            self._parts.append(" ")
        elif tag == "img" and not self._skipping:
            self._parts.append(f" {values.get('alt', '').strip()} ")
        elif tag in _BLOCKS:
            self._parts.append("\n\n" if tag in _PARAGRAPHS else "\n")
            if tag == "li":
                self._parts.append("- ")
            self._pre += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipping = max(0, self._skipping - 1)
        elif tag in _BLOCKS:
            self._parts.append("\n\n" if tag in _PARAGRAPHS else "\n")
            self._pre = max(0, self._pre - (tag == "pre"))

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self._parts.append(data if self._pre else re.sub(r"[ \t\r\n\f]+", " ", data))

    def text(self) -> str:
        lines = [" ".join(line.split(" ")).strip(" \t\u00a0") for line in "".join(self._parts).split("\n")]
        text = "\n".join(re.sub(r"[ \u00a0]{2,}", " ", line) for line in lines)
        return re.sub(r"\n{3,}", "\n\n", text).strip()

    @staticmethod
    def _is_quote(tag: str, values: dict[str, str]) -> bool:
        if tag in _QUOTE_TAGS or values.get("id", "").lower() in _QUOTE_IDS:
            return True
        if tag == "blockquote" and values.get("type", "").lower() == "cite":
            return True
        return any(name.lower() in _QUOTE_CLASSES for name in values.get("class", "").split())
