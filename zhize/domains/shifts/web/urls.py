"""Addresses of the domain's pages."""

from __future__ import annotations

from django.urls import path

from zhize.domains.shifts.web import leave, logs, takeovers

app_name = "shifts"
ONE_LEAVE, ONE_LOG, ONE_LIST = "leave/<int:pk>/", "handover/<int:pk>/", "takeovers/<int:pk>/"

urlpatterns = [
    path("leave/", leave.LeaveList.as_view(), name="leaves"),
    path("leave/new/", leave.Ask.as_view(), name="ask"),
    path("leave/month/", leave.month, name="leave_month"),
    path("leave/rule/", leave.Rule.as_view(), name="leave_rule"),
    path(ONE_LEAVE, leave.detail, name="leave"),
    path(f"{ONE_LEAVE}verbs/approve/", leave.Approve.as_view(), name="approve"),
    path(f"{ONE_LEAVE}verbs/refuse/", leave.Refuse.as_view(), name="refuse"),
    path(f"{ONE_LEAVE}verbs/withdraw/", leave.Withdraw.as_view(), name="withdraw"),
    path(f"{ONE_LEAVE}verbs/cancel/", leave.Cancel.as_view(), name="cancel"),
    path(f"{ONE_LEAVE}verbs/back/", leave.Back.as_view(), name="back"),
    path("handover/", logs.LogList.as_view(), name="logs"),
    path("handover/new/", logs.Begin.as_view(), name="log_begin"),
    path(ONE_LOG, logs.detail, name="log"),
    path(f"{ONE_LOG}write/", logs.Write.as_view(), name="log_write"),
    path(f"{ONE_LOG}verbs/hand/", logs.Hand.as_view(), name="log_hand"),
    path(f"{ONE_LOG}verbs/take/", logs.Take.as_view(), name="log_take"),
    path(f"{ONE_LOG}verbs/give_back/", logs.GiveBack.as_view(), name="log_give_back"),
    path(f"{ONE_LOG}verbs/drop/", logs.Drop.as_view(), name="log_drop"),
    path(f"{ONE_LOG}pdf/", logs.pdf, name="log_pdf"),
    path("takeovers/", takeovers.TakeoverList.as_view(), name="takeovers"),
    path("takeovers/new/", takeovers.Make.as_view(), name="takeover_new"),
    path(ONE_LIST, takeovers.detail, name="takeover"),
    path(f"{ONE_LIST}verbs/assign/", takeovers.Assign.as_view(), name="takeover_assign"),
    path(f"{ONE_LIST}verbs/give/", takeovers.Give.as_view(), name="takeover_give"),
    path(f"{ONE_LIST}verbs/take/", takeovers.Take.as_view(), name="takeover_take"),
    path(f"{ONE_LIST}verbs/move/", takeovers.Move.as_view(), name="takeover_move"),
    path(f"{ONE_LIST}verbs/waive/", takeovers.Waive.as_view(), name="takeover_waive"),
    path(f"{ONE_LIST}pdf/", takeovers.pdf, name="takeover_pdf"),
]
