"""What becomes of a readable mail: opened, joined, ignored or quarantined, with the reason. Decides; writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from zhize.domains.cases.kinds import Nature, Severity
from zhize.domains.cases.selectors import types
from zhize.domains.channels.kinds import MailOutcome
from zhize.domains.channels.models import InboundMail, Line
from zhize.domains.channels.services import threading
from zhize.domains.customers.models import Customer, Occupancy, Premises
from zhize.domains.customers.selectors import identity
from zhize.lib import clock
from zhize.lib.mailparse import ParsedMail
from zhize.lib.text import to_simplified

# So many accepted mails of one sender within an hour, and the next wait for a person: two machines may be talking.
RATE = 20
RATE_WINDOW = timedelta(hours=1)

_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (Nature.COMPLAINT, ("投诉", "不满", "抗议", "维权", "complain")),
    (Nature.FAULT, ("报修", "维修", "故障", "漏水", "坏了", "不亮", "停电", "repair", "broken", "leak")),
    (Nature.SUGGESTION, ("建议", "表扬", "希望能", "suggest")),
    (Nature.CONSULTATION, ("咨询", "请问", "怎么办理", "如何办理", "enquir", "question")),
)
_URGENT = ("紧急", "立即", "马上", "危险", "火", "煤气", "困人", "urgent", "danger")
_NEVER = frozenset({Nature.FIRE, Nature.INCIDENT})


@dataclass(frozen=True)
class Decision:
    """`thread` is the case to join, or with `opened` the one to link for review."""

    outcome: MailOutcome
    reason: str = ""
    thread: threading.Thread | None = None


def decide(mail: ParsedMail, line: Line, *, released: bool = False) -> Decision:
    """What to do with a mail. `released`: a person has looked at it, so only joining or opening remains."""
    thread = threading.find(mail)
    if not released:
        found = _refusal(mail, line, thread)
        if found is not None:
            return found
    if thread is not None and thread.role:
        return Decision(MailOutcome.JOINED, thread=thread)
    return Decision(MailOutcome.OPENED, "linked" if thread else "", thread)


def _refusal(mail: ParsedMail, line: Line, thread: threading.Thread | None) -> Decision | None:
    own = threading.own_addresses()
    if threading.own_mark() in mail.own_marks or threading.is_own(mail.sender.email, own):
        return Decision(MailOutcome.IGNORED, "loop", thread)
    if mail.kind != "message":
        return Decision(MailOutcome.IGNORED, mail.kind, thread)
    if not mail.text and not mail.attachments and not mail.subject:
        return Decision(MailOutcome.IGNORED, "blank", thread)
    if not line.is_open:
        return Decision(MailOutcome.QUARANTINED, "paused", thread)
    if _too_many(mail.sender.email):
        return Decision(MailOutcome.QUARANTINED, "rate", thread)
    if mail.is_bulk and thread is None and not identity.by_email(mail.sender.email):
        addressed = any(threading.is_own(address, own) for address in mail.recipients)
        if not (mail.list_id and addressed):
            return Decision(MailOutcome.IGNORED, "bulk", thread)
    return None


def _too_many(sender: str) -> bool:
    rows = InboundMail.objects.filter(
        sender=sender,
        received_at__gt=clock.now() - RATE_WINDOW,
        outcome__in=[MailOutcome.OPENED, MailOutcome.JOINED],
    )
    return rows.count() >= RATE


def case_types(text: str, line: Line) -> list[str]:
    """Codes of the case types to try for a matter that does not say its type, the likeliest first.

    What its words say, then the line's own type, then consultation, then whatever is taken in by this way. Alarms
    are never opened so.
    """
    offered = [
        spec for spec in types.case_types() if line.kind in spec.channels and spec.nature not in _NEVER
    ]
    folded = to_simplified(text[:4000]).lower()
    said = [nature for nature, words in _WORDS if any(word in folded for word in words)]
    wanted = [
        *(spec.code for nature in said[:1] for spec in offered if spec.nature == nature),
        *(spec.code for spec in offered if spec.code == line.case_type),
        *(spec.code for spec in offered if spec.nature == Nature.CONSULTATION),
        *(spec.code for spec in offered if spec.nature == Nature.COMPLAINT),
        *(spec.code for spec in offered),
    ]
    return list(dict.fromkeys(wanted))


def severity(mail: ParsedMail, type_code: str) -> str:
    """Urgent when the subject says so and the type knows that level; else the type's own."""
    spec = next(spec for spec in types.case_types() if spec.code == type_code)
    urgent = any(word in to_simplified(mail.subject).lower() for word in _URGENT)
    return Severity.URGENT if urgent and Severity.URGENT in spec.severities else ""


def language(text: str) -> str:
    """The language to answer in: Chinese (Simplified or Traditional) where there is any, else English."""
    han = [character for character in text[:2000] if "\u4e00" <= character <= "\u9fff"]
    if not han:
        return "en"
    folded = to_simplified("".join(han))
    changed = sum(1 for before, after in zip(han, folded, strict=False) if before != after)
    return "zh-hant" if changed * 8 > len(han) else "zh-hans"


def sender_as_customer(mail: ParsedMail, line: Line) -> Customer | None:
    """The only customer of the line's unit (or below) with the sender's address."""
    path = line.unit.path or "/"
    known = [row for row in identity.by_email(mail.sender.email) if (row.unit.path or "").startswith(path)]
    return known[0] if len(known) == 1 else None


def only_home(customer: Customer | None) -> Premises | None:
    """The customer's home when there is exactly one, so that the matter reaches who answers for it (ORG-21)."""
    if customer is None:
        return None
    rows = Occupancy.objects.filter(customer=customer, to_on__isnull=True).select_related("premises__area")[
        :2
    ]
    homes = {row.premises_id: row.premises for row in rows}
    return next(iter(homes.values())) if len(homes) == 1 else None
