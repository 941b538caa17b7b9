"""What people are told about the customer archive. Packs and sites may word it differently."""

from __future__ import annotations

from zhize.kernel import notices

PROPOSED = "customer.rules_proposed"
ERASURE_ASKED = "customer.erasure_asked"

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
