"""The event log: only grows, speaks in sentences, is chained, and lets others react exactly once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests.kit import people
from zhize.kernel import access, history
from zhize.kernel.db import UnrecordedChange, atomic, guarded_update
from zhize.kernel.history import chain, facts, redaction
from zhize.kernel.history.models import Entry, Head, Link, Reaction
from zhize.kernel.history.verbs import UnknownVerb
from zhize.lib import clock

history.verb("sample.named", zh="{actor}命名为{name}", en="{actor} named it {name}", privacy="keep")
SYSTEM = access.system_actor("tests.history", caps=())
seen: list[int] = []
broken: list[bool] = []
doubled: list[bool] = []


@history.after("sample.named")
def remember(entry: Entry) -> None:
    if doubled:
        with atomic():
            Reaction.objects.create(entry=entry, name=f"{__name__}.remember", next_at=clock.now())
    if broken:
        raise RuntimeError("not now")
    seen.append(entry.pk)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    seen.clear()
    broken.clear()
    doubled.clear()


def record(**more: object) -> Entry:
    return history.record(
        actor=access.system(SYSTEM), verb="sample.named", subject=people.unit(), data={"name": "甲"}, **more
    )


@pytest.mark.django_db
def test_an_entry_reads_as_a_sentence_in_the_reader_s_language() -> None:
    entry = record()
    assert entry.sentence().endswith("命名为甲")
    with translation.override("en"):
        assert entry.sentence().endswith("named it 甲")


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, 1, 2, 60])
def test_many_are_recorded_at_once_as_each_by_itself(count: int) -> None:
    unit = people.unit()
    happenings = [
        history.Happening(unit, data={"name": "甲", "number": number}, also=(unit,))
        for number in range(count)
    ]
    told = history.record_each(actor=access.system(SYSTEM), verb="sample.named", happenings=happenings)
    found = Entry.objects.filter(pk__in=[entry.pk for entry in told]).order_by("pk")
    assert [entry.data["number"] for entry in found] == list(range(count))
    assert [entry.also.count() for entry in found] == [1] * count
    assert [entry.reactions.count() for entry in found] == [1] * count


@pytest.mark.django_db
def test_an_undeclared_verb_is_an_error() -> None:
    with pytest.raises(UnknownVerb):
        history.record(actor=access.system(SYSTEM), verb="sample.nobody", subject=people.unit())


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["UPDATE history_entry SET note = 'x'", "DELETE FROM history_entry"])
def test_the_database_refuses_to_change_the_log(act: str) -> None:
    record()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'origin'")
        cursor.execute("SET LOCAL zhize.maintenance = 'off'")
        cursor.execute(act)


@pytest.mark.django_db
def test_a_change_of_an_audited_row_without_an_entry_is_caught() -> None:
    unit = people.unit()
    with pytest.raises(UnrecordedChange), atomic():
        guarded_update(unit, name="改了")


@pytest.mark.django_db
def test_a_reaction_runs_once_and_again_only_after_a_failure() -> None:
    entry = record()
    broken.append(True)
    waiting = Reaction.objects.get(entry=entry, name=f"{__name__}.remember")
    assert history.deliver(waiting.pk) is False
    broken.clear()
    assert history.deliver(waiting.pk) is True
    assert history.deliver(waiting.pk) is True
    assert seen == [entry.pk]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == (Reaction.DONE, 2)


@pytest.mark.django_db
def test_a_reaction_that_was_outrun_tells_by_what() -> None:
    waiting = Reaction.objects.get(entry=record(), name=f"{__name__}.remember")
    doubled.append(True)
    assert history.deliver(waiting.pk) is False
    waiting.refresh_from_db()
    assert waiting.error.startswith("Outrun: ") and "history_reaction_once" in waiting.error
    # The values, which may be somebody's, stand on its further lines.
    assert "DETAIL" not in waiting.error


@pytest.mark.django_db
def test_an_outage_of_hours_loses_no_reaction_and_one_of_days_is_given_up_in_the_open() -> None:
    entry = record()
    broken.append(True)
    with time_machine.travel(entry.at, tick=False) as time:
        # The worker's sweep comes every minute.
        for _minute in range(6 * 60):
            time.shift(timedelta(minutes=1))
            for pk in history.due_reactions():
                history.deliver(pk)
        waiting = Reaction.objects.get(entry=entry, name=f"{__name__}.remember")
        assert (waiting.state, waiting.error) == (Reaction.QUEUED, "RuntimeError: not now")
        assert waiting.next_at - clock.now() <= timedelta(hours=1)
        while waiting.state == Reaction.QUEUED:
            time.move_to(waiting.next_at)
            history.deliver(waiting.pk)
            waiting.refresh_from_db()
        assert timedelta(days=2) < clock.now() - entry.at < timedelta(days=3)
        assert history.due_reactions() == []
        broken.clear()
        assert history.deliver(waiting.pk)
    assert seen == [entry.pk]


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other test runs share the database server; their transactions would hold the sealing up."""
    monkeypatch.setattr(chain, "OLDEST_RUNNING", chain.NOT_YET_COME_TO)


@pytest.mark.usefixtures("alone")
@pytest.mark.django_db(transaction=True)
def test_the_chain_holds_and_tells_where_it_was_broken() -> None:
    with transaction.atomic():
        first = record()
        record()
    assert chain.seal() >= 2
    assert list(chain.verify()) == []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        cursor.execute("UPDATE history_entry SET note = 'changed' WHERE id = %s", [first.pk])
    assert [fault.entry_id for fault in chain.verify()] == [first.pk]


@pytest.mark.usefixtures("alone")
@pytest.mark.django_db(transaction=True)
def test_what_is_sealed_while_somebody_verifies_is_no_fault() -> None:
    with transaction.atomic():
        first = record()
    chain.seal()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        cursor.execute("UPDATE history_entry SET note = 'changed' WHERE id = %s", [first.pk])
    walk = chain.verify()
    assert next(walk).entry_id == first.pk
    with transaction.atomic():
        record()
    assert chain.seal() == 1
    assert list(walk) == []


@pytest.mark.usefixtures("alone")
@pytest.mark.django_db(transaction=True)
def test_links_cut_off_the_end_stay_missing_also_when_their_entries_are_sealed_again() -> None:
    with transaction.atomic():
        first, last = record(), record()
    chain.seal()
    kept = Link.objects.get(entry=first).number
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL zhize.maintenance = 'on'")
        cursor.execute("DELETE FROM history_link WHERE number > %s", [kept])
    gone = f"links {kept + 1} to {kept + 1} are missing"
    assert [fault.problem for fault in chain.verify()] == [gone]
    assert chain.seal() == 1
    assert [(fault.entry_id, fault.problem) for fault in chain.verify()] == [
        (None, gone),
        (last.pk, "what it was chained to is gone"),
    ]
    for back in (lambda: Head.objects.update(number=kept), lambda: Head.objects.all().delete()):
        with (
            pytest.raises(IntegrityError, match="only moves on"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SET LOCAL zhize.maintenance = 'on'")
            back()


@pytest.mark.usefixtures("alone")
@pytest.mark.django_db(transaction=True)
def test_a_person_is_taken_out_in_the_open_and_whoever_does_it_otherwise_is_found() -> None:
    with transaction.atomic():
        mine, other = record(note="欧阳静怡来过"), record(note="欧阳静怡走了")
    chain.seal()
    actor = access.system(SYSTEM)
    subject = people.unit()
    assert (
        redaction.redact(
            actor=actor,
            entries=[mine],
            subject=subject,
            gone=redaction.Gone(frozenset({"欧阳静怡"})),
            note="本人申请",
        )
        == 1
    )
    assert Entry.objects.get(pk=mine.pk).note == "***来过"
    chain.seal()
    assert list(chain.verify()) == []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL zhize.maintenance = 'on'")
        cursor.execute("UPDATE history_entry SET note = '***没来过' WHERE id = %s", [mine.pk])
        cursor.execute("UPDATE history_entry SET note = '***' WHERE id = %s", [other.pk])
    assert [fault.entry_id for fault in chain.verify()] == [mine.pk, other.pk]


GONE = redaction.Gone(
    frozenset({"王伟", "13655557777", "+85291234567", "0755-26661234", "95588", "li@example.com", "Ann Li"}),
    rows=frozenset({("customers.customer", 7), ("customers.emailaddress", 8)}),
    own=frozenset({(7, "王伟"), (8, "li@example.com")}),
    others=frozenset({"王伟民", "小王伟", "王芳"}),
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("王伟来过", "***来过"),
        ("王伟民和王伟", "王伟民和***"),
        ("小王伟，王伟", "小王伟，***"),
        ("回电+8613655557777。", "回电***。"),
        ("单号+86136555577771", "单号+86136555577771"),
        ("单号98613655557777，913655557777", "单号98613655557777，913655557777"),
        ("8613655557777、008613655557777", "***、***"),
        ("tel13655557777,wx13655557777a", "tel***,wx***a"),
        ("136 5555 7777或+86 136-5555-7777", "***或***"),
        ("+85291234567, 0085291234567", "***, ***"),
        ("075526661234、+86 755 2666 1234转8", "***、***转8"),
        ("95588，GD95588", "***，GD95588"),
        ("致li@example.com,", "致***,"),
        ("ali@example.com li@example.com.cn", "ali@example.com li@example.com.cn"),
        ("Ann Li came, Joann Lin stayed", "*** came, Joann Lin stayed"),
    ],
)
def test_a_name_is_taken_out_only_where_it_stands_by_itself(text: str, left: str) -> None:
    assert GONE.without(text) == left


@pytest.mark.parametrize(
    ("reference", "stays"),
    [
        ({"id": 7, "label": "王伟"}, False),
        ({"id": 8, "label": "王伟"}, True),
        ({"id": 8, "label": "王伟家漏水"}, False),
        ({"model": "customers.customer", "id": 7, "label": "王伟"}, False),
        ({"model": "org.person", "id": 7, "label": "王伟"}, True),
        ({"model": "org.person", "id": 7, "label": "王伟家漏水"}, False),
    ],
)
def test_somebody_else_of_the_same_name_stays(reference: dict[str, Any], stays: bool) -> None:
    assert GONE.names_another(reference) is stays


@pytest.mark.usefixtures("alone")
@pytest.mark.django_db(transaction=True)
def test_entries_restored_from_a_server_that_counted_further_are_sealed() -> None:
    """A new server counts transactions from the beginning; entries of the old one must not wait until it gets there."""
    with transaction.atomic():
        entry = record()
        values = {field.attname: getattr(entry, field.attname) for field in Entry._meta.concrete_fields}
        restored = Entry.objects.create(**{**values, "id": None, "transaction": 10**15})
    assert chain.seal() >= 2
    assert hasattr(Entry.objects.get(pk=restored.pk), "link")
    assert list(chain.verify()) == []


@pytest.mark.usefixtures("alone")
@pytest.mark.django_db(transaction=True)
def test_sealing_reads_only_what_came_after_the_newest_link() -> None:
    for _count in range(3):
        with transaction.atomic():
            record()
        chain.seal()
    with transaction.atomic():
        record()
    with CaptureQueriesContext(connection) as asked:
        assert chain.seal() == 1
    (wanted,) = [one["sql"] for one in asked if "ORDER BY" in one["sql"] and "LEFT OUTER JOIN" in one["sql"]]
    newest = Entry.objects.filter(link__isnull=False).order_by("-link__number")[1].transaction
    assert f'"transaction" >= {newest}' in wanted
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        plan = Entry.objects.filter(transaction__gte=newest).order_by("transaction", "pk").explain()
        cursor.execute("RESET enable_seqscan")
    assert "history_entry_transaction" in plan
    assert list(chain.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_what_a_running_transaction_may_still_precede_is_not_sealed() -> None:
    with transaction.atomic():
        entry = record()
        chain.seal()
        assert not hasattr(Entry.objects.get(pk=entry.pk), "link")


@pytest.mark.django_db
def test_a_timeline_is_found_by_index_and_not_by_reading_the_log() -> None:
    entry = record()
    subject = people.person()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = history.timeline(subject).explain()
    assert "history_entry_subject" in plan
    assert "history_also_subject" in plan
    assert entry.pk


def test_listeners_are_found_by_verb() -> None:
    assert facts.reaction(f"{__name__}.remember") is remember
