from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lib.mail.kit import multi, part, raw
from zhize.lib.mailparse import REPLY_LINE, cut_quote, parse, plain_subject

ANSWER = "还是没有修好。\n\n请再派人来。"
COLON, COMMA = "\uff1a", "\uff0c"

QUOTES = {
    "163 web": (
        f'在 2026-03-02 09:12:33{COMMA}"客服中心" <kefu@zhize.example> 写道{COLON}\n\n> 您好\n> 已派工程部'
    ),
    "163 web, unmarked": (
        f"\n\n在 2026-03-02 09:12:33{COMMA}kefu@zhize.example 写道{COLON}\n您好{COMMA}已派工程部"
    ),
    "apple": f"> 在 2026年3月2日{COMMA}09:12{COMMA}客服中心 <kefu@zhize.example> 写道{COLON}\n> \n> 您好",
    "apple, folded": f"> 2026年3月2日 09:12{COMMA}客服中心\n> <kefu@zhize.example> 写道{COLON}\n> \n> 您好",
    "gmail zh": "客服中心 <kefu@zhize.example> 于2026年3月2日周一 09:12写道" + COLON + "\n\n> 您好",
    "gmail hant": f"客服中心 <kefu@zhize.example> 於 2026年3月2日 週一 09:12 寫道{COLON}\n\n> 您好",
    "gmail en": ("On Mon, Mar 2, 2026 at 9:12 AM Service Centre <kefu@zhize.example>\nwrote:\n\n> Hello"),
    "163 en": 'At 2026-03-02 09:12:33, "Service" <kefu@zhize.example> wrote:\n>Hello',
    "qq": (
        "------------------ 原始邮件 ------------------\n"
        '发件人: "客服" <kefu@zhize.example>;\n发送时间: 2026年3月2日'
    ),
    "qq, full width": f"------------------\u00a0原始邮件\u00a0------------------\n发件人{COLON}客服",
    "netease master": (
        "---- 回复的原邮件 ----\n| 发件人 | 客服<kefu@zhize.example> |\n| 日期 | 2026年03月02日 09:12 |"
    ),
    "outlook zh": (
        f"________________________________\n发件人{COLON} 客服 <kefu@zhize.example>\n"
        f"发送时间{COLON} 2026年3月2日 9:12\n收件人{COLON} 张\n主题{COLON} 答复"
    ),
    "foxmail": (
        f" \n发件人{COLON} 客服\n发送时间{COLON} 2026-03-02 09:12\n"
        f"收件人{COLON} zhang\n抄送{COLON} li\n主题{COLON} Re"
    ),
    "outlook hant": (
        f"寄件者{COLON} 客服 <kefu@zhize.example>\n寄件日期{COLON} 2026年3月2日\n"
        f"收件者{COLON} 張\n主旨{COLON} 回覆"
    ),
    "outlook en": (
        "From: Service <kefu@zhize.example>\nSent: Monday, March 2, 2026 9:12 AM\n"
        "To: Zhang\nSubject: RE: lift"
    ),
    "outlook bold": f"*发件人{COLON}* 客服\n*发送时间{COLON}* 2026年3月2日\n*收件人{COLON}* 张",
    "original message": "-----Original Message-----\nFrom: kefu\nHello",
    "own line": f"{REPLY_LINE}\n\n您好{COMMA}已派工程部",
    "own line, quoted": f"> {REPLY_LINE}\n> 您好",
    "signature": "-- \n张建国\n13800138000",
    "phone": "发自我的iPhone",
    "phone and quote": f"发自我的iPhone\n\n> 在 2026年3月2日{COMMA}09:12{COMMA}a@b.cn 写道{COLON}\n> 您好",
    "huawei": "发送自 HUAWEI Mate 60",
    "mark only": "> 您好\n> 已派工程部",
}


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES.keys())
def test_the_answer_is_what_stands_above(quote: str) -> None:
    assert cut_quote(f"{ANSWER}\n\n{quote}\n") == ANSWER


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES.keys())
def test_never_is_everything_cut(quote: str) -> None:
    assert cut_quote(quote) != ""
    assert cut_quote(f"\n{quote}\n\n").strip()


@pytest.mark.parametrize(
    "text",
    [
        "物业在公告里写道:\n本周三停水,但是没有停。",
        f"你们在2026年3月2日的通知中写道{COLON}\n会修好。",
        "发件人不明的信我收到了,主题是催费。",
        "价格 > 100 元\n数量 < 3",
        "联系人: 张三\n时间: 3月2日\n地点: 3栋",
        "--\n没有签名",
        "第一条\n----\n第二条",
        "",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert cut_quote(text) == text.strip()


def test_an_answer_below_the_quotation_is_found() -> None:
    text = f"在 2026-03-02 09:12:33{COMMA}kefu@zhize.example 写道{COLON}\n> 您好\n> 请确认\n\n{ANSWER}"
    assert cut_quote(text) == ANSWER
    assert cut_quote(f"> 您好\n> 请确认\n\n{ANSWER}") == ANSWER


def test_answers_between_the_lines_keep_the_lines() -> None:
    text = "见下:\n> 几点方便?\n下午三点\n> 哪一户?\n301"
    assert cut_quote(text) == text


@pytest.mark.parametrize(
    "html",
    [
        "<div>还是没有修好。</div><br><div>请再派人来。</div><div class='gmail_quote'><p>客服 写道</p>您好</div>",
        "<p>还是没有修好。</p><p>请再派人来。</p><hr><div id='divRplyFwdMsg'><b>客服</b><br>您好</div>",
        "<p>还是没有修好。</p><p>请再派人来。</p><blockquote type=cite>您好</blockquote>",
        "<p>还是没有修好。</p><p>请再派人来。</p><includetail><div>原始邮件</div>您好</includetail>",
        "<p>还是没有修好。</p><p>请再派人来。</p><div id='isReplyContent'>昨天写道</div>",
    ],
)
def test_html_quotations(html: str) -> None:
    mail = parse(raw(html, Content_Type="text/html; charset=utf-8"))
    assert mail.reply == ANSWER
    assert "您好" in mail.text or "写道" in mail.text
    assert "\x1d" not in mail.text


def test_the_html_version_helps_when_the_plain_one_has_no_sign() -> None:
    mail = parse(
        multi(
            "alternative",
            part("还是没有修好。\n您好,已派工程部"),
            part(
                "<p>还是没有修好。</p><blockquote type=cite>您好</blockquote>",
                "text/html; charset=utf-8",
            ),
        )
    )
    assert mail.reply == "还是没有修好。"


@pytest.mark.parametrize(
    ("subject", "plain"),
    [
        ("Re: 电梯", "电梯"),
        (f"回复{COLON}电梯", "电梯"),
        (f"回复{COLON} Re: 答复: 轉發: 电梯", "电梯"),
        ("RE[2]: Fwd: FW: x", "x"),
        ("电梯: 3栋", "电梯: 3栋"),
        ("", ""),
        ("Re:", ""),
    ],
)
def test_subjects_without_prefixes(subject: str, plain: str) -> None:
    assert plain_subject(subject) == plain


@given(st.text(alphabet=st.sampled_from("> \n-在写道:：发件人时间主题@20:9abc<>\x1d"), max_size=120))
def test_cutting_never_fails_and_never_takes_everything(text: str) -> None:
    cut = cut_quote(text)
    assert bool(cut) == bool(text.replace("\x1d", "").strip())
