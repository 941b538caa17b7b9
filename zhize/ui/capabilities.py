"""Capabilities of the kit itself."""

from __future__ import annotations

from zhize.kernel import access

access.capability("ui.gallery", zh="查看界面组件库", en="See the component gallery")
access.capability("ui.share_views", zh="与所有人共享列表视图", en="Share list views with everybody")
