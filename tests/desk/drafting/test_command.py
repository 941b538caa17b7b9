"""`zhize pack draft`: what it writes is a pack, whatever was in the document."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desk.drafting.texts import HOTEL
from zhize.desk.drafting import packing
from zhize.kernel.packs import loader
from zhize.lib import jobtext


def drafted(folder: Path, *more: str, text: str = HOTEL, name: str = "front-desk.txt") -> tuple[str, Path]:
    file = folder / name
    file.write_text(text, encoding="gb18030")
    out = StringIO()
    call_command("pack", "draft", str(file), "--out", str(folder / "out"), *more, stdout=out)
    return out.getvalue(), folder / "out"


def test_the_draft_is_a_pack_with_the_positions_clauses_and_duties_of_the_text(tmp_path: Path) -> None:
    said, folder = drafted(tmp_path)
    pack = loader.load_or_refuse(folder)
    assert pack.code == "front-desk"
    desk, manager = pack.items("positions")
    assert (desk.name.zh, desk.headcount, desk.reports_to) == ("前台接待员", 4, manager.code)
    assert [clause.number for clause in manager.clauses] == ["1、", "2、"]
    monthly = next(duty for duty in pack.items("duties") if duty.recurring and duty.recurring.month_days)
    assert (monthly.recurring.every, monthly.recurring.due, monthly.recurring.month_days) == (
        "month",
        "by",
        (5,),
    )
    answer = next(
        duty for duty in pack.items("duties") if duty.trigger and duty.trigger.target.minutes == 1440
    )
    assert answer.trigger.by_hand is not None
    assert "2 个岗位" in said
    assert "前台接待员" in said


def test_a_duty_says_which_words_and_line_it_was_read_from(tmp_path: Path) -> None:
    _said, folder = drafted(tmp_path)
    written = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.yaml"))
    assert "# 原文第 9 行，读自：每月5日前" in written


def test_the_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    draft = jobtext.read(HOTEL, name="前台.txt")
    first, second = (packing.make(draft, code="hotel") for _time in range(2))
    assert first.files == second.files
    assert packing.zipped(first) == packing.zipped(second)


def test_the_whole_can_be_had_as_json(tmp_path: Path) -> None:
    said, folder = drafted(tmp_path, "--json", "--name", "hotel")
    data = json.loads(said)
    assert (data["code"], data["folder"], data["counts"]["positions"]) == ("hotel", str(folder), 2)
    assert data["positions"][0]["clauses"][3]["duties"][0]["recurring"]["month_days"] == [5]


def test_a_full_folder_a_wrong_name_a_missing_and_an_empty_file_are_refused(tmp_path: Path) -> None:
    drafted(tmp_path)
    for more, said in ((("--out", str(tmp_path / "out")), "已有文件"), (("--name", "Hotel!"), "小写字母")):
        with pytest.raises(CommandError, match=said) as caught:
            call_command("pack", "draft", str(tmp_path / "front-desk.txt"), *more)
        assert caught.value.returncode == 2
    with pytest.raises(CommandError, match="读不了") as caught:
        call_command("pack", "draft", str(tmp_path / "nothing.txt"))
    assert caught.value.returncode == 2
    many = "前台\n" + "\n".join(f"{number}、核对第{number}项台账并登记。" for number in range(1, 320))
    (tmp_path / "many.txt").write_text(many)
    with pytest.raises(CommandError, match="按岗位分成几份"):
        call_command("pack", "draft", str(tmp_path / "many.txt"), "--out", str(tmp_path / "many"))
    assert not (tmp_path / "many").exists()
    (tmp_path / "empty.txt").write_text("\n")
    with pytest.raises(CommandError, match="空") as caught:
        call_command("pack", "draft", str(tmp_path / "empty.txt"))
    assert caught.value.returncode == 1


def test_a_file_named_in_chinese_gets_a_code_of_its_own() -> None:
    first, second = packing.code_from("前台.docx", "甲"), packing.code_from("前台.docx", "乙")
    assert first.startswith("draft-")
    assert first != second
    assert packing.code_from("Front Desk (2).docx", "甲") == "front-desk-2"


# Pieces that YAML, texts of two languages and codes could trip over.
PIECES = st.sampled_from(
    ["每月5日前", "24小时之内", "《报表: 甲》", "# 井号", '"引号"', "'撇'", "{花}", "[方]", "- 横", "yes", "~", "1.5", "\\n", "岗位名称：",
     "直接上级：", "经理", "主管", "\n", "1、", "2）", "。", "每周五", "提前一个月", "&a", "*b", "!t", "%", "@", "`", "：", ": ", "2026-01-01"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=40).map("".join))
def test_whatever_a_document_says_its_draft_has_no_mistakes(text: str) -> None:
    draft = jobtext.read(text, name="x.txt")
    with TemporaryDirectory() as folder:
        packing.write(packing.make(draft, code="any"), Path(folder) / "any")
        pack = loader.load(Path(folder) / "any")
    assert pack.problems == []
    read = [clause.text or clause.number for position in draft.positions for clause in position.clauses]
    assert [clause.text for position in pack.items("positions") for clause in position.clauses] == read
