"""What duties do when something happens elsewhere."""

from __future__ import annotations

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties.reading import ReadingSubject
from zhize.domains.duties.services import (
    changing,
    escalating,
    feeds,
    informing,
    reading,
    reviewing,
    rezoning,
    scheduling,
    triggering,
)
from zhize.domains.duties.subjects import register_subject
from zhize.kernel import access, history
from zhize.kernel.history.models import Entry

LABEL = "duties.obligation"
register_subject(reading.LABEL, ReadingSubject())


@history.on_any
def follow_facts(entry: Entry) -> None:
    """Facts named by duties begin and end obligations in the same transaction."""
    triggering.follow(entry)


@history.on("clock.paused", "clock.resumed", "clock.recomputed")
def follow_clock(entry: Entry) -> None:
    """The obligation's due time is that of its clock; the entry at hand is the record of the change."""
    if entry.subject_type == LABEL:
        changing.follow_clock(entry)


@history.on("reading.asked")
def ask_readers(entry: Entry) -> None:
    """Every reader of a published text owes a signature."""
    reading.ask(entry)


@history.on("reading.signed")
def signed(entry: Entry) -> None:
    """The signature is the evidence."""
    reading.signed(entry)


@history.on("reading.replaced")
def replaced(entry: Entry) -> None:
    """A replaced text is signed no more."""
    reading.replaced(entry)


@history.on("account.password_set", "account.disabled", "account.second_factor_off", "person.left")
def login_ended(entry: Entry) -> None:
    """The calendar's address works without a login, but not longer than it."""
    feeds.end_with_login(entry)


@history.on("person.appointed", "person.relieved")
def readers_changed(entry: Entry) -> None:
    """Who joins a position is asked for its texts, who left is not."""
    reading.people_changed(entry)


@history.on("duty.changed")
def suits_its_clauses(entry: Entry) -> None:
    """A duty that was changed suits its sentences as they read now."""
    if entry.subject_id is not None:
        reviewing.changed(entry.subject_id)


@history.on("unit.changed")
def zone_changed(entry: Entry) -> None:
    """The days of the slots stay those on the unit's wall."""
    before, after = entry.changes.get("timezone", (None, None))
    if entry.subject_id is not None and after is not None:
        rezoning.keep_the_wall(
            actor=access.system(caps.SCHEDULE), unit=entry.subject_id, before=before, after=after
        )


@history.after("clock.threshold", only=lambda entry: entry.subject_type == LABEL)
def climb_ladder(entry: Entry) -> None:
    """A reminder or escalation for every threshold reached."""
    escalating.climb(entry)


@history.after(
    "obligation.opened",
    "obligation.reassigned",
    "obligation.returned",
    "obligation.submitted",
    # Most are opened by a rule, and nobody is told of those.
    only=lambda entry: entry.verb != "obligation.opened" or entry.data.get("kind") == "task",
)
def inform(entry: Entry) -> None:
    """The holder hears of a task, a change and a return; the receiver of what waits for him."""
    informing.inform(entry)


@history.after("person.appointed")
def owe_from_the_first_holder(entry: Entry) -> None:
    """A position owes from its first holder on, and he need not wait for the hourly run."""
    scheduling.begin_position(actor=access.system(caps.SCHEDULE), position=entry.data["position_id"])


@history.after("person.relieved")
def owe_until_the_last_day(entry: Entry) -> None:
    """What falls due after somebody's last day stands on nobody's list until the hourly run."""
    scheduling.follow_person(actor=access.system(caps.SCHEDULE), person=entry.subject_id)


@history.after("duty.changed", "duty.ended", only=lambda entry: bool(entry.data.get("recurring")))
def schedule_again(entry: Entry) -> None:
    """What has not opened yet follows the duty as it is now; new duties begin with the next hourly run."""
    scheduling.schedule(actor=access.system(caps.SCHEDULE), only=[entry.subject_id])
