"""No text of anybody's becomes a header or a recipient of a mail."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest

from zhize.kernel.notices import mailing
from zhize.kernel.notices.models import Delivery
from zhize.lib import clock

BREAKS = ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\r\n ", "\r\n\r\n"]
OTHER = "Bcc: other@evil.example"
HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", mailing.OWN_HEADER}


def delivery(**fields: object) -> Delivery:
    values = {
        "address": "a@customer.example", "title": "回复", "body": "您好", "message_id": "<1@wy.example>",
        "created_at": clock.now(), "headers": {},
    }  # fmt: skip
    return Delivery(channel="email", **{**values, **fields})


@pytest.mark.parametrize("broken", BREAKS)
@pytest.mark.parametrize("where", ["title", "From-Name", "Reply-To", "References", "In-Reply-To", "body"])
def test_a_line_break_in_a_text_begins_no_header(broken: str, where: str) -> None:
    text = f"王伟{broken}{OTHER}" if where != "Reply-To" else f"case@wy.example{broken}{OTHER}"
    fields = {where: text} if where in {"title", "body"} else {"headers": {where: text}}
    row = delivery(**fields)
    try:
        raw = mailing.compose(row).as_bytes()
    except mailing.Rejected as refused:
        # An address that is none; the mail stays here, with the reason in the log of deliveries.
        assert where == "Reply-To"
        assert refused.final
        return
    mail = message_from_bytes(raw, policy=default)
    expected = HEADERS | ({where} if where in mailing.HEADERS else set())
    assert {
        name for name in mail if name not in {"Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
    } == expected
    assert mailing.recipients(row) == ["a@customer.example"]


@pytest.mark.parametrize("broken", BREAKS)
@pytest.mark.parametrize("where", ["address", "Cc"])
def test_a_line_break_in_an_address_sends_nothing_elsewhere(broken: str, where: str) -> None:
    address = f"a@customer.example{broken}{OTHER}"
    row = delivery(address=address) if where == "address" else delivery(headers={"Cc": address})
    try:
        mail = message_from_bytes(mailing.compose(row).as_bytes(), policy=default)
    except mailing.Rejected:
        return
    assert mail["Bcc"] is None
    assert not any("evil" in one for one in mailing.recipients(row))
