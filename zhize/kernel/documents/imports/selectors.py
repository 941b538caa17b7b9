"""How far an import is, what is wrong with its rows, and the empty table to fill in."""

from __future__ import annotations

import io
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhize.kernel.documents.imports.kinds import importer
from zhize.kernel.documents.models import ImportRun, Outcome, Trial
from zhize.kernel.documents.tables import xlsx


@dataclass(frozen=True)
class Progress:
    """Counts of rows. `percent` is of the present stage (trial or import)."""

    total: int
    trial: dict[str, int]
    outcome: dict[str, int]
    percent: int


def counts(run: ImportRun, column: str) -> dict[str, int]:
    """Number of rows for every value of `trial` or `outcome`; waiting rows under "waiting"."""
    rows = run.rows.values(column).order_by(column).annotate(number=Count("pk"))
    return {row[column] or "waiting": row["number"] for row in rows}


def progress(run: ImportRun) -> Progress:
    """How far the run is (two queries, however many rows)."""
    trial, outcome = counts(run, "trial"), counts(run, "outcome")
    if run.state in {"trying", "tried"}:
        done, all_rows = run.total - trial.get("waiting", 0), run.total
    else:
        all_rows = trial.get(Trial.GOOD, 0)
        done = sum(number for value, number in outcome.items() if value != "waiting")
    return Progress(run.total, trial, outcome, 100 if all_rows == 0 else done * 100 // all_rows)


def error_sheet(run: ImportRun) -> io.BytesIO:
    """The rows that were not (or will not be) carried out, with their reasons, as a workbook.

    It has the columns of the import, so corrected rows can be uploaded as they are.
    """
    language = get_language() or "zh-hans"
    fields = importer(run.kind).fields
    labels = {field.code: field.label.in_language(language) for field in fields}
    wrong = run.rows.filter(Q(trial__in=[Trial.BAD, Trial.DUPLICATE]) | Q(outcome=Outcome.FAILED)).order_by(
        "number"
    )
    rows = (
        [
            row.number,
            "\n".join(
                f"{labels[field]}：{text}" if field in labels else text for field, text in row.messages
            ),
            *(row.cells.get(field.code, "") for field in fields),
        ]
        for row in wrong.iterator(chunk_size=1000)
    )
    heads = [_("原行号"), _("问题"), *labels.values()]
    return xlsx(heads, rows, title=_("未导入的行"))


def template(kind: str) -> io.BytesIO:
    """An empty table with the columns of this kind of import and one line of examples."""
    language = get_language() or "zh-hans"
    fields = importer(kind).fields
    heads = [f"{field.label.in_language(language)}{'*' if field.required else ''}" for field in fields]
    return xlsx(
        heads, [[field.example for field in fields]], title=importer(kind).label.in_language(language)
    )
