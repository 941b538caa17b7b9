"""Addresses of obligations: one in the drawer, its acts, and how its due time was computed."""

from __future__ import annotations

from django.urls import path

from zhize.domains.duties.web import acts, board, board_lists, calendar, views

app_name = "duties"
ONE = "obligations/<int:pk>/"

urlpatterns = [
    path("calendar/", calendar.page, name="calendar"),
    path("calendar/feed/", calendar.feed, name="feed"),
    path("calendar/feed/<str:secret>.ics", calendar.feed_ics, name="feed_ics"),
    path("coverage/", board.page, name="board"),
    path("obligations/", board_lists.ObligationList.as_view(), name="list"),
    path("obligations/owing/", board_lists.owing, name="owing"),
    path("obligations/duties/", board_lists.owed_duties, name="owed_duties"),
    path("obligations/new/", acts.AssignTask.as_view(), name="new"),
    path("obligations/event/", acts.ReportEvent.as_view(), name="event"),
    path("obligations/people/", views.people, name="people"),
    path(ONE, views.detail, name="detail"),
    path(f"{ONE}explain/", views.explain, name="explain"),
    path(f"{ONE}verbs/fulfil/", acts.Fulfil.as_view(), name="fulfil"),
    path(f"{ONE}verbs/submit/", acts.Fulfil.as_view(), name="submit"),
    path(f"{ONE}verbs/accept/", acts.Accept.as_view(), name="accept"),
    path(f"{ONE}verbs/give_back/", acts.GiveBack.as_view(), name="give_back"),
    path(f"{ONE}verbs/excuse/", acts.Excuse.as_view(), name="excuse"),
    path(f"{ONE}calendar.ics", calendar.one_ics, name="ics"),
    path(f"{ONE}count/", acts.count_one, name="count"),
    path(f"{ONE}why/", acts.Explain.as_view(), name="why"),
    path(f"{ONE}verbs/cancel/", acts.Cancel.as_view(), name="cancel"),
    path(f"{ONE}move/", acts.MoveDue.as_view(), name="move"),
    path(f"{ONE}reassign/", acts.Reassign.as_view(), name="reassign"),
]
