"""Real mail servers on loopback: SMTP that keeps what it gets, IMAP4rev1 with one folder."""

from __future__ import annotations

import logging
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller

logging.getLogger("mail.log").setLevel(logging.WARNING)


@dataclass
class SmtpServer:
    """What was sent: (sender, recipients, raw message)."""

    port: int = 0
    got: list[tuple[str, list[str], bytes]] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.got.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        return "250 OK"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class _SmtpController(Controller):
    """Takes any free port and says which."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    box = SmtpServer()
    controller = _SmtpController(box, hostname="127.0.0.1", port=0)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Stored:
    """A message of the folder."""

    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class ImapServer:
    """The folder and what a test may do to it. `broken`: the connection is cut after so many commands."""

    port: int = 0
    user: str = "kefu"
    password: str = "geheim 1"
    uid_validity: int = 1000
    messages: list[Stored] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    cut_after: int | None = None
    next_uid: int = 1

    def put(self, raw: bytes, *flags: str) -> int:
        self.messages.append(Stored(self.next_uid, raw, set(flags)))
        self.next_uid += 1
        return self.next_uid - 1

    def renumber(self) -> None:
        """The server lost its numbers: a new UIDVALIDITY, UIDs from the beginning."""
        self.uid_validity += 1
        for uid, message in enumerate(self.messages, 1):
            message.uid = uid
        self.next_uid = len(self.messages) + 1

    @property
    def url(self) -> str:
        return f"imap://{self.user}:geheim%201@127.0.0.1:{self.port}/INBOX"


class _Session(socketserver.StreamRequestHandler):
    box: ImapServer

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline():
            text = line.decode("utf-8").strip()
            while match := re.search(r"\{(\d+)\}$", text):
                self._say("+ go on")
                text = text[: match.start()] + '"' + self.rfile.read(int(match[1])).decode("utf-8") + '"'
                text += self.rfile.readline().decode("utf-8").rstrip("\r\n")
            tag, _, rest = text.partition(" ")
            self.box.commands.append(rest)
            if self.box.cut_after is not None:
                self.box.cut_after -= 1
                if self.box.cut_after < 0:
                    return
            if not self._answer(tag, rest):
                return

    def _answer(self, tag: str, rest: str) -> bool:
        upper = rest.upper()
        if upper.startswith("CAPABILITY"):
            self._say("* CAPABILITY IMAP4rev1")
        elif upper.startswith("LOGIN"):
            wanted = f'LOGIN {self.box.user} "{self.box.password}"'
            if rest.replace('"', "") != wanted.replace('"', ""):
                self._say(f"{tag} NO [AUTHENTICATIONFAILED] wrong")
                return True
        elif upper.startswith(("SELECT", "EXAMINE")):
            self._say(f"* {len(self.box.messages)} EXISTS")
            self._say(f"* OK [UIDVALIDITY {self.box.uid_validity}] here")
        elif upper.startswith("STATUS"):
            following = max((message.uid for message in self.box.messages), default=0) + 1
            self._say(f"* STATUS INBOX (UIDVALIDITY {self.box.uid_validity} UIDNEXT {following})")
        elif upper.startswith("UID SEARCH"):
            found = [str(message.uid) for message in self.box.messages if self._wanted(message, upper)]
            self._say(" ".join(["* SEARCH", *found]))
        elif upper.startswith("UID FETCH"):
            self._fetch(upper)
        elif upper.startswith("UID STORE"):
            uid = int(upper.split()[2])
            for message in self.box.messages:
                if message.uid == uid:
                    message.flags.add("\\Seen")
        elif upper.startswith("LOGOUT"):
            self._say("* BYE")
            self._say(f"{tag} OK done")
            return False
        self._say(f"{tag} OK done")
        return True

    def _wanted(self, message: Stored, asked: str) -> bool:
        if match := re.search(r"UID (\d+):\*", asked):
            # As the standard has it: the range always contains the last message.
            return message.uid >= int(match[1]) or message is self.box.messages[-1]
        return "UNSEEN" not in asked or "\\Seen" not in message.flags

    def _fetch(self, asked: str) -> None:
        uid = int(asked.split()[2])
        for number, message in enumerate(self.box.messages, 1):
            if message.uid != uid:
                continue
            if "RFC822.SIZE" in asked:
                self._say(f"* {number} FETCH (UID {uid} RFC822.SIZE {len(message.raw)})")
                continue
            head = message.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            data, name = (head, "BODY[HEADER]") if "HEADER" in asked else (message.raw, "BODY[]")
            self.wfile.write(
                f"* {number} FETCH (UID {uid} {name} {{{len(data)}}}\r\n".encode() + data + b")\r\n"
            )

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    box = ImapServer()
    handler = type("Session", (_Session,), {"box": box})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
