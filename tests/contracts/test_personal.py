"""A person gets a copy of everything kept about him, and is taken out of all of it for good."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, models, transaction
from django.test import Client

from tests.contracts.erasing import NAME, PHONE, WORDS, close, everywhere
from tests.kit.cast import Cast
from zhize.domains.cases.models import Case
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import registry, services
from zhize.domains.customers.jobs import HOUSEKEEPING
from zhize.domains.customers.models import Customer, Erasing, ErasureRequest, Phone
from zhize.domains.customers.selectors import retention
from zhize.kernel import access, history, search
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Outrun, Refused
from zhize.kernel.files.models import Attachment
from zhize.kernel.history.models import Entry
from zhize.kernel.notices.models import Notice
from zhize.kernel.org.models import Person
from zhize.lib import clock


def test_the_copy_holds_the_rows_the_files_and_what_happened(keeper: Actor, person: Customer) -> None:
    with zipfile.ZipFile(io.BytesIO(services.copy_of(actor=keeper, customer=person))) as archive:
        said = json.loads(archive.read("data.json"))
        names = archive.namelist()
    assert said["customer"]["name"] == NAME
    assert said["rows"]["customers.phone"][0]["number"].endswith(PHONE)
    assert said["rows"]["cases.case"][0]["description"] == WORDS
    assert any(NAME in row["body"] for row in said["rows"]["cases.message"])
    assert any(line["what"] for line in said["history"])
    assert any(name.endswith("的证件.png") for name in names)
    assert "sealed" not in json.dumps(said)
    assert Entry.objects.latest("pk").verb == "customer.copied"


def test_nothing_of_the_person_is_left_in_any_table(keeper: Actor, person: Customer) -> None:
    close(person)
    assert {"customers_customer", "cases_case", "history_entry"} <= set(everywhere(NAME, PHONE, WORDS))
    services.erase(actor=access.system(caps.CLI), customer=person, reason="本人申请")
    assert everywhere(NAME, PHONE, WORDS, "ouyang@", "欧阳山", "13655558888") == {}
    assert not Attachment.objects.filter(
        blob__isnull=False, subject_type="customers.customer", subject_id=person.pk
    )
    assert search.find(keeper, NAME) == []
    case = Case.objects.get(customer=person)
    assert (case.number != "", case.accepted_at is not None) == (True, True)
    assert Entry.objects.filter(verb="customer.erased", subject_id=person.pk).exists()


def test_a_namesake_and_a_longer_name_stay(cast: Cast, keeper: Actor) -> None:
    Person.objects.filter(pk=cast.people["wangfang"].pk).update(name="王伟")
    keeper = replace(keeper, label="王伟")
    made = {
        name: services.create_customer(
            actor=keeper, unit=cast.centre, kind="visitor", name=name, phone_numbers=[number]
        )
        for name, number in (("王伟", "13655557777"), ("王伟民", "13655558888"))
    }
    said = services.write_note(actor=keeper, customer=made["王伟"], text="王伟")
    namesake = {"id": said.pk + 1000, "label": "王伟"}
    Phone.objects.filter(customer=made["王伟"]).update(id=namesake["id"])
    # The colleague's number is the customer's, and so is his name: only the model tells them apart.
    colleague = {"model": "org.person", "id": made["王伟"].pk, "label": "王伟"}
    entry = history.record(
        actor=keeper,
        verb="customer.copied",
        subject=made["王伟"],
        data={"by": namesake, "for": made["王伟"], "words": said, "colleague": colleague},
        note="王伟民代王伟领取",
        also=[made["王伟民"]],
    )
    services.erase(actor=access.system(caps.CLI), customer=made["王伟"], reason="本人申请")
    entry.refresh_from_db()
    assert (entry.actor_label, entry.subject_label, entry.note) == ("王伟", "***", "王伟民代***领取")
    assert entry.data["by"] == namesake  # of staff: the number of a row of the person's is no sign
    assert entry.data["colleague"] == colleague
    assert (entry.data["for"]["label"], entry.data["words"]["label"]) == ("***", "***")
    assert Customer.objects.get(pk=made["王伟民"].pk).name == "王伟民"


@pytest.mark.req("CUS-32")
def test_what_was_merged_goes_as_one_person(cast: Cast, keeper: Actor) -> None:
    """Three entries of one person in a chain: the one that was kept takes all of it along, copy and erasure."""
    keeper = keeper.vouched(caps.MERGE)
    kept, second, first = (
        services.create_customer(
            actor=keeper, unit=cast.centre, kind="visitor", name=name, phone_numbers=[number],
            details=services.Details(id_number=identity),
        )
        for name, number, identity in (
            ("司马青衫", "13655557777", "11010519491231002X"),
            ("司马青衫(业主)", "13655558888", "440308199901101512"),
            ("司马先生甲", "13655559999", ""),
        )
    )  # fmt: skip
    services.create_customer(actor=keeper, unit=cast.centre, kind="visitor", name="司马青衫子")
    services.write_note(actor=keeper, customer=first, text="8613655559999是司马先生甲的，tel13655558888也是")
    services.merge(actor=keeper, winner=second, loser=first)
    services.merge(actor=keeper, winner=kept, loser=second)
    with zipfile.ZipFile(io.BytesIO(services.copy_of(actor=keeper, customer=kept))) as archive:
        said = json.loads(archive.read("data.json"))
    assert [one["id_number"] for one in said["merged"]] == ["440308199901101512", ""]
    operator = access.system(caps.CLI)
    services.erase(actor=operator, customer=kept, reason="本人申请")
    left = ("司马青衫([^子]|$)", "司马先生甲", *(f"1365555{end}" for end in (7777, 8888, 9999)))
    assert everywhere(*left) == {}
    assert not Customer.objects.filter(pk__in=[first.pk, second.pk]).exclude(id_number_sealed="").exists()
    assert Customer.objects.filter(name="司马青衫子").exists()
    for act in (
        lambda: services.erase(actor=operator, customer=first, reason="本人申请"),
        lambda: services.ask_erasure(actor=keeper, customer=first, reason="本人申请"),
    ):
        with pytest.raises(services.MergedAway) as refusal:
            act()
        assert kept.number in str(refusal.value)


@pytest.mark.req("CUS-32")
def test_nobody_is_merged_while_erasing_is_asked_for(cast: Cast, keeper: Actor, person: Customer) -> None:
    close(person)
    keeper = keeper.vouched(caps.MERGE)
    other = services.create_customer(actor=keeper, unit=cast.centre, kind="visitor", name="欧阳静")
    services.ask_erasure(actor=keeper, customer=person, reason="本人申请")
    for winner, loser in ((person, other), (other, person)):
        with pytest.raises(Invalid):
            services.merge(actor=keeper, winner=winner, loser=loser)


def test_who_may_not_and_what_is_open_is_refused(cast: Cast, keeper: Actor, person: Customer) -> None:
    stranger, operator = cast.actor("qianjin"), access.system(caps.CLI)
    for act in (
        lambda: services.copy_of(actor=stranger, customer=person),
        lambda: services.erase(actor=stranger, customer=person, reason="x"),
        lambda: services.erase(actor=keeper, customer=person, reason="本人申请"),
        lambda: services.ask_erasure(actor=stranger, customer=person, reason="x"),
        lambda: services.ask_erasure(actor=operator, customer=person, reason="x"),
    ):
        with pytest.raises(Refused):
            act()
    with pytest.raises(services.StillInUse):
        services.erase(actor=operator, customer=person, reason="本人申请")
    with pytest.raises(Invalid):
        services.erase(actor=operator, customer=person, reason=" ")
    assert Customer.objects.get(pk=person.pk).name == NAME


def page_of(cast: Cast, login: str) -> Client:
    client = Client()
    client.force_login(cast.people[login].user)
    return client


@pytest.mark.req("ORG-30")
def test_on_the_page_one_asks_and_another_erases(cast: Cast, person: Customer) -> None:
    """王芳 (supervisor) asks; she cannot decide; 刘强 (manager) can, with the number typed once more."""
    asks, decides = page_of(cast, "wangfang"), page_of(cast, "liuqiang")
    at = f"/customers/{person.pk}/personal/"
    case = f'href="/cases/{Case.objects.get(customer=person).number}/"'
    assert case in asks.get(at).content.decode()
    refused = asks.post(f"{at}erase/", {"reason": "本人 11 月 23 日申请"})
    assert refused.status_code == 409
    assert not ErasureRequest.objects.exists()
    close(person)
    assert case not in asks.get(at).content.decode()
    assert asks.post(f"{at}erase/", {"reason": "本人 11 月 23 日申请"}).status_code == 302
    request = ErasureRequest.objects.get()
    assert asks.post(f"{at}erase/", {"reason": "再来一次"}).status_code == 409
    told = Notice.objects.filter(template="customer.erasure_asked").values_list("person__name", flat=True)
    assert list(told) == ["刘强"]
    decide = f"/customers/erasures/{request.pk}"
    for verb, sent in (("grant", {"number": person.number}), ("refuse", {"remark": "要留"})):
        assert asks.post(f"{decide}/{verb}/", sent).status_code == 403
    assert Entry.objects.filter(verb="hands.refused", subject_id=person.pk).count() == 2
    assert f"{decide}/grant/" not in asks.get(at).content.decode()
    assert f"{decide}/grant/" in decides.get(at).content.decode()
    assert decides.post(f"{decide}/grant/", {"number": "KH00000000"}).status_code == 422
    assert Customer.objects.get(pk=person.pk).name == NAME
    assert decides.post(f"{decide}/withdraw/").status_code == 403
    assert decides.post(f"{decide}/grant/", {"number": person.number.lower()}).status_code == 302
    assert everywhere(NAME, PHONE, WORDS) == {}
    assert "已抹去" in decides.get(at).content.decode()
    assert "本人 11 月 23 日申请" in decides.get("/customers/erasures/").content.decode()
    assert decides.post(f"{decide}/refuse/", {"remark": "晚了"}).status_code == 409


def test_what_is_kept_long_enough_is_listed_and_told_of_and_goes_by_two(
    cast: Cast, keeper: Actor, person: Customer
) -> None:
    """Ten years after the end, as the resident files of the pack say: not before, and not what somebody needs."""
    close(person)
    services.close_customer(actor=keeper.vouched(caps.CLOSE), customer=person, note="搬走")
    at, said = "/customers/retention/", str(person.number)
    assert retention.years() == 10
    for years, listed in ((9, False), (11, True)):
        with time_machine.travel(clock.now() + timedelta(days=365.25 * years), tick=False):
            assert retention.due(Customer.objects.all()).filter(pk=person.pk).exists() is listed
            assert services.tell_retention_over(actor=access.system(HOUSEKEEPING)) == int(listed)
            assert said not in page_of(cast, "qianjin").get(at).content.decode()
            asks = page_of(cast, "wangfang")
            assert (said in asks.get(at).content.decode()) is listed
    told = Notice.objects.filter(template="customer.retention_over")
    assert told.exists()
    with time_machine.travel(clock.now() + timedelta(days=365.25 * 11), tick=False):
        everybody = Customer.objects.all()
        Customer.objects.filter(pk=person.pk).update(arrears_amount=1)
        assert not retention.due(everybody).exists()
        Customer.objects.filter(pk=person.pk).update(arrears_amount=0)
        decides = cast.actor("liuqiang")
        request = services.ask_erasure(actor=keeper, customer=person, reason="保存期满")
        services.refuse_erasure(actor=decides, request=request, remark="还在打官司")
        assert not retention.due(everybody).exists()
        ErasureRequest.objects.all().update(outcome=Erasing.WITHDRAWN)
        assert retention.due(everybody).exists()
        request = services.ask_erasure(actor=keeper, customer=person, reason="保存期满")
        services.grant_erasure(actor=decides, request=request, number=person.number)
        assert not retention.due(everybody).exists()
    assert everywhere(NAME, PHONE, WORDS) == {}


@pytest.mark.req("ORG-30")
def test_a_request_is_refused_with_a_reason_or_taken_back_and_the_database_wants_two(
    cast: Cast, person: Customer
) -> None:
    close(person)
    asks, decides = cast.actor("wangfang"), cast.actor("liuqiang")
    first = services.ask_erasure(actor=asks, customer=person, reason="本人申请")
    with pytest.raises(Invalid):
        services.refuse_erasure(actor=decides, request=first, remark=" ")
    services.refuse_erasure(actor=decides, request=first, remark="合同还在")
    second = services.ask_erasure(actor=asks, customer=person, reason="本人再次申请")
    services.withdraw_erasure(actor=asks, request=second)
    with pytest.raises(Outrun):
        services.grant_erasure(actor=decides, request=second, number=person.number)
    third = services.ask_erasure(actor=asks, customer=person, reason="本人申请")
    with pytest.raises(IntegrityError, match="erasure_by_two"), transaction.atomic():
        ErasureRequest.objects.filter(pk=third.pk).update(
            outcome="erased", decided_at=third.asked_at, decided_by=third.asked_by
        )
    assert Customer.objects.get(pk=person.pk).name == NAME


@pytest.mark.req("CUS-10")
def test_the_copy_is_a_download_for_the_archive_and_on_record(cast: Cast, person: Customer) -> None:
    at = f"/customers/{person.pk}/personal/"
    page = page_of(cast, "wangfang")
    assert "导出全部资料" in page.get(at).content.decode()
    answer = page.post(f"{at}copy/")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/zip", "no-store")
    assert zipfile.is_zipfile(io.BytesIO(answer.content))
    assert Entry.objects.get(verb="customer.copied").person == cast.people["wangfang"]
    desk = page_of(cast, "limin")
    assert desk.post(f"{at}copy/").status_code == 403
    assert page_of(cast, "qianjin").get(at).status_code == 404


def test_every_table_that_points_to_a_customer_is_registered() -> None:
    """A new one must say what of it is personal, in words that its columns can hold."""
    marked = (
        (each.model._meta.get_field(name), name) for each in registry.all_personal() for name in each.texts
    )
    assert [
        str(field) for field, _name in marked if not isinstance(field, models.CharField | models.TextField)
    ] == []
    pointing = {each.related_model for each in Customer._meta.related_objects} - {Customer}
    assert pointing <= {each.model for each in registry.all_personal()}
    pointing = {each.related_model for each in Case._meta.related_objects} - {Case}
    of_a_case = {each._meta.label for each in pointing - {one.model for one in registry.all_personal()}}
    # What the department does with a case: who held it, what was ticked, whom it was late for. No words of the customer's.
    assert of_a_case == {
        "cases.Alarm",
        "cases.CaseLink",
        "cases.DelayAudit",
        "cases.Tick",
        "cases.Watching",
    }


def test_the_command_copies_and_erases(person: Customer, tmp_path: Path, capsys: Any) -> None:
    target = tmp_path / "copy.zip"
    call_command("person", "copy", person.number, "--to", str(target))
    assert zipfile.is_zipfile(target)
    close(person)
    with pytest.raises(CommandError, match="--yes"):
        call_command("person", "erase", person.number, "--reason", "本人申请")
    call_command("person", "erase", person.number, "--reason", "本人申请", "--yes")
    assert Customer.objects.get(pk=person.pk).name == "已抹去"
    with pytest.raises(CommandError):
        call_command("person", "copy", "KH99999999", "--to", str(target))
    assert access.is_system(caps.CLI)
