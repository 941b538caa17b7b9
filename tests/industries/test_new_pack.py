"""`zhize pack new`: a pack that teaches and works, and what an author is told about every usual mistake."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from zhize.domains.duties.models import Duty
from zhize.kernel import access
from zhize.kernel.org.models import Position, Unit
from zhize.kernel.packs import loader, services


@pytest.fixture
def root(tmp_path: Path) -> Path:
    call_command("pack", "new", "my-shop", str(tmp_path))
    return tmp_path / "my-shop"


def test_a_new_pack_checks_clean_and_has_the_parts_of_a_pack(root: Path) -> None:
    pack = loader.load(root)
    assert [str(problem) for problem in pack.problems] == []
    (position,), duties = pack.items("positions"), pack.items("duties")
    assert sum(not clause.standing for clause in position.clauses) == 2
    assert [bool(duty.recurring) for duty in duties] == [True, False]
    assert pack.codes("forms") == {"my_shop_check_sheet"}
    assert all("#" in path.read_text(encoding="utf-8") for path in root.glob("*.yaml"))


def test_every_file_is_bound_to_a_schema_that_is_there(root: Path) -> None:
    for path in root.glob("*.yaml"):
        bound = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text(encoding="utf-8"))
        assert bound is not None
        schema = json.loads((path.parent / bound[1]).read_text(encoding="utf-8"))
        assert "$defs" in schema


def test_it_can_be_applied(root: Path, db: None) -> None:
    unit = Unit.objects.create(code="SHOP", name="门店", kind="department")
    Unit.objects.filter(pk=unit.pk).update(path=f"/{unit.pk}/")
    unit.refresh_from_db()
    services.apply(root=root, actor=access.system("packs.apply"), unit=unit)
    assert Position.objects.get(unit=unit).code == "my_shop_officer"
    assert Duty.objects.filter(unit=unit, active=True).count() == 2


def test_a_name_that_no_pack_may_have_and_a_place_that_is_taken(root: Path) -> None:
    with pytest.raises(CommandError, match="小写字母"):
        call_command("pack", "new", "My Shop", str(root.parent))
    with pytest.raises(CommandError, match="已经有东西"):
        call_command("pack", "new", "my-shop", str(root.parent))


# file, what the author meant, what he wrote, the words on the line that is named, what he is told
MISTAKES = {
    "a key nobody knows": ("duties", "  place: {zh: 客户服务部", "  plase: {zh: 客户服务部", "plase", "plase"),
    "a key left out": ("duties", "  object: {zh: 上月的投诉记录", "  # {zh: 上月的投诉记录", "my_shop_monthly_check", "object"),
    "a period that does not exist": ("duties", "recurring: {every: month", "recurring: {every: fortnight", "fortnight", "every"),
    "by without a day": ("duties", ", month_days: [5]}\n  #", "}\n  #", "recurring:", "month_days"),
    "a day that no month has": ("duties", "month_days: [5]}\n  #", "month_days: [35]}\n  #", "[35]", "31"),
    "two rules": ("duties", '  clauses: [w2]', '  clauses: [w2]\n  recurring: {every: day, due: shift_end}', "answer", "recurring"),
    "a number in quotes": ("duties", "minutes: 1440}}", 'minutes: "1440"}}', "1440", "minutes"),
    "a position that is not there": ("duties", 'position: "my_shop_officer"\n  clauses: [w2]', "position: my_shop_manager\n  clauses: [w2]", "my_shop_manager", "岗位"),
    "a clause that is not there": ("duties", "clauses: [w2]", "clauses: [w9]", "w9", "条款"),
    "a form that is not there": ("duties", 'form: "my_shop_check_sheet"', "form: check", "form: check", "表单"),
    "a trigger without an end": ("duties", "by_hand: {zh: 顾客投诉, en: A customer complains}", "starts: [case.opened]", "trigger:", "subject"),
    "one language only": ("duties", "title: {zh: 24小时内答复顾客投诉, en: Answer a complaint within 24 hours}", "title: {zh: 24小时内答复顾客投诉, en: ''}", "title", "中文和英文"),
    "a sentence nobody carries out": ("positions", "，24小时之内给予答复。\"}", "，24小时之内给予答复。\"}\n    - {code: w4, section: work, number: \"4.\", text: 每周五总结。}", "w4", "没有职责落实"),
    "a grant that does not exist": ("positions", "obligation.view]", "obligation.look]", "obligation.look", "权限"),
    "a scope that does not exist": ("positions", "    own: [", "    mine: [", "mine", "mine"),
    "a section that is not there": ("positions", "code: w1, section: work", "code: w1, section: duty", "w1", "部分"),
    "a superior that is not there": ("positions", "  headcount: 1", "  reports_to: boss\n  headcount: 1", "boss", "岗位"),
    "the same key twice": ("positions", "  headcount: 1", "  headcount: 1\n  headcount: 2", "headcount: 2", "写了两次"),
    "the same code twice": ("forms", "- code:", "- code: \"my_shop_check_sheet\"\n  fields: []\n- code:", "my_shop_check_sheet", "已经写在"),
    "a kind of field that does not exist": ("forms", "type: date", "type: day", "type: day", "type"),
    "a choice without choices": ("forms", "type: paragraph, label: {zh: 说明, en: Remarks}, max_length: 2000", "type: choice, label: {zh: 说明, en: Remarks}", "说明", "choices"),
    "a tab or a lost colon": ("forms", "  fields:", "  fields", "month", "YAML"),
    "a capital in a code": ("forms", "{code: month,", "{code: Month,", "Month", "小写"),
    "a section that no pack has": ("pack", "summary:", "sumary:", "sumary", "sumary"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_usual_mistake_is_told_with_file_and_line(root: Path, mistake: str) -> None:
    file, right, wrong, words, told = MISTAKES[mistake]
    path = root / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    problems = loader.load(root).problems
    assert problems
    lines = path.read_text(encoding="utf-8").splitlines()
    said = [
        f"{problem.message} ‹{lines[problem.line - 1]}›"
        for problem in problems
        if problem.file == f"my-shop/{file}.yaml"
    ]
    assert any(told in one.partition(" ‹")[0] and words in one.partition(" ‹")[2] for one in said), said


def test_every_mistake_is_told_at_once(root: Path) -> None:
    path = root / "duties.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("place:", "plase:").replace("every: month, due: by", "every: moon, due: by"),
        encoding="utf-8",
    )
    problems = loader.load(root).problems
    # In each of two duties a key nobody knows and one left out, and the period of the first.
    assert len(problems) == 5
    assert len({problem.line for problem in problems}) > 2
