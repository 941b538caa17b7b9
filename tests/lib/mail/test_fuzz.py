"""Whatever bytes arrive, the outcome is a message or UnreadableMail."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lib.mail.kit import multi, part, raw, word
from zhize.lib.mailparse import ParsedMail, UnreadableMail, parse

SEEDS = [
    raw("电梯异响", Subject=word("投诉", "gb2312"), References="<a@b> <c@d>"),
    multi(
        "mixed",
        part("见附件"),
        part(
            b"\x00\x01", "application/octet-stream", Content_Disposition="attachment; filename*0*=gbk''%B5%E7"
        ),
        multi("alternative", part("x"), part("<p>y", "text/html; charset=big5"), bare="yes"),
        b"Content-Type: message/rfc822\r\n\r\n" + raw("inner"),
    ),
    multi(
        "report",
        part("bounced"),
        b"Content-Type: message/delivery-status\r\n\r\nA: b\r\n\r\nFinal-Recipient: rfc822; a@b\r\n",
        kind='multipart/report; report-type=delivery-status; boundary="BOUNDARY"',
    ),
]

HEADERS = [
    b"From",
    b"To",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"References",
    b"Content-Type",
    b"Return-Path",
    b"Content-Disposition",
    b"Content-Transfer-Encoding",
    b"Auto-Submitted",
    b"Precedence",
    b"List-Id",
    b"Content-ID",
]
VALUES = [
    b"multipart/mixed; boundary=b",
    b"multipart/report; report-type=delivery-status; boundary=b",
    b"message/rfc822",
    b"message/delivery-status",
    b"text/html; charset=\xff",
    b"text/plain; charset*0*=utf-8''%",
    b"base64",
    b"quoted-printable",
    b"uuencode",
    b"attachment; filename*1*=x; filename*=''",
    b"a@b.cn",
    b"=?gbk?B?/////?=",
    b"<>",
    b"Mon, 2 Mar 2026 99:99:99 +9999",
]

headers = st.lists(
    st.tuples(st.sampled_from(HEADERS), st.one_of(st.sampled_from(VALUES), st.binary(max_size=30)))
)
bodies = st.lists(
    st.one_of(st.sampled_from([b"--b", b"--b--", b"", b"> x", b"begin 644 f"]), st.binary(max_size=30))
)


def outcome(data: bytes) -> ParsedMail | None:
    try:
        mail = parse(data)
    except UnreadableMail as error:
        assert error.reason
        return None
    for text in (
        mail.subject,
        mail.text,
        mail.reply,
        mail.sender.name,
        *(item.name for item in mail.attachments),
    ):
        assert "\x00" not in text
        text.encode()
    assert bool(mail.reply) == bool(mail.text)
    assert all(item.name and "/" not in item.name for item in mail.attachments)
    return mail


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_arbitrary_bytes(data: bytes) -> None:
    outcome(data)
    outcome(b"From: a@b.cn\r\n" + data)


@settings(max_examples=400, deadline=None)
@given(headers, bodies)
def test_arbitrary_messages(heads: list[tuple[bytes, bytes]], lines: list[bytes]) -> None:
    head = b"".join(name + b": " + value + b"\r\n" for name, value in heads)
    outcome(b"From: a@b.cn\r\n" + head + b"\r\n" + b"\r\n".join(lines))


@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_damaged_messages(seed: int) -> None:
    chance = random.Random(seed)
    assert outcome(SEEDS[seed]) is not None
    for _ in range(400):
        data = bytearray(SEEDS[seed])
        for _ in range(chance.randint(1, 12)):
            place = chance.randrange(len(data))
            match chance.randrange(3):
                case 0:
                    data[place] = chance.randrange(256)
                case 1:
                    del data[place : place + chance.randint(1, 20)]
                case _:
                    data[place:place] = chance.choice(VALUES)
        outcome(bytes(data))
