"""Addresses of meetings, talks and proposals."""

from __future__ import annotations

from django.urls import path

from zhize.domains.meetings.web import meetings, proposals, talks

app_name = "meetings"
MEETING, TALK, PROPOSAL = "meetings/<int:pk>/", "talks/<int:pk>/", "proposals/<int:pk>/"

urlpatterns = [
    path("meetings/", meetings.MeetingList.as_view(), name="meetings"),
    path("meetings/new/", meetings.Call.as_view(), name="call"),
    path(MEETING, meetings.meeting, name="meeting"),
    path(f"{MEETING}edit/", meetings.Change.as_view(), name="change"),
    path(f"{MEETING}minutes/", meetings.Minutes.as_view(), name="minutes"),
    path(f"{MEETING}presence/", meetings.Presences.as_view(), name="presence"),
    path(f"{MEETING}decisions/new/", meetings.Decide.as_view(), name="decide"),
    path(f"{MEETING}decisions/<int:decision>/strike/", meetings.Strike.as_view(), name="strike"),
    path(f"{MEETING}verbs/close/", meetings.Close.as_view(), name="close"),
    path(f"{MEETING}verbs/cancel/", meetings.Cancel.as_view(), name="cancel"),
    path("talks/", talks.TalkList.as_view(), name="talks"),
    path("talks/new/", talks.Record.as_view(), name="talk_new"),
    path(TALK, talks.talk, name="talk"),
    path(f"{TALK}read/", talks.seen, name="talk_read"),
    path(f"{TALK}answer/", talks.Answer.as_view(), name="talk_answer"),
    path("proposals/", proposals.ProposalList.as_view(), name="proposals"),
    path("proposals/new/", proposals.Propose.as_view(), name="propose"),
    path(PROPOSAL, proposals.proposal, name="proposal"),
    path(f"{PROPOSAL}verbs/adopt/", proposals.Adopt.as_view(), name="adopt"),
    path(f"{PROPOSAL}verbs/decline/", proposals.Decline.as_view(), name="decline"),
    path(f"{PROPOSAL}verbs/carry_out/", proposals.CarryOut.as_view(), name="carry_out"),
    path(f"{PROPOSAL}verbs/withdraw/", proposals.Withdraw.as_view(), name="withdraw"),
]
