"""From a document to positions whose duties are owed: what a person decides is what is set up, and nothing else."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.desk.drafting.texts import HOTEL
from tests.kernel.documents import word_files as word
from tests.kit.cast import Cast
from zhize.desk.drafting import packing, selectors, services, storing
from zhize.desk.drafting.models import Decision, DraftLine, DraftPosition, JobDraft
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Duty, DutyClause, Obligation
from zhize.domains.organisation import services as organisation
from zhize.kernel import access, history
from zhize.kernel.db import Invalid, NotFound, Outrun, Refused
from zhize.kernel.documents.papers import UnreadablePaper
from zhize.kernel.history.models import Entry
from zhize.kernel.org.models import Person, Position
from zhize.kernel.packs import loader
from zhize.kernel.packs.models import PackRelease
from zhize.lib import clock
from zhize.lib.jobtext import DraftDuty


def line(draft: JobDraft, words: str) -> DraftLine:
    return DraftLine.objects.filter(position__draft=draft, text__contains=words).first()  # type: ignore[return-value]


def settle(actor: Any, draft: JobDraft) -> None:
    """Confirm every line as it was read."""
    for row in DraftLine.objects.filter(position__draft=draft, decision=Decision.OPEN):
        services.decide(actor=actor, line=row, decision=Decision.CONFIRMED)


def test_a_document_becomes_a_draft_with_its_positions_and_lines(cast: Cast, draft: JobDraft) -> None:
    desk, head = selectors.positions_of(draft)
    assert (desk.name, desk.headcount, desk.reports_to, head.name) == (
        "前台接待员",
        4,
        "前厅部经理",
        "前厅部经理",
    )
    monthly = line(draft, "每月5日前")
    assert monthly.duty is not None
    assert monthly.duty["recurring"]["month_days"] == [5]
    assert (monthly.number, monthly.first_line) == ("4、", 9)
    assert line(draft, "仪容整洁").duty is None
    assert draft.author == cast.people["liuqiang"]
    assert [entry.verb for entry in history.timeline(draft)] == ["jobdraft.made"]


def test_what_is_stored_is_what_was_read(draft: JobDraft) -> None:
    for row in selectors.lines_of(draft):
        if row.duty is not None:
            assert storing.of_duty(storing.duty_of(row.duty)) == row.duty


def test_a_word_file_becomes_a_draft_named_after_it(cast: Cast, manager: Any) -> None:
    content = word.docx(*(word.paragraph(each) for each in HOTEL.splitlines() if each))
    draft = services.make(actor=manager, unit=cast.centre, content=content, file_name="前厅部.docx")
    assert draft.name == "前厅部"
    assert len(selectors.positions_of(draft)) == 2


def test_more_clauses_than_a_sheet_holds_are_refused_before_anybody_decides_on_them(
    cast: Cast, manager: Any
) -> None:
    many = "前台\n" + "\n".join(f"{number}、核对第{number}项台账并登记。" for number in range(1, 320))
    with pytest.raises(Invalid, match="按岗位分成几份"):
        services.make(actor=manager, unit=cast.centre, text=many)


def test_what_has_no_clauses_or_cannot_be_read_is_refused_beside_its_field(cast: Cast, manager: Any) -> None:
    with pytest.raises(Invalid) as empty:
        services.make(actor=manager, unit=cast.centre, text="  \n ")
    assert set(empty.value.errors) == {"text"}
    with pytest.raises(UnreadablePaper):
        services.make(actor=manager, unit=cast.centre, content=b"%PDF-1.4 nothing", file_name="a.pdf")
    assert not JobDraft.objects.exists()


def test_lines_are_confirmed_dropped_and_opened_again_each_once_in_history(
    draft: JobDraft, manager: Any
) -> None:
    row = line(draft, "每月5日前")
    for decision in (Decision.CONFIRMED, Decision.CONFIRMED, Decision.DROPPED, Decision.OPEN):
        services.decide(actor=manager, line=row, decision=decision)
        row.refresh_from_db()
        assert row.decision == decision
    assert Entry.objects.filter(verb__startswith="jobdraft.line_").count() == 3
    with pytest.raises(Invalid):
        services.decide(actor=manager, line=row, decision="perhaps")


def test_the_slower_of_two_people_is_told(draft: JobDraft, manager: Any) -> None:
    first, second = line(draft, "每月5日前"), line(draft, "每月5日前")
    services.decide(actor=manager, line=first, decision=Decision.CONFIRMED)
    with pytest.raises(Outrun):
        services.decide(actor=manager, line=second, decision=Decision.DROPPED)


def test_confirming_all_sure_ones_leaves_what_is_unsure_open(draft: JobDraft, manager: Any) -> None:
    doubtful = line(draft, "每天回访5位")
    DraftLine.objects.filter(pk=doubtful.pk).update(unsure=True)
    DraftLine.objects.filter(position__draft=draft).exclude(pk=doubtful.pk).update(unsure=False)
    count = services.confirm_sure(actor=manager, draft=draft)
    progress = selectors.progress(selectors.lines_of(draft))
    assert (progress.confirmed, progress.open, progress.unsure) == (count, 1, 1)
    assert services.confirm_sure(actor=manager, draft=draft) == 0
    doubtful.refresh_from_db()
    assert doubtful.decision == Decision.OPEN


def test_a_corrected_line_says_what_was_written_and_is_confirmed(draft: JobDraft, manager: Any) -> None:
    row = line(draft, "仪容整洁")
    duty = DraftDuty(
        kind="recurring", title="检查仪容", recurring={"every": "week", "due": "by", "weekdays": ["mon"]}
    )
    services.correct(actor=manager, line=row, text="仪容整洁，态度热情，微笑服务。", number="6、", duty=duty)
    row.refresh_from_db()
    assert (row.decision, row.unsure, row.corrected) == (Decision.CONFIRMED, False, True)
    made = selectors.generated(draft).made
    written = "\n".join(made.files.values())
    assert "微笑服务" in written
    assert "weekdays: [mon]" in written


def test_a_rule_that_no_pack_can_say_is_refused_beside_its_field(draft: JobDraft, manager: Any) -> None:
    row = line(draft, "仪容整洁")
    wrong = DraftDuty(
        kind="recurring", title="检查", recurring={"every": "week", "due": "by", "month_days": [40]}
    )
    with pytest.raises(Invalid) as refused:
        services.correct(actor=manager, line=row, text=row.text, number=row.number, duty=wrong)
    assert set(refused.value.errors) == {"month_days"}
    late = DraftDuty(
        kind="triggered", title="答复", trigger={"event": "客人投诉", "target": {"kind": "elapsed"}}
    )
    with pytest.raises(Invalid) as refused:
        services.correct(actor=manager, line=row, text=" ", number=row.number, duty=late)
    assert set(refused.value.errors) == {"limit", "text"}


def test_a_position_gets_another_name_and_those_below_follow(draft: JobDraft, manager: Any) -> None:
    desk, head = selectors.positions_of(draft)
    services.set_position(
        actor=manager, position=head, name="前厅经理", name_en="Front office manager", headcount=2
    )
    desk.refresh_from_db()
    assert desk.reports_to == "前厅经理"
    monthly = line(draft, "每月5日前")
    assert monthly.duty is not None
    assert "前厅经理" in (monthly.duty["acceptor"], monthly.duty["receiver"])
    with pytest.raises(Invalid) as circle:
        services.set_position(actor=manager, position=head, name="前厅经理", reports_to="前台接待员")
    assert set(circle.value.errors) == {"superior"}
    with pytest.raises(Invalid) as twice:
        services.set_position(actor=manager, position=head, name="前台接待员", headcount=0)
    assert set(twice.value.errors) == {"name", "headcount"}


def test_from_a_line_on_it_is_another_position(cast: Cast, manager: Any) -> None:
    text = "岗位名称：前台\n1、每周一核对台账。\n2、导诊\n3、每天回访5人。\n4、仪容整洁。\n岗位名称：主管\n1、每月5日前上报。"
    draft = services.make(actor=manager, unit=cast.centre, text=text)
    made = services.split(actor=manager, line=line(draft, "导诊"))
    assert [(row.order, row.name) for row in selectors.positions_of(draft)] == [
        (1, "前台"), (2, "导诊"), (3, "主管"),
    ]  # fmt: skip
    rows = [(row.text, row.decision) for row in selectors.lines_of(draft) if row.position_id == made.pk]
    assert rows == [("导诊", "dropped"), ("每天回访5人。", "open"), ("仪容整洁。", "open")]
    # What is no name waits for one.
    assert services.split(actor=manager, line=line(draft, "仪容")).name.startswith("未命名岗位")
    for first in ("每周一", "仪容", "每月5日"):
        with pytest.raises(Invalid, match="从这一行开始"):
            services.split(actor=manager, line=line(draft, first))
    assert Entry.objects.filter(verb="jobdraft.position_split").count() == 2


def test_the_plan_writes_nothing_and_names_what_would_be_made(
    cast: Cast, draft: JobDraft, manager: Any
) -> None:
    before = Position.objects.count()
    changes = services.plan(actor=manager, draft=draft)
    assert {change.kind for change in changes} == {"add"}
    assert {change.section for change in changes} >= {"positions", "duties"}
    assert (Position.objects.count(), PackRelease.objects.filter(pack=draft.code).exists()) == (before, False)


def test_nothing_is_set_up_before_every_line_was_decided(draft: JobDraft, manager: Any) -> None:
    with pytest.raises(Invalid, match="没有确认"):
        services.apply(actor=manager, draft=draft)
    for row in selectors.lines_of(draft):
        services.decide(actor=manager, line=row, decision=Decision.DROPPED)
    with pytest.raises(Invalid, match="没有什么可建"):
        services.apply(actor=manager, draft=draft)
    assert not PackRelease.objects.filter(pack=draft.code).exists()


@pytest.mark.req("ORG-08")
def test_applying_makes_positions_clauses_and_duties_that_are_owed(
    cast: Cast, draft: JobDraft, manager: Any
) -> None:
    _desk, head = selectors.positions_of(draft)
    centre_manager = cast.position("centre_manager")
    services.set_position(
        actor=manager, position=head, name=head.name, name_en="Front office manager", superior=centre_manager
    )
    reported = line(draft, "每月5日前")
    read = replace(
        storing.duty_of(reported.duty or {}), acceptor="经理", acceptor_code="centre_manager",
        receiver="档案", receiver_code="service_supervisor",
    )  # fmt: skip
    services.correct(actor=manager, line=reported, text=reported.text, number=reported.number, duty=read)
    dropped = line(draft, "每天回访5位")
    services.decide(actor=manager, line=dropped, decision=Decision.DROPPED)
    settle(manager, draft)
    services.apply(actor=manager, draft=draft)
    draft.refresh_from_db()

    new = Position.objects.filter(unit=cast.centre, code__startswith=draft.code.replace("-", "_"))
    made, below = new.get(name="前厅部经理"), new.get(name="前台接待员")
    assert (made.reports_to, below.reports_to, below.headcount) == (centre_manager, made, 4)
    assert (made.name_en, made.code) == (
        "Front office manager",
        f"{draft.code.replace('-', '_')}_front_office_manager",
    )
    assert not below.clauses.filter(text__contains="回访").exists()
    monthly = Duty.objects.get(unit=cast.centre, position_code=below.code, current__rule__month_days=[5])
    assert DutyClause.objects.get(duty=monthly).clause.text.startswith("每月5日前")
    assert draft.release == PackRelease.objects.get(pack=draft.code)
    assert monthly.current is not None
    assert (monthly.current.acceptor_code, monthly.current.spec["receivers"]) == (
        "centre_manager",
        ["service_supervisor"],
    )
    assert monthly.owed_from == monthly.current.made_at

    organisation.appoint(
        actor=manager,
        person=cast.people["kongzhi"],
        position=below,
        from_on=clock.today(cast.centre.timezone),
    )
    history.deliver_all()
    slots = Obligation.objects.filter(duty_version__duty=monthly, position=below)
    assert slots.count() >= 1
    again = duties.schedule(actor=access.system("duties.schedule"), only=[monthly.pk])
    assert again == 0


@pytest.mark.req("ORG-08")
def test_who_leads_reaches_those_below_and_nobody_else_of_the_unit(
    cast: Cast, draft: JobDraft, manager: Any
) -> None:
    settle(manager, draft)
    services.apply(actor=manager, draft=draft)
    today = clock.today(cast.centre.timezone)
    people = {}
    for row in Position.objects.filter(code__startswith=draft.code.replace("-", "_")):
        people[row.name] = Person.objects.create(name=row.name, employee_no=row.code[-8:])
        organisation.appoint(actor=manager, person=people[row.name], position=row, from_on=today)
    head, desk = people["前厅部经理"], people["前台接待员"]
    owed = {
        holder.name: duties.assign_task(actor=manager, unit=cast.centre, title="归还钥匙", holder=holder)
        for holder in (desk, head, cast.people["wangfang"])
    }
    leading, led = (access.for_person(each, channel="web") for each in (head, desk))
    seen = {
        actor.label: {row.holder.name for row in Obligation.objects.visible_to(actor) if row.holder}
        for actor in (leading, led)
    }
    assert seen == {head.name: {head.name, desk.name}, desk.name: {desk.name}}
    duties.excuse(actor=leading, obligation=owed[desk.name], reason="客人已退房")
    for actor, other in ((leading, "王芳"), (led, head.name)):
        with pytest.raises(Refused):
            duties.excuse(actor=actor, obligation=owed[other], reason="不办")


def test_an_applied_draft_never_changes_and_stays(draft: JobDraft, manager: Any) -> None:
    settle(manager, draft)
    services.apply(actor=manager, draft=draft)
    row = line(draft, "每月5日前")
    draft.refresh_from_db()
    for act in (
        lambda: services.decide(actor=manager, line=row, decision=Decision.DROPPED),
        lambda: services.correct(actor=manager, line=row, text="甲", number="", duty=None),
        lambda: services.rename(actor=manager, draft=draft, name="甲", code="other"),
        lambda: services.delete(actor=manager, draft=draft),
        lambda: services.confirm_sure(actor=manager, draft=draft),
        lambda: services.apply(actor=manager, draft=draft),
    ):
        with pytest.raises(Invalid, match="已经建成"):
            act()


def test_a_code_is_nobody_elses(cast: Cast, draft: JobDraft, manager: Any) -> None:
    other = services.make(actor=manager, unit=cast.centre, text=HOTEL, name="酒店前厅")
    assert other.code != draft.code
    for code in (draft.code, loader.shipped()[0], "Not a code", "x" * 40):
        with pytest.raises(Invalid) as refused:
            services.rename(actor=manager, draft=other, name=other.name, code=code)
        assert set(refused.value.errors) == {"code"}
    services.rename(actor=manager, draft=other, name="大堂", code="lobby")
    assert selectors.generated(other).made.files["positions/p1.yaml"].count("code: lobby_p1") == 1


def test_a_deleted_draft_is_gone_and_history_knows(draft: JobDraft, manager: Any) -> None:
    services.delete(actor=manager, draft=draft)
    assert not DraftLine.objects.exists()
    assert Entry.objects.filter(verb="jobdraft.deleted").count() == 1


def test_the_page_and_the_command_make_the_same_pack(draft: JobDraft, tmp_path: Path) -> None:
    from zhize.lib import jobtext

    reading = jobtext.read(HOTEL, name=draft.name)
    straight = packing.make(reading, code=draft.code, label=draft.name)
    assert selectors.generated(draft).made.files == straight.files
    with zipfile.ZipFile(io.BytesIO(packing.zipped(straight))) as archive:
        archive.extractall(tmp_path)
    assert loader.load(tmp_path / draft.code).problems == []


def test_drafts_belong_to_their_unit_and_their_author(
    cast: Cast, draft: JobDraft, manager: Any, grant: Any
) -> None:
    row = line(draft, "每月5日前")
    nobody = cast.actor("limin")
    assert not selectors.drafts(nobody).exists()
    with pytest.raises(Refused):
        services.decide(actor=nobody, line=row, decision=Decision.CONFIRMED)
    grant("qianjin", "jobdraft.work", "subtree")
    stranger = cast.actor("qianjin")
    with pytest.raises(NotFound):
        access.fetch(stranger, JobDraft, draft.pk)
    with pytest.raises(Refused):
        services.make(actor=stranger, unit=cast.centre, text=HOTEL)
    grant("limin", "jobdraft.work", "unit")
    colleague = cast.actor("limin")
    assert list(selectors.drafts(colleague)) == [draft]
    services.decide(actor=colleague, line=row, decision=Decision.CONFIRMED)
    settle(colleague, draft)
    with pytest.raises(Refused):
        services.apply(actor=colleague, draft=draft)
    assert services.plan(actor=colleague, draft=draft)
    position = DraftPosition.objects.filter(draft=draft).first()
    assert position is not None
    with pytest.raises(Refused):
        services.set_position(actor=cast.actor("chenjing"), position=position, name="甲")
