"""What customers fill in or say into the machine by themselves (CHN-05)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.domains.channels.models import Line, WebSubmission
from zhize.domains.channels.services import lines
from zhize.domains.channels.services.documents import Page
from zhize.kernel import files, history
from zhize.kernel.access import Actor
from zhize.kernel.db import atomic
from zhize.lib import clock, signing

PURPOSE = "channels.progress"


@atomic
def submit(
    *,
    actor: Actor,
    intake: cases.Intake,
    line: Line | None = None,
    uploads: Iterable[Page] = (),
    filled_in: dict[str, Any] | None = None,
) -> Case:
    """Take in a self-filled order or a voice message. Types that want it verified leave it undispatched until the
    leader has (CHN-05). What was filled in is kept as it was. Raises Paused, Invalid.
    """
    if line is not None:
        lines.open_now(line)
    contents = [(files.store(actor=actor, content=content, name=name), name) for content, name in uploads]
    case = cases.open_case(actor=actor, intake=intake)
    for blob, name in contents:
        files.attach(actor=actor, blob=blob, subject=case, name=name, kind="intake", visible_to_customer=True)
    submission = WebSubmission(
        unit=case.unit,
        line=line,
        case=case,
        filled_in=filled_in
        or {"title": intake.title, "description": intake.description, "name": intake.contact_name},
        received_at=clock.now(),
    )
    submission.save()
    history.record(actor=actor, verb="web.submitted", subject=case, marks=[submission])
    return case


def progress_code(case: Case) -> str:
    """The code by which the customer looks up how his case stands, without an account."""
    return signing.make(PURPOSE, case.pk, settings.SECRET_KEY.encode())
