"""What can happen to a report, as it reads in its history."""

from __future__ import annotations

from zhize.kernel.history import verb

verb(
    "report.opened",
    zh="{actor}开始编制{label}（{period}）",
    en="{actor} began {label} ({period})",
    privacy="keep",
)
verb("report.written", zh="{actor}填写“{part}”", en="{actor} wrote “{part}”", privacy="keep")
verb(
    "report.caused",
    zh="{actor}填写原因“{part}”的措施或意见",
    en="{actor} wrote on the cause “{part}”",
    privacy="keep",
)
verb(
    "report.issue",
    zh="{actor}签发{label}（{period}），摘要 {digest}",
    en="{actor} issued {label} ({period}), digest {digest}",
    privacy="keep",
)
verb("report.read", zh="{actor}已阅", en="{actor} read it", privacy="keep")
verb("report.received", zh="{actor}已签收", en="{actor} signed for it", privacy="keep")
verb("report.accept", zh="{actor}签收", en="{actor} accepted it", privacy="keep")
verb("report.approve", zh="{actor}审批同意", en="{actor} approved it", privacy="keep")
verb("report.file", zh="{actor}存档", en="{actor} filed it", privacy="keep")
verb("report.give_back", zh="{actor}退回：{note}", en="{actor} returned it: {note}", privacy="keep")
verb(
    "report.reopened",
    zh="{label}（{period}）退回后重新编制，第 {edition} 版",
    en="{label} ({period}) is drawn up again, edition {edition}",
    privacy="keep",
)
