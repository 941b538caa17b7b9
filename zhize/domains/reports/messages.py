"""What people are told about reports, in words that a pack or the site may change."""

from __future__ import annotations

from zhize.kernel import notices

NAMES = {
    "label": "which report",
    "period": "of which period",
    "unit": "of which unit",
    "actor": "who did it",
    "note": "the remark",
}

ISSUED = notices.template(
    "report.issued",
    zh=("{label}：{period}", "{actor}签发了《{label}》（{unit}，{period}），请查阅签收。"),
    en=("{label}: {period}", "{actor} issued {label} ({unit}, {period}). Please read and sign for it."),
    names=NAMES,
)
TO_APPROVE = notices.template(
    "report.to_approve",
    zh=("待审批：{label} {period}", "{actor}提交了《{label}》（{unit}，{period}），请审批。"),
    en=("To approve: {label} {period}", "{actor} submitted {label} ({unit}, {period}) for approval."),
    names=NAMES,
)
TO_FILE = notices.template(
    "report.to_file",
    zh=("待存档：{label} {period}", "《{label}》（{unit}，{period}）已审批，请存档。"),
    en=("To file: {label} {period}", "{label} ({unit}, {period}) is approved. Please file it."),
    names=NAMES,
)
RETURNED = notices.template(
    "report.returned",
    zh=("被退回：{label} {period}", "{actor}退回《{label}》（{period}）：{note}。请修改后重新签发。"),
    en=(
        "Returned: {label} {period}",
        "{actor} returned {label} ({period}): {note}. Please mend and issue it again.",
    ),
    names=NAMES,
)
