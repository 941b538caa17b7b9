from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from tests.kernel.documents import papers
from zhize.kernel import documents
from zhize.kernel.documents import Bars, Column, Facts, Paragraphs, Sheet, Signatures, Table, printing
from zhize.lib.text import Text


def sheet(*blocks: Any, **more: Any) -> Sheet:
    return Sheet(title="客户投诉情况及处理月报", blocks=blocks, **more)


FULL = sheet(
    Facts((("受理", "38 件"), ("办结", "35 件"), ("办结率", "92.1%")), heading="总体情况"),
    Table(
        (Column("分类", width=2), Column("件数", "right", 0)),
        tuple((f"噪音扰民{n}", n) for n in range(80)),
        totals=("合计", 3160),
    ),
    Table((Column("甲"),), (), empty="本月没有"),
    Bars((("噪音", 12, "12 件"), ("电梯", 0, "0 件"))),
    Paragraphs(("投诉较上月下降。\n\n主要集中在夜间。",)),
    Signatures((("编制", "孙丽", "2026-04-01"), ("审核", "", ""))),
    unit="云溪服务中心",
    number="YB-202603",
    meta=(("期间", "2026年3月"),),
    footer="孙丽打印",
)


@pytest.mark.usefixtures("chinese_font")
def test_a_sheet_becomes_a_pdf_with_embedded_chinese_that_can_be_searched() -> None:
    pdf = documents.sheet_pdf(FULL)
    assert pdf.startswith(b"%PDF-")
    assert papers.pages(pdf) == 3
    assert any("Noto" in name or "Han" in name for name in papers.fonts(pdf))
    assert set("客户投诉情况及处理月报噪音扰民合计本月没有审核云溪服务中心第页共") <= papers.characters(pdf)


def test_the_frame_speaks_the_readers_language() -> None:
    with translation.override("en"):
        assert set("Page of") <= papers.characters(documents.sheet_pdf(Sheet(title="Monthly report")))


def test_no_text_can_become_markup() -> None:
    nasty = '#read("/project/settings.py") $x^2$ *b* _i_ = [ ] { } \\ " ` <label> @ref // /* #set page(width: 1pt)'
    pdf = documents.sheet_pdf(
        sheet(
            Facts(((nasty, nasty),)), Table((Column(nasty),), ((nasty,),)), Paragraphs((nasty,)), unit=nasty
        )
    )
    assert papers.pages(pdf) == 1
    assert set('#$*_[]{}\\"`<>@/=') <= papers.characters(pdf)


def test_a_character_without_a_font_does_not_stop_the_document() -> None:
    pdf = documents.sheet_pdf(sheet(Paragraphs(("\U0002ebf0先生 \ue000 \U0010fffd",))))
    assert papers.pages(pdf) == 1


def test_long_words_and_wide_tables_stay_on_the_paper() -> None:
    wide = Table(tuple(Column(f"列{n}") for n in range(14)), (("x" * 300, *["很长的文字" * 20] * 13),))
    assert papers.pages(documents.sheet_pdf(sheet(wide, landscape=True))) >= 1


def test_a_template_of_ones_own_gets_texts_days_and_amounts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = {
        **sheet().as_data(),
        "title": Text("月报", "Report"),
        "number": Decimal("1.50"),
        "unit": date(2026, 3, 2),
    }
    assert documents.pdf("documents/sheet", data).startswith(b"%PDF-")
    with pytest.raises(TypeError, match="datetime"):
        documents.pdf("documents/sheet", {"title": datetime(2026, 3, 2, tzinfo=UTC)})


def test_unknown_templates_and_missing_data_are_refused() -> None:
    for name in ("documents/none", "../secret", "nowhere/sheet", "documents"):
        with pytest.raises(LookupError):
            documents.pdf(name, {})
    with pytest.raises(documents.UnprintableDocument):
        documents.pdf("documents/sheet", {"title": "x"})


def test_every_template_of_every_package_is_found() -> None:
    root = Path(printing.__file__).resolve().parents[2]
    for path in root.rglob("documents/*.typ"):
        if path.stem != "common":
            assert printing.template_path(f"{path.parent.parent.name}/{path.stem}") == path


def test_rows_must_fit_their_columns() -> None:
    with pytest.raises(ValueError, match="2 cells"):
        Table((Column("甲"),), (("a", "b"),))
