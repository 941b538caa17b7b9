"""What may be done to packs."""

from __future__ import annotations

from zhize.kernel import access

access.capability("pack.view", zh="查看行业包", en="See the applied packs")
access.capability("pack.apply", zh="应用行业包", en="Apply packs")
access.capability(
    "pack.override", zh="修改行业包中的设定", en="Change settings that a pack leaves to the site"
)

access.system_actor("packs.apply", caps=["pack.apply", "pack.override"])
