"""Who may look after logins and tokens."""

from __future__ import annotations

from zhize.kernel import access

VIEW = access.capability("account.view", zh="查看登录账号", en="See logins")
MANAGE = access.capability("account.manage", zh="管理登录账号", en="Create, disable and reset logins")
TOKEN_VIEW = access.capability("token.view", zh="查看接口令牌", en="See API tokens")
TOKEN_ISSUE = access.capability("token.issue", zh="发放和吊销接口令牌", en="Issue and revoke API tokens")

# The command line, which only whoever runs the installation can reach, and the login page itself.
CLI = access.system_actor("accounts.cli", caps=(VIEW, MANAGE, TOKEN_VIEW, TOKEN_ISSUE))
DOOR = access.system_actor("accounts.door", caps=())
