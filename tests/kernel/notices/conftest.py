"""A real SMTP server on loopback, and a message to send."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings

from zhize.kernel.notices import texts


@dataclass
class Mailbox:
    """What the server took, and what it shall answer: one reply per recipient given, then 250."""

    port: int
    got: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    connections: int = 0
    controller: Controller | None = None

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        reply = self.replies.pop(0) if self.replies else "250 OK"
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.got.append(cast(EmailMessage, message_from_bytes(envelope.content, policy=default)))
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        return "250 OK"


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Mailbox(port)
    settings.CONFIG = replace(
        django_settings.CONFIG, email_url=f"smtp://127.0.0.1:{port}", email_from="客服 <service@example.com>"
    )
    box.start()
    yield box
    box.stop()


@pytest.fixture
def greeting() -> Iterator[str]:
    code = texts.template(
        "tests.greeting",
        zh=("工单 {number} 已受理", "您好，{name}。\n限时：{due}"),
        en=("Case {number} was accepted", "Hello {name}.\nDue: {due}"),
        short=("{number} 已受理", "{number} accepted"),
        names={"number": "编号", "name": "姓名", "due": "限时"},
    )
    yield code
    texts._registry.pop(code)
