"""Addresses of the pages that are composed from several domains."""

from __future__ import annotations

from django.urls import path

from zhize.desk import dashboard, my_day, notices

app_name = "desk"

urlpatterns = [
    path("", my_day.page, name="home"),
    path("handed-over/", my_day.HandedOver.as_view(), name="handed_over"),
    path("to-accept/", my_day.ToAccept.as_view(), name="to_accept"),
    path("dashboard/", dashboard.page, name="dashboard"),
    path("notices/", notices.NoticeList.as_view(), name="notices"),
    path("notices/read/", notices.read_all, name="notices_read"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/read/", notices.read, name="notice_read"),
    path("notices/<int:pk>/acknowledge/", notices.acknowledge, name="notice_acknowledge"),
]
