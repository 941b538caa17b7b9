"""Evidence on a form of the pack: the right pack's form opens, its answers are checked, kept and shown."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.domains.duties.test_pages import PNG
from tests.domains.organisation.test_pages import browser
from tests.kit.cast import Cast
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import papers
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Duty, DutyVersion, Obligation
from zhize.domains.duties.pack import EvidenceSpec, _check_form
from zhize.kernel import access
from zhize.kernel.db import Invalid
from zhize.kernel.packs import loader
from zhize.kernel.packs import services as packs
from zhize.lib import clock

SYSTEM = access.system(caps.TRIGGER)
STUBS = {
    "kind": "invoice",
    "range": "0001-0050",
    "used": "48",
    "void": "1",
    "unused": "1",
    "handed_in_on": "2026-01-09",
}
FORM, INCOME = "pc_frm_060_vouchers", "daily_cash"


def owed(cast: Cast, code: str = "hand_in_stubs", holder: str = "limin") -> Obligation:
    duty = Duty.objects.select_related("current").get(code=code)
    assert duty.current is not None
    return duties.open_obligation(
        actor=SYSTEM,
        unit=cast.centre,
        title=duty.current.name,
        holder=cast.people[holder],
        position=cast.position(duty.position_code),
        acceptor_position=cast.position(duty.current.acceptor_code),
        duty_version=duty.current,
        evidence=duty.current.evidence,
        target={"kind": "working", "minutes": 600},
    )


def typed(answers: dict[str, Any], form: str = FORM) -> dict[str, Any]:
    return {f"{form}-{name}": value for name, value in answers.items()}


@pytest.mark.req("DUT-05", "FRM-060")
def test_the_form_that_the_duty_names_is_filled_in_on_the_page_and_read_there(cast: Cast) -> None:
    row = owed(cast)
    page = browser("limin")
    asked = page.get(f"/obligations/{row.pk}/verbs/submit/").content.decode()
    assert all(label in asked for label in ("发票、收据、票根登记", "号段", "作废", "上交日期"))
    short = page.post(
        f"/obligations/{row.pk}/verbs/submit/", typed({**STUBS, "used": "四十八张", "range": ""})
    )
    assert short.status_code == 422
    assert short.content.decode().count("field-error") == 2
    assert page.post(f"/obligations/{row.pk}/verbs/submit/", typed(STUBS)).status_code == 302
    row.refresh_from_db()
    kept = row.evidence.get(kind="form")
    assert (row.state, kept.data["form"], kept.data["answers"]["used"]) == ("submitted", FORM, 48)
    seen = page.get(f"/obligations/{row.pk}/").content.decode()
    assert "0001-0050" in seen
    assert "发票、收据、票根登记" in seen


@pytest.mark.req("DUT-05")
def test_the_day_of_the_record_is_filled_in_and_is_that_of_the_slot(cast: Cast) -> None:
    row, field = owed(cast, INCOME), 'name="pc_frm_059_daily_income-day" value="{}"'
    today, address = clock.today(cast.centre.timezone), f"/obligations/{row.pk}/verbs/submit/"
    assert field.format(today) in browser("limin").get(address).content.decode()
    with clock.simulating(clock.now() + timedelta(days=1)):
        assert field.format(today + timedelta(days=1)) in browser("limin").get(address).content.decode()
    midnight = datetime.combine(today, time(), tzinfo=clock.zone(cast.centre.timezone))
    daily = DutyVersion(rule={"every": "day"})
    for days, said in ((-1, today - timedelta(days=1)), (0, today), (1, today)):
        slot = (midnight + timedelta(days=days)).astimezone(UTC)
        assert Obligation(unit=cast.centre, slot=slot, duty_version=daily).day_of_record() == said
    # What a week owes is done on any of its days.
    weekly = DutyVersion(rule={"every": "week"})
    assert (
        Obligation(unit=cast.centre, slot=midnight - timedelta(days=1), duty_version=weekly).day_of_record()
        == today
    )


@pytest.mark.req("DUT-05")
def test_done_without_the_form_is_refused_and_the_paper_itself_does(cast: Cast) -> None:
    row = owed(cast)
    limin = cast.actor("limin")
    with pytest.raises(duties.EvidenceMissing, match="发票、收据、票根登记"):
        duties.hand_in(actor=limin, obligation=row, note="都对")
    with pytest.raises(Invalid) as refused:
        duties.hand_in(actor=limin, obligation=row, answers={FORM: {**STUBS, "used": "-1"}})
    assert list(refused.value.errors) == [f"{FORM}-used"]
    with pytest.raises(Invalid):
        duties.hand_in(actor=limin, obligation=row, answers={"pc_frm_059_daily_income": {}})
    page = browser("limin")
    assert f"{FORM}-used" not in page.get(f"/obligations/{row.pk}/verbs/submit/?paper=scan").content.decode()
    photo = SimpleUploadedFile("票根.png", PNG, content_type="image/png")
    page.post(f"/obligations/{row.pk}/verbs/submit/?paper=scan", {"file": photo})
    row.refresh_from_db()
    assert row.state == "submitted"


def test_a_file_among_the_answers_stands_with_the_evidence(cast: Cast) -> None:
    row = owed(cast, "notice_board", "zhoutao")
    photo = SimpleUploadedFile("宣传栏.png", PNG, content_type="image/png")
    answers = {"board": "南门", "content": "防火知识", "from_on": "2026-01-05", "photo": photo}
    page = browser("zhoutao")
    sent = page.post(f"/obligations/{row.pk}/verbs/submit/", typed(answers, "pc_frm_083_notice_board"))
    assert sent.status_code == 302
    assert "宣传栏.png" in page.get(f"/obligations/{row.pk}/").content.decode()


def test_two_packs_with_one_number_each_open_their_own_form(cast: Cast) -> None:
    pack = loader.load(loader.find("telecom-call-centre"))
    packs.apply(root=pack.root, pack=pack, actor=access.system("packs.apply"), unit=cast.centre)
    found = {
        code: [one.form.code for one in papers.offered(owed(cast, code))["FRM-026"]]
        for code in Duty.objects.filter(current__evidence__form="FRM-026").values_list("code", flat=True)
    }
    assert found["front_desk_meeting"] == ["pc_frm_026_minutes"]
    others = {tuple(forms) for code, forms in found.items() if code.startswith("cc_")}
    assert others
    assert all(form.startswith("cc_") for forms in others for form in forms)


@pytest.mark.req("DUT-05")
def test_only_the_forms_that_the_duty_names_count(cast: Cast) -> None:
    row = owed(cast)
    limin = cast.actor("limin")
    Obligation.objects.filter(pk=row.pk).update(evidence_spec={"kind": "form", "forms": ["FRM-060", "x_own"]})
    row.refresh_from_db()
    other = duties.Proof("form", data={"form": "pc_frm_059_daily_income", "answers": {"total": 1}})
    with pytest.raises(duties.EvidenceMissing):
        duties.fulfil(actor=limin, obligation=row, evidence=other)
    named = duties.Proof("form", data={"form": FORM, "answers": STUBS})
    assert duties.fulfil(actor=limin, obligation=row, evidence=[other, named]).state == "submitted"


def test_forms_beside_another_kind_of_evidence_are_a_mistake_of_the_pack() -> None:
    pack = loader.load(loader.find("property-community"))
    duty = pack.get("duties", "hand_in_stubs")
    for evidence in (
        {"kind": "note", "forms": ("FRM-060",)},
        {"kind": "form", "forms": ("FRM-060", "nowhere")},
        {"kind": "note", "form": "nowhere"},
    ):
        wrong = duty.model_copy(update={"evidence": EvidenceSpec(**evidence)})
        (problem,) = _check_form(pack, wrong)
        assert problem.line > 0
    assert not list(_check_form(pack, duty))
