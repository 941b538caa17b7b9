"""What people are told about the customer archive. Packs and sites may word it differently."""

from __future__ import annotations

from zhize.kernel import notices

PROPOSED = "customer.rules_proposed"
ERASURE_ASKED = "customer.erasure_asked"
RETENTION_OVER = "customer.retention_over"

notices.template(
    PROPOSED,
    zh=("{actor}对档案保管、使用和保密提出建议", "{actor}建议：\n{text}"),
    en=("{actor} proposes how to keep the archives better", "{actor} proposes:\n{text}"),
    names=("actor", "text"),
)
notices.template(
    ERASURE_ASKED,
    zh=("{actor}申请抹去客户 {number} 的个人信息", "依据：{reason}"),
    en=("{actor} asks to erase the personal data of customer {number}", "On the ground of: {reason}"),
    names=("actor", "number", "reason"),
)
notices.template(
    RETENTION_OVER,
    zh=(
        "{unit}有 {count} 位客户的资料保存期满",
        "见“客户档案 → 保存期满”：逐位申请抹去，或写明为什么还要保存。",
    ),
    en=(
        "{count} customers of {unit}: the time to keep their data is over",
        "See Customers, Retention over: ask to erase each, or write down why the data are still needed.",
    ),
    names=("unit", "count"),
)
