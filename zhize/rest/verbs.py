"""What happens to webhook endpoints."""

from __future__ import annotations

from zhize.kernel import history

history.verb(
    "webhook.created",
    zh="{actor}建立了推送 {subject}",
    en="{actor} set up the webhook {subject}",
    privacy="keep",
)
history.verb(
    "webhook.changed",
    zh="{actor}修改了推送 {subject}",
    en="{actor} changed the webhook {subject}",
    privacy="keep",
)
history.verb(
    "webhook.secret_renewed",
    zh="{actor}更换了推送 {subject} 的密钥",
    en="{actor} renewed the secret of the webhook {subject}",
    privacy="keep",
)
history.verb(
    "webhook.redelivered",
    zh="{actor}重新发送了推送 {subject} 的一条消息",
    en="{actor} sent a message of the webhook {subject} again",
    privacy="keep",
)
