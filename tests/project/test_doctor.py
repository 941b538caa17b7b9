"""Each kind of damage is found and named, in both languages, and a sound department has none."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from tests.domains.cases.kit import take_in
from tests.kit import people
from tests.kit.cast import Cast
from zhize.domains.customers.models import Customer
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Evidence, Obligation
from zhize.kernel import access, files, jobs, numbering, search
from zhize.kernel.clocks.models import Clock
from zhize.kernel.db import looks
from zhize.kernel.files import storage
from zhize.kernel.files.models import Blob
from zhize.kernel.history import chain
from zhize.kernel.history.models import Entry, Head, Link, Reaction
from zhize.kernel.numbering.models import GaplessCount, PeriodStart
from zhize.kernel.org.models import Person
from zhize.kernel.search.models import SearchDoc
from zhize.lib import clock
from zhize.lib.text import Text
from zhize.project import doctor, manifest


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path) -> None:
    """Files are not rolled back with the rows."""
    settings.CONFIG = replace(settings.CONFIG, data_dir=tmp_path)


def run(query: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, values or None)


@contextmanager
def behind_the_product() -> Iterator[None]:
    """As somebody with rights in the database could: without triggers and references."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET LOCAL session_replication_role = replica")
    yield
    run("SET LOCAL session_replication_role = origin")
    run("SET CONSTRAINTS ALL DEFERRED")


def sealed() -> None:
    """Seal the log as if all of it had been committed, which inside a test's transaction it has not."""
    before = chain.FIRST
    for number, entry in enumerate(Entry.objects.order_by("pk"), 1):
        before = chain.digest(entry, before)
        Link.objects.create(number=number, entry=entry, digest=before)


def an_owed(cast: Cast, **fields: Any) -> Obligation:
    return duties.assign_task(
        actor=cast.actor("wangfang"), unit=cast.centre, title="整理投诉档案", holder=cast.people["limin"],
        due_at=clock.now() + timedelta(days=1), **fields,
    )  # fmt: skip


def a_file(cast: Cast) -> Blob:
    return files.store(actor=cast.actor("limin"), content=b"photo of the lift", name="photo.txt")


def lost_file(cast: Cast) -> str:
    blob = a_file(cast)
    storage.path_of(blob.sha256).unlink()
    return blob.sha256


def changed_file(cast: Cast) -> str:
    blob = a_file(cast)
    storage.path_of(blob.sha256).write_bytes(b"photo of the LIFT")
    return blob.sha256


def stray_file(cast: Cast) -> str:
    storage.write("ab" * 32, b"nobody knows this")
    return "ab" * 32


def rewritten_history(cast: Cast) -> str:
    an_owed(cast)
    sealed()
    entry = Entry.objects.latest("pk")
    with behind_the_product():
        Entry.objects.filter(pk=entry.pk).update(note="从来没有发生")
    return str(entry.pk)


def deleted_history(cast: Cast) -> str:
    an_owed(cast)
    sealed()
    entry = Entry.objects.order_by("-pk")[1]
    number = Link.objects.get(entry=entry).number
    with behind_the_product():
        run("DELETE FROM history_entry WHERE id = %s", entry.pk)
    return str(number)


def cut_links(cast: Cast) -> str:
    an_owed(cast)
    sealed()
    first, last = (Link.objects.order_by("-number")[nth].number for nth in (1, 0))
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET LOCAL zhize.maintenance = 'on'")
    Link.objects.filter(number__gte=first).delete()
    return f"links {first} to {last}"


def cut_history(cast: Cast) -> str:
    an_owed(cast)
    sealed()
    entry = Entry.objects.latest("pk")
    with behind_the_product():
        run("DELETE FROM history_entry WHERE id = %s", entry.pk)
    return str(Link.objects.latest("number").number)


def guard_off(cast: Cast) -> str:
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("ALTER TABLE history_entry DISABLE TRIGGER history_entry_grows")
    return "history_entry_grows"


def orphan(cast: Cast) -> str:
    with behind_the_product():
        run("DELETE FROM org_person WHERE id = %s", cast.people["hewei"].pk)
    return "org_appointment.person_id"


def about_nothing(cast: Cast) -> str:
    someone = people.person("临时")
    blob = a_file(cast)
    seeing = people.actor(people.somebody({"person.view": "all"}))
    files.attach(actor=seeing, blob=blob, subject=someone, name="a.txt")
    with behind_the_product():
        Person.objects.filter(pk=someone.pk)._raw_delete(using="default")
    return str(someone.pk)


def counter_of_ids(cast: Cast) -> str:
    # A sequence is not rolled back with the test, so the row runs ahead of it instead.
    Person.objects.create(pk=10**9, name="外来的行", employee_no="Z9")
    return "org_person"


def number_used_before(cast: Cast) -> str:
    number = take_in(cast).number
    PeriodStart.objects.filter(series="case", prefix=number[:2]).update(start=F("start") + 5)
    return number[:2]


def number_used_before_a_past_day_began(cast: Cast) -> str:
    named = number_used_before(cast)
    numbering.next_number("case", at=clock.now() - timedelta(days=40), prefix=named)
    return named


def gap(cast: Cast) -> str:
    numbering.declare("tests_gapless", zh="收据", en="Receipt", prefix="CS", period="year", gapless=True)
    issued = numbering.next_gapless("tests_gapless", actor=cast.actor("limin"), unit=cast.centre)
    GaplessCount.objects.filter(series="tests_gapless").update(last=7)
    return issued.period


def stuck_job(cast: Cast) -> str:
    number = jobs.defer("clocks.tick")
    run("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", number)
    return f"{number} (clocks.tick)"


def job_of_another_release(cast: Cast) -> str:
    run("INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'old.work', '{}')")
    return "old.work"


def given_up_reaction(cast: Cast) -> str:
    take_in(cast)
    reaction = Reaction.objects.latest("pk")
    Reaction.objects.filter(pk=reaction.pk).update(state=Reaction.FAILED, error="Boom: 收不到")
    return f"{reaction.name}: 1 (Boom: 收不到)"


def failing_reaction(cast: Cast) -> str:
    take_in(cast)
    reaction = Reaction.objects.latest("pk")
    Reaction.objects.filter(pk=reaction.pk).update(attempts=5, error="Boom: 程序错")
    return f"{reaction.name}: 1 (Boom: 程序错)"


def clock_without_owner(cast: Cast) -> str:
    owed = an_owed(cast)
    with behind_the_product():
        run("DELETE FROM duties_obligation WHERE id = %s", owed.pk)
    return str(owed.pk)


def moved_behind_the_ledger(cast: Cast) -> str:
    owed = an_owed(cast)
    with behind_the_product():
        Clock.objects.filter(pk=owed.clock_id).update(due_at=clock.now() + timedelta(days=9))
    return str(owed.clock_id)


def stale_index(cast: Cast) -> str:
    customer = cast.customers["A101"]
    search.refresh(customer)
    SearchDoc.objects.filter(object_id=customer.pk).update(title="别人")
    return "customers.customer"


def surplus_index(cast: Cast) -> str:
    customer = cast.customers["A101"]
    search.index(Customer(pk=10**9), title="没有这个人")
    assert customer.pk != 10**9
    return "customers.customer"


def missed_slot(cast: Cast) -> str:
    duties.schedule(actor=access.system("duties.schedule"), ahead_days=0)
    slot = Obligation.objects.filter(slot__isnull=False, opened_at__lte=clock.now()).first()
    assert slot is not None and slot.duty is not None
    with behind_the_product():
        Evidence.objects.filter(obligation=slot)._raw_delete(using="default")
        run("DELETE FROM duties_obligation WHERE id = %s", slot.pk)
    return str(slot.duty)


def clock_stopped_alone(cast: Cast) -> str:
    owed = an_owed(cast)
    with behind_the_product():
        Clock.objects.filter(pk=owed.clock_id).update(stopped_at=clock.now(), outcome="met")
    return str(owed.pk)


def drifted_progress(cast: Cast) -> str:
    owed = an_owed(cast)
    Evidence.objects.create(obligation=owed, kind="count", count=3, given_label="李敏", given_at=clock.now())
    return str(owed.pk)


DAMAGES: dict[str, list[Callable[[Cast], str]]] = {
    "files.missing": [lost_file],
    "files.damaged": [changed_file],
    "files.stray": [stray_file],
    "history.chain": [rewritten_history, deleted_history, cut_links, cut_history],
    "tables.guards": [guard_off],
    "tables.orphans": [orphan],
    "tables.subjects": [about_nothing],
    "tables.ids": [counter_of_ids],
    "numbering.behind": [number_used_before, number_used_before_a_past_day_began],
    "numbering.gapless": [gap],
    "jobs.stuck": [stuck_job],
    "jobs.unknown": [job_of_another_release],
    "jobs.reactions": [given_up_reaction],
    "jobs.reactions_failing": [failing_reaction],
    "clocks.ownerless": [clock_without_owner],
    "clocks.ledger": [moved_behind_the_ledger],
    "search.index": [stale_index, surplus_index],
    "duties.slots": [missed_slot],
    "duties.clocks": [clock_stopped_alone],
    "duties.progress": [drifted_progress],
}


def found(code: str) -> list[str]:
    (look,) = [one for one in looks.declared() if one.code == code]
    said = list(look.find())
    assert all(text.zh and text.en for text in said)
    return [f"{text.zh} / {text.en}" for text in said]


@pytest.mark.parametrize(("code", "damage"), [(code, one) for code, some in DAMAGES.items() for one in some])
def test_a_damage_is_found_and_named(cast: Cast, code: str, damage: Callable[[Cast], str]) -> None:
    named = damage(cast)
    assert [said for said in found(code) if named in said]


def test_a_sound_department_has_nothing_to_name(cast: Cast) -> None:
    an_owed(cast)
    take_in(cast)
    duties.schedule(actor=access.system("duties.schedule"), ahead_days=0)
    a_file(cast)
    sealed()
    for source in search.providers.providers():
        search.indexing.reindex(source)
    before = Obligation.objects.count()
    assert {result.code: result.findings for result in doctor.sound(deep=True) if result.findings} == {}
    assert Obligation.objects.count() == before


def test_damage_makes_the_exit_code_and_both_languages_say_it(
    cast: Cast, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    named = lost_file(cast)
    monkeypatch.setattr(doctor, "examine", lambda settings, deep, known: doctor.sound(deep=deep))
    for language, word in (("zh-hans", "损坏  附件文件是否都在"), ("en", "FAIL  uploaded files are there")):
        assert doctor.main(["--language", language]) == 1
        said = capsys.readouterr().out
        assert word in said and named in said
    assert doctor.main(["--json", "--language", "en"]) == 1
    told = json.loads(capsys.readouterr().out)
    look = next(one for one in told["looks"] if one["code"] == "files.missing")
    assert (told["sound"], look["state"], look["count"]) == (False, "fail", 1)
    assert look["remedy"]


def a_backup(folder: Path, said: str) -> Path:
    """The part of a backup in which it speaks of itself."""
    kept = folder / "saved.tar"
    with tarfile.open(kept, "w") as archive:
        member = tarfile.TarInfo(manifest.NAME)
        member.size = len(said)
        archive.addfile(member, io.BytesIO(said.encode()))
    return kept


@pytest.mark.parametrize(
    ("said", "state"),
    [("{}", "note"), ('{"history": [0, ""]}', "note"), ("{", "fail"), ('{"history": 1}', "fail")],
)
def test_a_backup_that_says_nothing_of_the_history_proves_nothing(
    tmp_path: Path, said: str, state: str
) -> None:
    assert doctor._since(a_backup(tmp_path, said)).state == state


def test_a_history_cut_behind_its_own_notes_is_named_with_a_backup_at_hand(
    cast: Cast, tmp_path: Path
) -> None:
    an_owed(cast)
    sealed()
    last = Link.objects.latest("number")
    kept = a_backup(tmp_path, json.dumps({"history": [last.number, last.digest]}))
    assert doctor._since(kept).state == "ok"
    before = Link.objects.get(number=last.number - 1)
    with behind_the_product():
        Link.objects.filter(pk=last.pk)._raw_delete(using="default")
        Head.objects.update(number=before.number, digest=before.digest)
    assert list(chain.verify()) == []
    assert [text.en for text in doctor._since(kept).findings] == [
        f"link {last.number} is not the one of that time"
    ]


def test_a_full_listing_names_what_is_not_listed() -> None:
    result = doctor.Result("x", Text("项", "part"), [Text("坏", "bad")] * 25)
    assert "… and 5 more" in "\n".join(doctor._lines(result, "en"))
