from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

import pytest

from tests.lib.mail.kit import multi, part, raw, word
from zhize.lib.mailparse import Address, Limits, UnreadableMail, parse

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(60))


def test_who_what_when() -> None:
    mail = parse(
        raw(
            "正文",
            From=f'"{word("张, 建国", "gbk")}" <Zhang@Example.COM>',
            To=f"{word('客服', 'utf-8')} <kefu@zhize.example>, other@zhize.example",
            Cc="undisclosed-recipients:;",
            Subject=word("电梯", "utf-8"),
            Reply_To="li@example.com",
            Message_ID="<abc@example.com>",
            In_Reply_To="<r2@zhize.example>",
            References="<r1@zhize.example>\r\n <r2@zhize.example>",
            Delivered_To="box@zhize.example",
            Return_Path="<zhang@example.com>",
        )
    )
    assert mail.sender == Address("zhang@example.com", "张, 建国")
    assert [address.email for address in mail.to] == ["kefu@zhize.example", "other@zhize.example"]
    assert mail.to[0].name == "客服"
    assert mail.cc == ()
    assert mail.reply_to == (Address("li@example.com"),)
    assert mail.recipients == ("kefu@zhize.example", "other@zhize.example", "box@zhize.example")
    assert (mail.subject, mail.text, mail.reply) == ("电梯", "正文", "正文")
    assert mail.message_id == "abc@example.com"
    assert mail.threads == ("r2@zhize.example", "r1@zhize.example")
    assert mail.sent_at == datetime(2026, 3, 2, 1, 12, tzinfo=UTC)
    assert mail.return_path == "zhang@example.com"
    assert mail.kind == "message"
    assert mail.header("X-None") == ""


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Mon, 02 Mar 2026 01:12:00 -0000", datetime(2026, 3, 2, 1, 12, tzinfo=UTC)),
        ("2 Mar 26 09:12:00 +0800", datetime(2026, 3, 2, 1, 12, tzinfo=UTC)),
        ("yesterday", None),
        ("Mon, 02 Mar 0026 01:12:00 +9999", None),
        ("Mon, 99 Mar 2026 01:12:00 +0800", None),
        ("", None),
    ],
)
def test_dates(date: str, expected: datetime | None) -> None:
    assert parse(raw("x", Date=date)).sent_at == expected


def test_the_plain_version_comes_first_unless_it_says_nothing() -> None:
    html = part("<p>有<b>格式</b>的</p>", "text/html; charset=utf-8")
    assert parse(multi("alternative", part("没有格式的"), html)).text == "没有格式的"
    assert parse(multi("alternative", part("  \n"), html)).text == "有格式的"
    assert parse(multi("alternative", html)).text == "有格式的"
    long = part(f"<p>{'很长的正文' * 30}</p>", "text/html; charset=utf-8")
    assert parse(multi("alternative", part("您的客户端不支持 HTML 格式"), long)).text.startswith("很长的正文")


def test_html_reads_like_text() -> None:
    html = (
        "<html><head><title>t</title><style>p{color:red}</style></head><body><!-- hidden -->"
        "<p>第一段&nbsp;甲&amp;乙</p>"
        "<script>alert(1)</script><ul><li>一</li><li>二</li></ul><table><tr><td>栋</td><td>3</td></tr></table>"
        "<pre>a  b</pre>行一<br>行二<![if !mso]><img alt='图'><![endif]></body></html>"
    )
    text = parse(raw(html, Content_Type="text/html; charset=utf-8")).text
    assert text == "第一段 甲&乙\n\n- 一\n\n- 二\n\n栋 3\n\na b\n\n行一\n行二 图"


@pytest.mark.parametrize(
    "hostile",
    [
        "<!--" * 50_000,
        "<![x" * 50_000,
        "<?" * 100_000,
        "<a " * 100_000,
        "</" * 100_000,
        "<" * 200_000,
        "<a b='" * 50_000,
    ],
)
def test_hostile_html_is_quick(hostile: str) -> None:
    from time import perf_counter

    begun = perf_counter()
    mail = parse(raw(f"<p>正文</p>{hostile}", Content_Type="text/html; charset=utf-8"))
    assert perf_counter() - begun < 5
    assert mail.text.startswith("正文")


def test_html_declares_its_own_charset() -> None:
    html = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head>电梯投诉'
    assert parse(raw(html.encode("gb18030"), Content_Type="text/html")).text == "电梯投诉"


def _disposition(value: str | bytes) -> str:
    mail = parse(
        multi("mixed", part("见附件"), part(PNG, "application/octet-stream", Content_Disposition=value))
    )
    (attachment,) = mail.attachments
    assert mail.text == "见附件"
    assert attachment.data == PNG
    return attachment.name


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="photo.png"', "photo.png"),
        ("attachment; filename*=UTF-8''%E7%94%B5%E6%A2%AF.png", "电梯.png"),
        ("attachment; filename*=gb2312''%B5%E7%CC%DD.png", "电梯.png"),
        ("attachment; filename*0*=UTF-8''%E7%94%B5;\r\n filename*1*=%E6%A2%AF.png", "电梯.png"),
        (f'attachment; filename="{word("电梯.png", "gbk")}"', "电梯.png"),
        (f"attachment; filename={word('电梯.png', 'utf-8')}", "电梯.png"),
        (f'attachment; filename="{word("电梯", "utf-8")}\r\n {word(".png", "utf-8")}"', "电梯.png"),
        ('attachment; filename="电梯.png"'.encode("gb18030"), "电梯.png"),
        ('attachment; filename="电梯.png"'.encode(), "电梯.png"),
        ('attachment; filename="../../etc/passwd"', "_.._etc_passwd"),
        ('attachment; filename="C:\\\\x\\\\a.png"', "C__x_a.png"),
        ('attachment; filename="..."', "附件1.bin"),
        ("attachment", "附件1.bin"),
        (f'attachment; filename="{"长" * 200}.xlsx"', f"{'长' * 115}.xlsx"),
        ("attachment; filename*0*x*=", "附件1.bin"),
    ],
)
def test_names_of_attachments(disposition: str | bytes, name: str) -> None:
    assert _disposition(disposition) == name


def test_the_name_may_stand_in_the_content_type() -> None:
    mail = parse(multi("mixed", part("x"), part(PNG, f'image/png; name="{word("图.png", "gb2312")}"')))
    assert [(item.name, item.kind) for item in mail.attachments] == [("图.png", "file")]


def test_inline_pictures_calendars_and_enclosed_messages() -> None:
    inner = raw("里面", Subject=word("原件", "utf-8"))
    mail = parse(
        multi(
            "mixed",
            multi(
                "related",
                part('<p>看图<img src="cid:p1"></p>', "text/html; charset=utf-8"),
                part(PNG, "image/png", Content_ID="<p1>", Content_Disposition="inline"),
                bare="yes",
            ),
            part("BEGIN:VCALENDAR\r\nEND:VCALENDAR", "text/calendar; method=REQUEST"),
            b"Content-Type: message/rfc822\r\n\r\n" + inner,
            part("a,b", "text/csv"),
        )
    )
    assert mail.text == "看图"
    assert [(item.kind, item.name, item.content_id) for item in mail.attachments] == [
        ("inline", "附件1.png", "p1"),
        ("calendar", "附件2.ics", ""),
        ("message", "原件.eml", ""),
        ("file", "附件4.csv", ""),
    ]
    assert b"Subject" in mail.attachments[2].data


def test_a_message_that_is_only_a_picture() -> None:
    mail = parse(raw(b64encode(PNG), Content_Type="image/png", Content_Transfer_Encoding="base64"))
    assert mail.text == ""
    assert mail.attachments[0].data == PNG


def test_flowed_text_is_joined() -> None:
    mail = parse(
        raw("第一 \r\n行\r\n第二行\r\n-- \r\n张", Content_Type="text/plain; charset=utf-8; format=flowed")
    )
    assert mail.text == "第一 行\n第二行\n-- \n张"
    assert mail.reply == "第一 行\n第二行"


def test_damaged_multiparts_are_read_as_far_as_possible() -> None:
    no_end = b"\r\n".join(
        [b"From: a@b.cn", b"Content-Type: multipart/mixed; boundary=x", b"", b"--x", b"", b"text"]
    )
    assert parse(no_end).text == "text"
    no_boundary = b"From: a@b.cn\r\nContent-Type: multipart/mixed\r\n\r\nhello"
    assert parse(no_boundary).text == "hello"
    bad_base64 = raw("5oqV6K+J!!!", Content_Transfer_Encoding="base64")
    assert parse(bad_base64).text.startswith("投诉")
    only_newlines = raw("甲\n乙").replace(b"\r\n", b"\n")
    assert parse(only_newlines).text == "甲\n乙"
    assert parse(b"From zhang Mon Mar  2 09:12:00 2026\n" + only_newlines).text == "甲\n乙"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"  \r\n", "empty"),
        (b"\x00\x01\x02", "no_sender"),
        (b"Subject: x\r\n\r\ny", "no_sender"),
        (b"From: nobody\r\n\r\ny", "no_sender"),
        (raw("x" * 2000), "too_large"),
        (multi("encrypted", part("x", "application/pgp-encrypted")), "encrypted"),
        (raw("x", Content_Type="application/pkcs7-mime; smime-type=enveloped-data"), "encrypted"),
        (multi("mixed", *[part("x")] * 12), "too_many_parts"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableMail) as caught:
        parse(data, Limits(size=1500, parts=10, depth=4))
    assert caught.value.reason == reason


def test_depth_is_limited() -> None:
    nested = part("x")
    for _ in range(6):
        nested = multi("mixed", nested, bare="yes")
    with pytest.raises(UnreadableMail) as caught:
        parse(b"From: a@b.cn\r\n" + nested, Limits(depth=5))
    assert caught.value.reason == "too_deep"
    deep = b"From: a@b.cn\r\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        for level in range(3000)
    )
    with pytest.raises(UnreadableMail):
        parse(deep)


def test_long_texts_are_shortened_not_refused() -> None:
    mail = parse(raw("长" * 5000), Limits(text=1000))
    assert len(mail.text) == 1000
    assert mail.truncated


@pytest.mark.parametrize(
    ("sender", "email", "name"),
    [
        ("张三 <zhang@example.com>".encode("gb18030"), "zhang@example.com", "张三"),
        ("zhang@example.com (Zhang)", "zhang@example.com", "Zhang"),
        ("<zhang@example.com>", "zhang@example.com", ""),
        ("张三 zhang@example.com", "zhang@example.com", ""),
        ('"a@b" <zhang@example.com>', "zhang@example.com", "a@b"),
        (f"{word('张三<zhang@example.com>', 'utf-8')}", "zhang@example.com", ""),
    ],
)
def test_odd_senders(sender: str | bytes, email: str, name: str) -> None:
    found = parse(raw("x", From=sender)).sender
    assert found.email == email
    assert not name or found.name == name
