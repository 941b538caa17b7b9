"""Addresses of coming in and of one's own account (`accounts:…`)."""

from __future__ import annotations

from django.urls import path

from zhize.desk.signin import account, views

urlpatterns = [
    path("login/", views.login, name="login"),
    path("login/code/", views.code, name="code"),
    path("login/forgotten/", views.forgotten, name="forgotten"),
    path("login/reset/", views.reset, name="reset"),
    path("logout/", views.logout, name="logout"),
    path("account/", account.mine, name="mine"),
    path("account/password/", account.password, name="password"),
    path("account/second-step/", account.factor_on, name="factor-on"),
    path("account/second-step/off/", account.FactorOff.as_view(), name="factor-off"),
    path("account/second-step/codes/", account.RecoveryCodes.as_view(), name="recovery-codes"),
    path("account/sessions/end/", account.end_others, name="end-others"),
    path("account/sessions/<int:session_id>/end/", account.end_session, name="end-session"),
    path("account/notifications/", account.Notifications.as_view(), name="notifications"),
    path("account/tokens/new/", account.token_new, name="token-new"),
    path("account/tokens/<int:token_id>/revoke/", account.token_revoke, name="token-revoke"),
]
