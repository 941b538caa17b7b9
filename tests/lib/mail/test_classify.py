from __future__ import annotations

import time

import pytest

from tests.lib.mail.kit import multi, part, raw, word
from zhize.lib.mailparse import Bounce, FailedRecipient, MailKind, parse

COLON = "\uff1a"


@pytest.mark.parametrize(
    ("headers", "kind", "reason"),
    [
        ({"Subject": "投诉"}, "message", ""),
        ({"Auto_Submitted": "no"}, "message", ""),
        ({"Auto_Submitted": "auto-replied"}, "auto_reply", "Auto-Submitted"),
        ({"Auto_Submitted": "auto-generated; x"}, "auto_reply", "Auto-Submitted"),
        ({"X_Auto_Response_Suppress": "All"}, "auto_reply", "X-Auto-Response-Suppress"),
        ({"X_Auto_Response_Suppress": "DR, OOF, AutoReply"}, "auto_reply", "X-Auto-Response-Suppress"),
        ({"X_Auto_Response_Suppress": "RN, NRN"}, "message", ""),
        ({"X_Autoreply": "yes"}, "auto_reply", "x-autoreply"),
        ({"X_Autoreply": "no"}, "message", ""),
        ({"Precedence": "auto_reply"}, "auto_reply", "precedence"),
        ({"Precedence": "bulk"}, "message", ""),
        ({"Subject": f"自动回复{COLON}Re: 您的工单"}, "message", ""),
        (
            {"Subject": f"自动回复{COLON}Re: 您的工单", "In_Reply_To": "<x@y>"},
            "auto_reply",
            "subject and In-Reply-To",
        ),
        ({"Subject": "[自动回复] x", "Precedence": "bulk"}, "auto_reply", "subject and Precedence"),
        ({"Subject": "自動回覆: x", "Return_Path": "<>"}, "auto_reply", "subject and null return path"),
        (
            {"Subject": "Out of office", "X_Auto_Response_Suppress": "RN"},
            "auto_reply",
            "subject and X-Auto-Response-Suppress",
        ),
        ({"Subject": "自动回复功能坏了", "In_Reply_To": "<x@y>"}, "message", ""),
        ({"Subject": "Re: 自动回复: x", "In_Reply_To": "<x@y>"}, "message", ""),
        ({"From": "MAILER-DAEMON@qq.com", "Subject": "系统退信"}, "bounce", "subject"),
        (
            {"From": "postmaster@163.com", "Subject": word("系统退信/Systems bounce", "gbk")},
            "bounce",
            "subject",
        ),
        ({"Return_Path": "<>", "Subject": "Undelivered Mail Returned to Sender"}, "bounce", "subject"),
        ({"From": "postmaster@example.com", "Subject": "停机公告"}, "message", ""),
        ({"From": "zhang@example.com", "Subject": "你们的信被退信了"}, "message", ""),
    ],
)
def test_the_kind(headers: dict[str, str], kind: MailKind, reason: str) -> None:
    mail = parse(raw("正文", **headers))
    assert (mail.kind, mail.kind_reason) == (kind, reason)


def _report(action: str, status: str = "5.1.1", *, returned: bytes = b"", **headers: str) -> bytes:
    status_part = (
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n"
        b"Final-Recipient: rfc822; Zhang@Example.com\r\nAction: "
        + action.encode()
        + b"\r\nStatus: "
        + status.encode()
        + b"\r\nDiagnostic-Code: smtp; 550 no such user\r\n"
    )
    parts = [part("Your message could not be delivered."), status_part, *([returned] if returned else [])]
    kind = 'multipart/report; report-type=delivery-status; boundary="BOUNDARY"'
    return multi("report", *parts, kind=kind, From="MAILER-DAEMON@example.com", Return_Path="<>", **headers)


def test_a_delivery_report_names_recipient_and_message() -> None:
    returned = b"Content-Type: message/rfc822\r\n\r\n" + raw("您好", Message_ID="<out-1@zhize.example>")
    mail = parse(_report("failed", returned=returned))
    assert mail.kind == "bounce"
    assert mail.bounce == Bounce(
        (FailedRecipient("zhang@example.com", "5.1.1", "smtp; 550 no such user"),), "out-1@zhize.example"
    )
    heads = b"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <out-2@zhize.example>\r\nSubject: x\r\n"
    bounce = parse(_report("failed", returned=heads)).bounce
    assert bounce is not None
    assert bounce.original_message_id == "out-2@zhize.example"


@pytest.mark.parametrize(
    ("action", "kind"),
    [("failed", "bounce"), ("delayed", "delay"), ("delivered", "receipt"), ("relayed", "receipt")],
)
def test_reports_of_other_kinds(action: str, kind: MailKind) -> None:
    assert parse(_report(action, "4.4.1")).kind == kind


def test_a_report_with_an_endless_recipient_costs_no_more_than_others() -> None:
    """A stranger's mail must not keep the intake busy for an hour."""
    endless = _report("failed").replace(b"Zhang@Example.com", b"a" * 300_000)
    started = time.process_time()
    parse(endless)
    assert time.process_time() - started < 10


def test_a_read_receipt_is_no_message() -> None:
    kind = 'multipart/report; report-type=disposition-notification; boundary="BOUNDARY"'
    mail = parse(
        multi(
            "report", part("Your message was read"), part("x", "message/disposition-notification"), kind=kind
        )
    )
    assert mail.kind == "receipt"


def test_a_report_in_prose() -> None:
    body = (
        "抱歉,您的邮件被退回来了……\r\n收件人 (Zhang@Example.com) 不存在\r\n550 5.1.1 user unknown\r\n"
        "Message-ID: <out-3@zhize.example>\r\n"
    )
    mail = parse(raw(body, From="PostMaster@qq.com", Subject="系统退信", Return_Path="<>"))
    assert mail.bounce == Bounce((FailedRecipient("zhang@example.com", "5.1.1"),), "out-3@zhize.example")
    mail = parse(
        raw("x", From="Mail Delivery <MAILER-DAEMON@x.cn>", X_Failed_Recipients="a@b.cn, c@d.cn", Subject="x")
    )
    assert mail.bounce is not None
    assert [item.email for item in mail.bounce.recipients] == ["a@b.cn", "c@d.cn"]


def test_lists_loops_and_bulk() -> None:
    mail = parse(
        raw(
            "x",
            List_Id="Owners <owners.lists.example>",
            List_Unsubscribe="<mailto:x@y>",
            X_Zhize_Mail="site-1",
        )
    )
    assert mail.list_id == "owners.lists.example"
    assert mail.is_bulk
    assert mail.own_marks == ("site-1",)
    assert parse(raw("x", Precedence="list")).list_id == "list"
    assert not parse(raw("x")).is_bulk
    assert parse(raw("x")).list_id == ""
