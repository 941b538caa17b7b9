"""What history says about the desk."""

from __future__ import annotations

from zhize.kernel import history

history.verb(
    "demo.made",
    zh="建立了演示数据：{subject}",
    en="The demonstration department {subject} was made",
    privacy="keep",
)
