"""The screens of drafts: made, decided line by line, corrected in a form, planned, set up, taken away as a file."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.desk.drafting.texts import HOTEL
from tests.kernel.documents import word_files as word
from tests.kit.cast import Cast
from zhize.desk.drafting import selectors, services
from zhize.desk.drafting.models import Decision, DraftLine, DraftPosition, JobDraft
from zhize.desk.drafting.web import forms, ruling
from zhize.desk.drafting.web.showing import found, marked
from zhize.kernel import access, history
from zhize.kernel.accounts.models import User
from zhize.kernel.org.models import Position
from zhize.lib import clock
from zhize.lib.jobtext import DraftDuty, Evidence

DRAWER = {"HX-Request": "true", "HX-Target": "div#drawer-body", "HX-Request-Type": "partial"}


def line(draft: JobDraft, words: str) -> DraftLine:
    return DraftLine.objects.get(position__draft=draft, text__contains=words)


def values(row: DraftLine, **changed: Any) -> dict[str, Any]:
    """What the form of a line sends as it is shown."""
    form = forms.LineForm(
        actor=access.system("duties.schedule"), line=row, initial=forms.LineForm.values_of(row)
    )
    shown = {field.name: field.value() for field in form}
    sent = {name: value for name, value in shown.items() if value not in (None, "", False, [])}
    return {**sent, **changed}


def test_a_pasted_text_leads_to_its_bench(cast: Cast, screen: Client) -> None:
    answer = screen.post("/drafts/new/", {"unit": cast.centre.pk, "text": HOTEL}, follow=True)
    said = answer.content.decode()
    draft = JobDraft.objects.get()
    assert answer.redirect_chain[-1][0] == f"/drafts/{draft.pk}/"
    assert "<mark>每月5日前</mark>" in said
    assert "前厅部经理" in said
    assert "读自" not in said


def test_an_uploaded_word_file_leads_to_its_bench(cast: Cast, screen: Client) -> None:
    content = word.docx(*(word.paragraph(each) for each in HOTEL.splitlines() if each))
    file = SimpleUploadedFile("前厅部.docx", content)
    answer = screen.post("/drafts/new/", {"unit": cast.centre.pk, "file": file}, follow=True)
    assert answer.status_code == 200
    assert JobDraft.objects.get().file_name == "前厅部.docx"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"%PDF-1.4 broken", "损坏"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, "OCR"),
        (b"{\\rtf1 old}", "docx"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_keeps_what_was_typed(
    cast: Cast, screen: Client, file: bytes, said: str
) -> None:
    sent = {"unit": cast.centre.pk, "name": "前厅", "file": SimpleUploadedFile("a.bin", file)}
    answer = screen.post("/drafts/new/", sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'value="前厅"' in answer.content.decode()


@pytest.mark.parametrize(("name", "kind"), [("not.docx", "Word"), ("表.PDF", "PDF")])
def test_text_under_the_name_of_another_kind_is_refused_beside_the_file(
    cast: Cast, screen: Client, name: str, kind: str
) -> None:
    file = SimpleUploadedFile(name, b"not a docx, but some words in a row")
    answer = screen.post("/drafts/new/", {"unit": cast.centre.pk, "file": file})
    assert f"内容却不是 {kind} 文件" in answer.content.decode()
    assert not JobDraft.objects.exists()


def test_a_text_in_which_nothing_was_recognised_says_so_at_the_top(
    cast: Cast, screen: Client, draft: JobDraft
) -> None:
    said = "没有读出岗位和职责"
    text = "今天天气很好，我们去了公园。\n花开得很好看，大家都很高兴。"
    answer = screen.post("/drafts/new/", {"unit": cast.centre.pk, "text": text}, follow=True)
    assert said in answer.content.decode()
    assert said not in screen.get(f"/drafts/{draft.pk}/").content.decode()


def test_nothing_given_is_said_beside_the_text(cast: Cast, screen: Client) -> None:
    answer = screen.post("/drafts/new/", {"unit": cast.centre.pk, "text": " "})
    assert answer.status_code == 422
    assert "请上传文件" in answer.content.decode()


def test_a_decision_answers_with_the_line_and_how_far_the_draft_is(draft: JobDraft, screen: Client) -> None:
    row = line(draft, "每月5日前")
    headers = {"HX-Request": "true", "HX-Target": f"article#line-{row.pk}", "HX-Request-Type": "partial"}
    answer = screen.post(f"/drafts/lines/{row.pk}/decide/", {"decision": "confirmed"}, headers=headers)
    said = answer.content.decode()
    total = selectors.progress(selectors.lines_of(draft)).total
    assert f'id="line-{row.pk}"' in said
    assert 'data-decision="confirmed"' in said
    assert f"1 / {total}" in said
    assert said.count("hx-swap-oob") == 4


def test_a_line_is_corrected_with_all_its_fields(draft: JobDraft, screen: Client) -> None:
    row = line(draft, "每月5日前")
    sent = values(
        row, due="on", month_days="10, 25", at="16:30", evidence_kind="form", evidence_title="会员月报",
        place="前厅办公室", object="全部会员", method="按模板逐项填写",
    )  # fmt: skip
    answer = screen.post(f"/drafts/lines/{row.pk}/", sent, headers=DRAWER)
    assert answer.status_code == 200, answer.content.decode()
    row.refresh_from_db()
    assert row.duty is not None
    assert row.duty["recurring"] == {"every": "month", "due": "on", "month_days": [10, 25], "at": "16:30"}
    assert row.duty["evidence"]["title"] == "会员月报"
    written = "\n".join(selectors.generated(draft).made.files.values())
    assert all(f"zh: {said}" in written for said in ("前厅办公室", "全部会员", "按模板逐项填写"))
    assert "每月 10 日、25 日" in screen.get(f"/drafts/{draft.pk}/plan/").content.decode()
    assert (row.decision, row.corrected) == (Decision.CONFIRMED, True)


def test_a_line_that_stands_can_begin_another_position(draft: JobDraft, screen: Client) -> None:
    row = line(draft, "仪容整洁")
    address = f"/drafts/lines/{row.pk}/split/"
    assert f'hx-post="{address}"' in screen.get(f"/drafts/{draft.pk}/").content.decode()
    answer = screen.post(address, follow=True)
    row.refresh_from_db()
    assert answer.redirect_chain[-1][0] == f"/drafts/{draft.pk}/?position={row.position_id}"
    assert "未命名岗位" in answer.content.decode()


def test_a_clause_gets_one_more_duty_by_hand_and_twice_pressed_is_one(
    draft: JobDraft, screen: Client
) -> None:
    row = line(draft, "每月5日前")
    for _press in range(2):
        answer = screen.post(f"/drafts/lines/{row.pk}/another/")
    (added,) = DraftLine.objects.filter(position=row.position, clause=row.clause).exclude(pk=row.pk)
    assert f"#line-{added.pk}" in answer.headers["Location"]
    assert (added.duty, added.decision, added.unsure) == (None, Decision.OPEN, True)
    assert [entry.verb for entry in history.timeline(draft)].count("jobdraft.line_added") == 1
    page = screen.get(f"/drafts/{draft.pk}/?show=unsure").content.decode()
    assert "同一条里手工加的又一项职责" in page
    sent = values(row, title="会员回访", due="period_end", month_days="")
    assert screen.post(f"/drafts/lines/{added.pk}/", sent, headers=DRAWER).status_code == 200
    added.refresh_from_db()
    assert (added.decision, added.unsure) == (Decision.CONFIRMED, False)
    written = "\n".join(selectors.generated(draft).made.files.values())
    assert "zh: 会员回访" in written
    assert row.duty is not None
    assert f"zh: {row.duty['title']}" in written


def test_a_wrong_rule_is_said_beside_its_field_and_nothing_is_lost(draft: JobDraft, screen: Client) -> None:
    row = line(draft, "每月5日前")
    answer = screen.post(
        f"/drafts/lines/{row.pk}/", values(row, month_days="40", title="月报"), headers=DRAWER
    )
    said = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="40"' in said
    assert 'value="月报"' in said
    assert "31" in said
    answer = screen.post(f"/drafts/lines/{row.pk}/", values(row, due="by", month_days=""), headers=DRAWER)
    assert answer.status_code == 422


def test_a_clause_becomes_a_triggered_duty_and_standing_again(draft: JobDraft, screen: Client) -> None:
    row = line(draft, "仪容整洁")
    sent = values(
        row, kind="triggered", event="客人到店", limit_kind="elapsed", limit_number="5", limit_unit="minutes"
    )
    assert screen.post(f"/drafts/lines/{row.pk}/", sent, headers=DRAWER).status_code == 200
    row.refresh_from_db()
    assert row.duty is not None
    assert row.duty["trigger"] == {"event": "客人到店", "target": {"kind": "elapsed", "minutes": 5}}
    missing = screen.post(f"/drafts/lines/{row.pk}/", values(row, event=""), headers=DRAWER)
    assert missing.status_code == 422
    assert (
        screen.post(f"/drafts/lines/{row.pk}/", values(row, kind="standing"), headers=DRAWER).status_code
        == 200
    )
    row.refresh_from_db()
    assert row.duty is None


DUTIES = (
    DraftDuty(kind="recurring", title="甲", recurring={"every": "day", "due": "shift_end", "before_minutes": 30}),
    DraftDuty(kind="recurring", title="甲", recurring={"every": "week", "due": "by", "weekdays": ["mon", "fri"], "interval": 2}),
    DraftDuty(kind="recurring", title="甲", recurring={"every": "month", "due": "period_end", "offset_working_days": 3}),
    DraftDuty(kind="recurring", title="甲", recurring={"every": "day", "due": "by", "times": ["09:00", "15:00"]}),
    DraftDuty(kind="recurring", title="甲", recurring={"every": "day", "due": "by", "count": 5}, count=5),
    DraftDuty(kind="recurring", title="甲", recurring={"every": "quarter", "due": "period_end", "share_percent": 25, "each_holder": True}, share_percent=25),
    DraftDuty(kind="recurring", title="甲", recurring={"every": "year", "due": "on", "months": [12], "month_days": [-1], "on_free_day": "earlier"}),
    DraftDuty(kind="triggered", title="甲", trigger={"event": "投诉", "target": {"kind": "elapsed", "minutes": 1440}}, acceptor="前厅部经理"),
    DraftDuty(kind="triggered", title="甲", trigger={"event": "到期", "target": {"kind": "before", "months": 1}}, assumed=True),
    DraftDuty(kind="triggered", title="甲", trigger={"event": "登记", "target": {"kind": "by", "days": 1, "at": "17:00"}}),
    DraftDuty(kind="triggered", title="甲", trigger={"event": "登记", "target": {"kind": "days", "days": 1, "at": "10:00"}}),
    DraftDuty(kind="triggered", title="甲", trigger={"event": "结束", "target": {"kind": "period_end", "of": "month"}}),
    DraftDuty(kind="triggered", title="甲", trigger={"event": "维修", "target": {"kind": "working_days", "days": 3}},
              evidence=Evidence("form", "回访单"), threshold="金额超过500元"),
    DraftDuty(kind="triggered", title="甲", trigger={"event": "报警", "target": {"kind": "elapsed", "seconds": 30}}),
    DraftDuty(kind="triggered", title="甲", trigger={"event": "当班", "target": {"kind": "shift_end", "before_minutes": 90}}),
    DraftDuty(kind="triggered", title="甲", trigger={"event": "当日", "target": {"kind": "day_end"}}),
    DraftDuty(kind="triggered", title="甲", trigger={"event": "记录", "target": {"kind": "none"}}),
)  # fmt: skip


@pytest.mark.parametrize("duty", DUTIES, ids=lambda duty: str(duty.recurring or duty.trigger))
def test_a_rule_goes_through_the_form_unchanged(draft: JobDraft, duty: DraftDuty) -> None:
    row = line(draft, "仪容整洁")
    row.duty = {**DUTY, "kind": duty.kind, "acceptor": duty.acceptor}
    form = forms.LineForm(
        actor=access.system("duties.schedule"),
        line=row,
        data={name: value for name, value in _sent(duty).items() if value not in (None, "", False)},
    )
    assert form.is_valid(), form.errors
    made = ruling.duty_of(form.cleaned_data, None)
    assert made == duty


DUTY: dict[str, Any] = {"title": "甲", "recurring": None, "trigger": None, "evidence": None}


def _sent(duty: DraftDuty) -> dict[str, Any]:
    """The values as a browser sends them."""
    shown = ruling.values_of(duty, "原文")
    return {
        "text": "原文",
        **{
            name: ", ".join(map(str, value)) if isinstance(value, list) and name != "weekdays" else value
            for name, value in shown.items()
        },
    }


def test_a_line_is_accepted_by_a_position_that_exists(
    cast: Cast, draft: JobDraft, screen: Client, manager: Any
) -> None:
    row = line(draft, "每月5日前")
    address = f"/drafts/lines/{row.pk}/"
    shown = screen.get(address, headers=DRAWER).content.decode()
    assert 'value="row:centre_manager"' in shown
    assert str(cast.sibling) not in shown
    sent = values(row, acceptor="row:centre_manager")
    assert screen.post(address, sent, headers=DRAWER).status_code == 200
    row.refresh_from_db()
    assert row.duty is not None
    named = str(cast.position("centre_manager"))
    assert row.duty["acceptor_code"] == "centre_manager" and row.duty["acceptor"].startswith(named)
    planned = screen.get(f"/drafts/{draft.pk}/plan/").content.decode()
    assert row.duty["acceptor"] in planned and "不在说明书里，不写入" not in planned
    assert screen.post(address, {**sent, "acceptor": "row:nobody"}, headers=DRAWER).status_code == 422


def test_a_position_chosen_by_somebody_who_sees_further_stays(
    cast: Cast, draft: JobDraft, screen: Client, manager: Any
) -> None:
    row = line(draft, "每月5日前")
    chosen = {"acceptor": "总经理 · 集团", "acceptor_code": "group_head"}
    DraftLine.objects.filter(pk=row.pk).update(duty={**(row.duty or {}), **chosen})
    row.refresh_from_db()
    address = f"/drafts/lines/{row.pk}/"
    shown = screen.get(address, headers=DRAWER).content.decode()
    assert '<option value="row:group_head" selected' in shown and "总经理 · 集团" in shown
    sent = values(row, title="另一个标题", acceptor="row:group_head")
    assert screen.post(address, sent, headers=DRAWER).status_code == 200
    row.refresh_from_db()
    assert row.duty is not None
    assert {name: row.duty[name] for name in ("title", *chosen)} == {"title": "另一个标题", **chosen}
    assert screen.post(address, {**sent, "receiver": "row:group_head"}, headers=DRAWER).status_code == 422


def test_a_position_gets_a_superior_that_exists(cast: Cast, draft: JobDraft, screen: Client) -> None:
    head = selectors.positions_of(draft)[1]
    manager = cast.position("centre_manager")
    sent = {
        "name": head.name,
        "name_en": "Front office manager",
        "headcount": "1",
        "superior": f"row:{manager.pk}",
    }
    assert screen.post(f"/drafts/positions/{head.pk}/", sent, headers=DRAWER).status_code == 200
    head.refresh_from_db()
    assert (head.superior, head.name_en) == (manager, "Front office manager")
    strange = Position.objects.filter(unit=cast.sibling).first()
    assert strange is not None
    refused = screen.post(
        f"/drafts/positions/{head.pk}/", {**sent, "superior": f"row:{strange.pk}"}, headers=DRAWER
    )
    assert refused.status_code == 422


def test_only_what_is_unsure_is_shown_when_asked(draft: JobDraft, screen: Client) -> None:
    row = line(draft, "仪容整洁")
    DraftLine.objects.filter(position__draft=draft).update(unsure=False)
    DraftLine.objects.filter(pk=row.pk).update(unsure=True)
    said = screen.get(f"/drafts/{draft.pk}/?show=unsure").content.decode()
    assert said.count("data-line=") == 1
    assert f'data-line="{row.pk}"' in said


def test_the_plan_then_set_up_then_the_bench_only_reads(
    cast: Cast, draft: JobDraft, screen: Client, manager: Any
) -> None:
    said = screen.get(f"/drafts/{draft.pk}/plan/").content.decode()
    assert "没有确认" in said and "不在说明书里" not in said
    # What each may do is told before anything is made.
    leading, led = (said.partition("plan-rights")[2].split("plan-rights")[at] for at in (1, 0))
    assert "本人及下属" in leading and "批准免办" in leading and "批准免办" not in led
    DraftPosition.objects.filter(draft=draft).update(reports_to="集团总裁")
    for page in ("", "plan/"):
        assert "不在说明书里" in screen.get(f"/drafts/{draft.pk}/{page}").content.decode()
    DraftPosition.objects.filter(draft=draft).update(reports_to="")
    assert "hx-post" not in said.partition("page-acts")[2].partition("</main>")[0]
    for row in selectors.lines_of(draft):
        services.decide(actor=manager, line=row, decision=Decision.CONFIRMED)
    said = screen.get(f"/drafts/{draft.pk}/plan/").content.decode()
    assert f'hx-post="/drafts/{draft.pk}/apply/"' in said
    answer = screen.post(f"/drafts/{draft.pk}/apply/", follow=True)
    assert "岗位和职责已经建好" in answer.content.decode()
    assert "data-act" not in answer.content.decode()
    vacant = selectors.vacant(draft, clock.today())
    assert vacant, "nobody holds what was just made"
    for position in vacant:
        assert f'href="/people/appoint/?position={position.pk}"' in answer.content.decode()
    listed = screen.get("/drafts/?chip=applied").content.decode()
    assert "酒店前厅" in listed


def test_the_plan_shows_the_next_times_and_what_of_the_shifts_it_cannot_know(
    cast: Cast, screen: Client, manager: Any
) -> None:
    text = "岗位名称：值班员\n1、夜班每周一上午10:00前核对台账。\n2、每班填写《巡查记录表》。\n3、每月5日前上报。"
    draft = services.make(actor=manager, unit=cast.centre, text=text)
    with clock.simulating(datetime(2026, 3, 4, 12, tzinfo=clock.zone(cast.centre.timezone))):
        said = screen.get(f"/drafts/{draft.pk}/plan/").content.decode()
    weekly, by_shift, monthly = said.partition("plan-duties")[2].split("<tr>")[2:5]
    for day in ("2026-03-09 周一 10:00", "2026-03-16 周一 10:00", "2026-03-23 周一 10:00"):
        assert day in weekly
    assert "原文说夜班" in weekly and "没有排班" not in weekly
    assert "没有排班" in by_shift and "没有排班" not in monthly


def test_a_draft_is_taken_away_as_a_pack(draft: JobDraft, screen: Client) -> None:
    answer = screen.get(f"/drafts/{draft.pk}/pack.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert f"{draft.code}/pack.yaml" in archive.namelist()
    assert answer["Content-Disposition"] == f'attachment; filename="{draft.code}.zip"'


def test_a_draft_is_renamed_and_deleted(draft: JobDraft, screen: Client) -> None:
    sent = {"name": "大堂", "code": "lobby"}
    assert screen.post(f"/drafts/{draft.pk}/name/", sent, headers=DRAWER).status_code == 200
    refused = screen.post(f"/drafts/{draft.pk}/name/", {**sent, "code": "No!"}, headers=DRAWER)
    assert refused.status_code == 422
    assert screen.post(f"/drafts/{draft.pk}/delete/").status_code == 302
    assert not JobDraft.objects.exists()


def test_who_may_draft_but_not_apply_sees_the_plan_and_cannot_set_it_up(
    cast: Cast, draft: JobDraft, grant: Any
) -> None:
    grant("limin", "jobdraft.work", "all")
    client = Client()
    client.force_login(User.objects.get(login="limin"))
    page = client.get(f"/drafts/{draft.pk}/plan/")
    assert page.status_code == 200
    assert "/apply/" not in page.content.decode()
    assert client.post(f"/drafts/{draft.pk}/apply/").status_code == 403


def test_others_see_nothing_of_a_draft(cast: Cast, draft: JobDraft, grant: Any) -> None:
    row = line(draft, "每月5日前")
    grant("qianjin", "jobdraft.work", "subtree")
    for login, status in (("limin", 403), ("qianjin", 404)):
        client = Client()
        client.force_login(User.objects.get(login=login))
        for path in ("", "plan/", "pack.zip", "name/"):
            assert client.get(f"/drafts/{draft.pk}/{path}").status_code == status, (login, path)
        assert client.post(f"/drafts/lines/{row.pk}/decide/", {"decision": "dropped"}).status_code == status
        for act in ("another", "split"):
            assert client.post(f"/drafts/lines/{row.pk}/{act}/").status_code == status
    assert DraftLine.objects.filter(position=row.position, clause=row.clause).count() == 1
    row.refresh_from_db()
    assert row.decision == Decision.OPEN


def test_marks_that_a_correction_left_behind_are_passed_over() -> None:
    mark = {"start": 0, "end": 5, "words": "每月5日前"}
    assert marked("每月5日前上报", [mark]) == [("每月5日前", True), ("上报", False)]
    assert marked("次月5日前上报", [mark]) == [("次月5日前上报", False)]
    assert found("1、每月5日前上报", ["每月5日前", "5日"]) == [
        ("1、", False),
        ("每月5日前", True),
        ("上报", False),
    ]
