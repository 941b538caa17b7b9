"""What people are told about the customer archive. Packs and sites may word it differently."""

from __future__ import annotations

from zhize.kernel import notices

PROPOSED = "customer.rules_proposed"

notices.template(
    PROPOSED,
    zh=("{actor}对档案保管、使用和保密提出建议", "{actor}建议：\n{text}"),
    en=("{actor} proposes how to keep the archives better", "{actor} proposes:\n{text}"),
    names=("actor", "text"),
)
