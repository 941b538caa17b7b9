from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lib.mail.kit import raw, word
from zhize.lib.mailparse import UnreadableMail, parse
from zhize.lib.mailparse.charsets import clean, decode, decode_header

COMPLAINT = "电梯异响已经三天,请尽快维修。业主朱镕基、喆堃"


@pytest.mark.parametrize(
    ("charset", "written_in"),
    [
        ("utf-8", "utf-8"),
        ("UTF8", "utf-8"),
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("x-gbk", "gbk"),
        ("gb18030", "gb18030"),
        ("us-ascii", "gb18030"),
        ("unknown-8bit", "gb18030"),
        ("x-no-such-charset", "gb18030"),
        ("rot13", "gb18030"),
        ("iso-8859-1", "gb18030"),
        ("us-ascii", "utf-8"),
        ("gb2312", "utf-8"),
        ("utf-8", "gb18030"),
        ("", "gb18030"),
        ("hz", "hz"),
    ],
)
def test_a_body_is_read_whatever_its_label_says(charset: str, written_in: str) -> None:
    text = COMPLAINT if written_in != "hz" else "电梯异响已经三天"
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    assert parse(raw(text.encode(written_in), Content_Type=kind)).text == text


@pytest.mark.parametrize(("label", "written_in"), [("big5", "cp950"), ("", "cp950"), ("big5", "big5hkscs")])
def test_big5(label: str, written_in: str) -> None:
    text = "電梯異響已經三天,請儘快維修,謝謝您們的服務" + ("啫" if written_in == "big5hkscs" else "")
    kind = f"text/plain; charset={label}" if label else "text/plain"
    assert parse(raw(text.encode(written_in), Content_Type=kind)).text == text


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Grüße aus Köln, das Café schließt", "iso-8859-1"),
        ("Grüße aus Köln, das Café schließt", ""),
        ("Привет, как дела", "koi8-r"),
        ("\u3053\u3093\u306b\u3061\u306f\u4e16\u754c", "iso-2022-jp"),
        ("\uc548\ub155\ud558\uc138\uc694", "ks_c_5601-1987"),
        ("Hello – it’s “quoted”", "windows-1252"),
    ],
)
def test_other_scripts_survive(text: str, charset: str) -> None:
    data = text.encode({"ks_c_5601-1987": "cp949", "": "latin-1"}.get(charset, charset))
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    assert parse(raw(data, Content_Type=kind)).text == text


def test_a_repair_is_noted_and_a_right_label_is_not() -> None:
    assert parse(raw(COMPLAINT.encode("gb18030"), charset="utf-8")).repairs == ("charset utf-8",)
    assert parse(raw(COMPLAINT, charset="gb2312")).repairs == ()


def test_bytes_that_are_no_text_are_still_shown() -> None:
    assert decode(b"abc \xff\xfe\x81 \x20", "utf-8")[0].startswith("abc ")
    assert "投诉" in decode("投诉".encode("gb18030") + b"\xff", "gb2312")[0]


def test_utf7_is_refused() -> None:
    with pytest.raises(UnreadableMail) as caught:
        parse(raw(b"+ADw-script+AD4-", charset="utf-7"))
    assert caught.value.reason == "refused_charset"
    assert parse(raw("x", Subject="=?utf-7?Q?+ADw-b+AD4-?=")).subject == "+ADw-b+AD4-"


@pytest.mark.parametrize(
    ("header", "decoded"),
    [
        (word("关于电梯的投诉", "utf-8"), "关于电梯的投诉"),
        (word("关于电梯的投诉", "gb2312"), "关于电梯的投诉"),
        (word("关于电梯的投诉", "GBK", "Q"), "关于电梯的投诉"),
        (word("關於電梯", "big5"), "關於電梯"),
        (f"Re: {word('电梯', 'utf-8')} {word('投诉', 'utf-8')}", "Re: 电梯投诉"),
        (f"{word('电梯', 'utf-8')}\r\n {word('投诉', 'gb2312')}", "电梯投诉"),
        (f"{word('电梯', 'utf-8')} and {word('投诉', 'utf-8')}", "电梯 and 投诉"),
        ("=?gb2312?B?tefM3dLs?=", "电梯异"),
        ("=?gb2312?B?tefM3dLs==?=", "电梯异"),
        ("=?utf-8?Q?a_b=20c?=", "a b c"),
        ("=?nonsense?B?YWJj?=", "abc"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("plain  text\r\n\tfolded", "plain text folded"),
    ],
)
def test_headers_are_decoded(header: str, decoded: str) -> None:
    assert parse(raw("x", Subject=header)).subject == decoded


def test_a_character_cut_in_two_by_the_client_is_mended() -> None:
    from base64 import b64encode

    data = "物业投诉".encode()
    first, second = b64encode(data[:4]).decode(), b64encode(data[4:]).decode()
    assert parse(raw("x", Subject=f"=?utf-8?B?{first}?=\r\n =?utf-8?B?{second}?=")).subject == "物业投诉"


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "cp950"])
def test_raw_eight_bit_headers(charset: str) -> None:
    subject = "關於電梯的問題請處理" if charset == "cp950" else "关于电梯的问题请处理"
    mail = parse(raw("x", Subject=subject.encode(charset), From='"客户服务" <a@b.cn>'.encode("gb18030")))
    assert mail.subject == subject
    assert mail.sender.name == "客户服务"


def test_control_characters_never_come_out() -> None:
    mail = parse(raw(b"a\x00b\x1bc\xc2\x9d\r\nd", Subject=b"x\x00y\x0b\x0cz"))
    assert mail.text == "abc\nd"
    assert "\x00" not in mail.subject


@given(st.text(max_size=60))
def test_clean_text_can_be_stored(text: str) -> None:
    cleaned = clean(text)
    assert "\x00" not in cleaned
    cleaned.encode()
    assert clean(cleaned) == cleaned


@given(
    st.binary(max_size=80),
    st.sampled_from(["utf-8", "gb2312", "big5", "", "x", "utf-16", "iso-2022-jp", "hz"]),
)
def test_decoding_never_fails(data: bytes, label: str) -> None:
    assert isinstance(decode(data, label)[0], str)


@given(st.text(max_size=80))
def test_header_decoding_never_fails(value: str) -> None:
    surrogates = value.encode("utf-8", "replace").decode("ascii", "surrogateescape")
    assert "\n" not in decode_header(surrogates)
