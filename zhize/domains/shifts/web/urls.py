"""Addresses of the domain's pages."""

from __future__ import annotations

from django.urls import path

from zhize.domains.shifts.web import leave

app_name = "shifts"
ONE_LEAVE = "leave/<int:pk>/"

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
]
