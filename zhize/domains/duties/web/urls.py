"""Addresses of obligations: one in the drawer, its acts, and how its due time was computed."""

from __future__ import annotations

from django.urls import path

from zhize.domains.duties.web import (
    acts,
    board,
    board_export,
    board_lists,
    board_reports,
    calendar,
    compliance,
    duty,
    duty_acts,
    editor,
    library,
    review,
    views,
)

app_name = "duties"
ONE = "obligations/<int:pk>/"

urlpatterns = [
    path("calendar/", calendar.page, name="calendar"),
    path("calendar/feed/", calendar.feed, name="feed"),
    path("calendar/feed/<str:secret>.ics", calendar.feed_ics, name="feed_ics"),
    path("coverage/", board.page, name="board"),
    path("coverage/xlsx/", board_export.workbook, name="board_xlsx"),
    path("compliance/", compliance.page, name="compliance"),
    path("compliance/xlsx/", compliance.workbook, name="compliance_xlsx"),
    path("compliance/pdf/", compliance.paper, name="compliance_pdf"),
    path("my-reports/", board_reports.MyReports.as_view(), name="my_reports"),
    path("positions/<int:pk>/review/", review.page, name="review"),
    path("duties/<int:pk>/clauses/<int:clause>/confirm/", review.Confirm.as_view(), name="confirm_clause"),
    path("duties/<int:pk>/clauses/<int:clause>/release/", review.Release.as_view(), name="release_clause"),
    path("obligations/", board_lists.ObligationList.as_view(), name="list"),
    path("obligations/duties/", board_lists.owed_duties, name="owed_duties"),
    path("duties/", library.Library.as_view(), name="library"),
    path("duties/assumed/", library.Assumed.as_view(), name="assumed"),
    path("duties/unlinked/", library.Unlinked.as_view(), name="unlinked"),
    path("duties/<int:pk>/", duty.detail, name="duty"),
    path("duties/new/", editor.NewDuty.as_view(), name="new_duty"),
    path("duties/<int:pk>/edit/", editor.EditDuty.as_view(), name="edit_duty"),
    path("duties/<int:pk>/preview/", editor.preview, name="preview_duty"),
    path("duties/<int:pk>/end/", duty_acts.EndDuty.as_view(), name="end_duty"),
    path("duties/<int:pk>/restore/", duty_acts.RestoreDuty.as_view(), name="restore_duty"),
    path("duties/<int:pk>/default/", duty_acts.ResetDuty.as_view(), name="reset_duty"),
    path("duties/<int:pk>/clauses/", duty_acts.LinkClauses.as_view(), name="link_duty"),
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
