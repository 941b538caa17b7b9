"""What people are told about their logins."""

from __future__ import annotations

from zhize.kernel import notices

PASSWORD_RESET = notices.template(
    "account.password_reset",
    zh=(
        "重设密码",
        "{name}，您好：\n\n有人（可能是您）申请重设登录名 {login} 的密码。请在 {minutes} 分钟内打开下面的链接设置新密码：\n\n{link}\n\n"
        "如果不是您申请的，不用理会这封邮件，密码不会改变。",
    ),
    en=(
        "Reset your password",
        "Hello {name},\n\nsomebody (probably you) asked to reset the password of the login {login}. Open this link within"
        " {minutes} minutes to set a new one:\n\n{link}\n\nIf it was not you, ignore this mail; nothing changes.",
    ),
    names={"name": "姓名", "login": "登录名", "minutes": "有效分钟数", "link": "链接"},
)
