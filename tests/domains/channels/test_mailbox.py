"""Fetching over IMAP from a real server, and feeding messages by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from tests.kit.cast import Cast
from tests.kit.mail_servers import ImapServer, imap_server
from tests.lib.mail.kit import raw
from zhize.domains.cases.models import Case
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.jobs import fetch_mail
from zhize.domains.channels.kinds import MailOutcome
from zhize.domains.channels.models import InboundMail, Line, Mailbox
from zhize.domains.channels.services import mailboxes, mailin, threading
from zhize.kernel import access
from zhize.lib.mailparse import Limits


def mail(number: int, **headers: Any) -> bytes:
    return raw(
        f"投诉 {number}", **{"Message_ID": f"<{number}@example.com>", "Subject": f"m{number}", **headers}
    )


@pytest.fixture
def imap(settings: Any, mailbox: Line) -> Iterator[ImapServer]:
    with imap_server() as server:
        settings.CONFIG = replace(django_settings.CONFIG, imap_url=server.url, email_from="kefu@wy.example")
        yield server


def fetch() -> int:
    return mailboxes.fetch(actor=access.system(caps.MAIL, channel="mail"))


class TestFetching:
    def test_new_mail_is_taken_in_once_and_marked_seen(self, imap: ImapServer) -> None:
        imap.put(mail(1))
        imap.put(mail(2))
        assert fetch() == 2
        assert fetch() == 0
        assert all("\\Seen" in message.flags for message in imap.messages)
        imap.put(mail(3), "\\Seen")  # somebody looked at it in another program first
        assert fetch() == 1
        assert [row.subject for row in InboundMail.objects.order_by("pk")] == ["m1", "m2", "m3"]
        assert Mailbox.objects.get().last_uid == 3
        assert InboundMail.objects.filter(uid_validity=1000, uid__in=[1, 2, 3]).count() == 3

    def test_an_old_mailbox_gives_only_what_nobody_has_read(self, imap: ImapServer) -> None:
        for number in range(5):
            imap.put(mail(number), "\\Seen")
        imap.put(mail(9))
        assert fetch() == 1
        assert InboundMail.objects.get().subject == "m9"

    def test_what_was_read_before_stays_out_for_good(self, imap: ImapServer) -> None:
        for number in range(3):
            imap.put(mail(number), "\\Seen")
        assert [fetch(), fetch()] == [0, 0]
        imap.put(mail(7))
        assert [fetch(), fetch()] == [1, 0]
        assert InboundMail.objects.get().subject == "m7"

    def test_an_unread_mail_below_read_ones_brings_only_itself(self, imap: ImapServer) -> None:
        imap.put(mail(1))
        for number in range(2, 5):
            imap.put(mail(number), "\\Seen")
        assert [fetch(), fetch()] == [1, 0]
        imap.put(mail(9))
        assert fetch() == 1
        assert [row.subject for row in InboundMail.objects.order_by("pk")] == ["m1", "m9"]

    def test_a_server_that_numbers_anew_repeats_nothing(self, imap: ImapServer) -> None:
        for number in range(3):
            imap.put(mail(number))
        assert fetch() == 3
        imap.renumber()
        imap.put(mail(7))
        assert fetch() == 1
        assert Case.objects.count() == 4
        assert Mailbox.objects.get().uid_validity == 1001

    @pytest.mark.parametrize("commands", [4, 6, 7, 8, 10, 13])
    def test_a_connection_cut_anywhere_loses_and_repeats_nothing(
        self, imap: ImapServer, commands: int
    ) -> None:
        for number in range(3):
            imap.put(mail(number))
        imap.cut_after = commands
        fetch()
        imap.cut_after = None
        fetch()
        assert sorted(InboundMail.objects.values_list("subject", flat=True)) == ["m0", "m1", "m2"]
        assert Case.objects.count() == 3

    def test_a_failing_mailbox_says_since_when_and_recovers(self, imap: ImapServer, settings: Any) -> None:
        good = settings.CONFIG
        settings.CONFIG = replace(good, imap_url=imap.url.replace("geheim", "wrong"))
        assert fetch() == 0
        box = Mailbox.objects.get()
        assert box.failing_since is not None
        assert "AUTHENTICATIONFAILED" in box.error
        assert "geheim" not in box.name
        settings.CONFIG = good
        imap.put(mail(1))
        fetch_mail()
        box.refresh_from_db()
        assert (box.failing_since, box.error) == (None, "")
        assert InboundMail.objects.count() == 1
        settings.CONFIG = replace(good, imap_url="")
        assert fetch() == 0

    def test_unreadable_and_too_large_mail_does_not_stop_the_rest(
        self, imap: ImapServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(mailin, "LIMITS", Limits(size=5000))
        imap.put(b"\x00\x01 no mail at all")
        imap.put(raw("投诉" + "x" * 6000, Message_ID="<big@x>", Subject="big"))
        imap.put(mail(3))
        assert fetch() == 3
        outcomes = {row.uid: (row.outcome, row.reason, row.subject) for row in InboundMail.objects.all()}
        assert outcomes == {
            1: (MailOutcome.QUARANTINED, "no_sender", ""),
            2: (MailOutcome.QUARANTINED, "too_large", "big"),
            3: (MailOutcome.OPENED, "", "m3"),
        }
        assert not any("UID FETCH 2 (BODY.PEEK[])" in command for command in imap.commands)


class TestFeedingByHand:
    @pytest.fixture(autouse=True)
    def _line(self, mailbox: Line) -> None:
        """A department with a mailbox."""

    def run(self, *paths: Path) -> list[str]:
        out = StringIO()
        call_command("mail", "ingest", *map(str, paths), stdout=out)
        return out.getvalue().splitlines()

    def test_one_line_for_each_message_says_what_became_of_it(self, tmp_path: Path, cast: Cast) -> None:
        (tmp_path / "sub").mkdir()
        first = tmp_path / "1.eml"
        first.write_bytes(mail(1))
        case_line = self.run(first)[0]
        case = Case.objects.get()
        assert case_line == f"{first}: case {case.number}"
        (tmp_path / "2.eml").write_bytes(mail(2, In_Reply_To="<1@example.com>"))
        (tmp_path / "3.eml").write_bytes(mail(3, Auto_Submitted="auto-replied"))
        (tmp_path / "4.eml").write_bytes(b"\x00junk")
        (tmp_path / "sub" / "5.eml").write_bytes(
            mail(5, From="wang@example.com", To=threading.reply_address(case))
        )
        (tmp_path / ".hidden").write_bytes(mail(6))
        lines = self.run(tmp_path)
        other = Case.objects.exclude(pk=case.pk).get()
        assert lines == [
            f"{first}: ignored (duplicate of {case.number})",
            f"{tmp_path / '2.eml'}: joined case {case.number}",
            f"{tmp_path / '3.eml'}: ignored (auto_reply: Auto-Submitted)",
            f"{tmp_path / '4.eml'}: quarantined (no_sender)",
            f"{tmp_path / 'sub' / '5.eml'}: case {other.number} (sender unknown in the case it answers: linked for review)",
        ]
        assert self.run(tmp_path / "4.eml") == [f"{tmp_path / '4.eml'}: quarantined (no_sender; seen before)"]

    def test_an_mbox_holds_many(self, tmp_path: Path) -> None:
        box = tmp_path / "old.mbox"
        box.write_bytes(
            b"".join(
                b"From a@b Mon Mar  2 09:12:00 2026\n" + mail(n).replace(b"\r\n", b"\n") + b"\n\n"
                for n in range(3)
            )
        )
        lines = self.run(box)
        assert [line.split(": ")[0] for line in lines] == [f"{box}#1", f"{box}#2", f"{box}#3"]
        assert Case.objects.count() == 3

    def test_a_path_that_is_not_there_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError):
            self.run(tmp_path / "none")
        assert self.run(tmp_path) == []

    def test_fetching_by_hand(self, imap: ImapServer) -> None:
        imap.put(mail(1))
        out = StringIO()
        call_command("mail", "fetch", stdout=out)
        assert out.getvalue() == "1 new\n"


@pytest.mark.django_db
def test_without_any_unit_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(mail(1))
    with pytest.raises(CommandError, match="单位"):
        call_command("mail", "ingest", str(tmp_path))
