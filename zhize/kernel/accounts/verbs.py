"""Everything about logins that security wants to be able to look up later."""

from __future__ import annotations

from zhize.kernel import history

_verb = history.verb
_verb(
    "account.created",
    zh="{actor}开通了账号 {subject}",
    en="{actor} created the login {subject}",
    privacy="mask",
)
_verb(
    "account.disabled",
    zh="{actor}停用了账号 {subject}",
    en="{actor} disabled the login {subject}",
    privacy="mask",
)
_verb(
    "account.enabled",
    zh="{actor}启用了账号 {subject}",
    en="{actor} enabled the login {subject}",
    privacy="mask",
)
_verb(
    "account.changed",
    zh="{actor}修改了账号 {subject}",
    en="{actor} changed the login {subject}",
    privacy="mask",
)
_verb("account.signed_in", zh="{actor}登录", en="{actor} signed in", privacy="mask")
_verb("account.signed_out", zh="{actor}退出登录", en="{actor} signed out", privacy="mask")
_verb(
    "account.refused",
    zh="账号 {subject} 登录失败：{reason}",
    en="Sign-in as {subject} failed: {reason}",
    privacy="mask",
)
_verb(
    "account.password_set",
    zh="{actor}修改了 {subject} 的密码",
    en="{actor} changed the password of {subject}",
    privacy="mask",
)
_verb(
    "account.password_code",
    zh="{actor}为 {subject} 生成了重设密码的一次性代码",
    en="{actor} made a one-time code to reset the password of {subject}",
    privacy="mask",
)
_verb(
    "account.second_factor_on",
    zh="{actor}启用了两步验证",
    en="{actor} turned on two-step sign-in",
    privacy="mask",
)
_verb(
    "account.second_factor_off",
    zh="{actor}停用了 {subject} 的两步验证",
    en="{actor} turned off two-step sign-in of {subject}",
    privacy="mask",
)
_verb(
    "account.recovery_codes",
    zh="{actor}生成了新的恢复码",
    en="{actor} made new recovery codes",
    privacy="mask",
)
_verb(
    "account.session_ended",
    zh="{actor}结束了 {count} 个其他会话",
    en="{actor} ended {count} other sessions",
    privacy="mask",
)
_verb(
    "account.linked",
    zh="{subject} 关联了统一登录",
    en="{subject} was linked to single sign-on",
    privacy="mask",
)
_verb(
    "token.issued",
    zh="{actor}发放了接口令牌 {subject}",
    en="{actor} issued the API token {subject}",
    privacy="mask",
)
_verb(
    "token.revoked",
    zh="{actor}吊销了接口令牌 {subject}",
    en="{actor} revoked the API token {subject}",
    privacy="mask",
)
