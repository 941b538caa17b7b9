"""Addresses of the domain's pages."""

from __future__ import annotations

from django.urls import path

from zhize.domains.visits.web import opinions, sampling, views

app_name = "visits"

urlpatterns = [
    path("callbacks/", views.CallbackList.as_view(), name="list"),
    path("callbacks/<int:pk>/", views.MakeCall.as_view(), name="callback"),
    path("callbacks/<int:pk>/attempt/", views.NotReached.as_view(), name="attempt"),
    path("callbacks/<int:pk>/assign/", views.Assign.as_view(), name="assign"),
    path("callbacks/completion/", views.completion, name="completion"),
    path("callbacks/<int:pk>/cancel/", views.Cancel.as_view(), name="cancel"),
    path("callbacks/<int:pk>/visit/", views.JointVisit.as_view(), name="visit"),
    path("callbacks/<int:pk>/link/", views.send_link, name="link"),
    path("callbacks/<int:pk>/mail/", views.mail_link, name="mail_link"),
    path("visit-plans/", sampling.PlanList.as_view(), name="plans"),
    path("visit-plans/new/", sampling.Draw.as_view(), name="plan_new"),
    path("visit-plans/<int:pk>/", sampling.Plan.as_view(), name="plan"),
    path("visit-plans/<int:pk>/measures/<slug:stratum>/", sampling.Measure.as_view(), name="plan_measure"),
    path("visit-plans/homes/<int:pk>/visit/", sampling.Visit.as_view(), name="home_visit"),
    path("visit-plans/homes/<int:pk>/correct/", sampling.Correct.as_view(), name="home_correct"),
    path("visit-plans/homes/<int:pk>/replace/", sampling.Replace.as_view(), name="home_replace"),
    path("opinions/", opinions.OpinionList.as_view(), name="opinions"),
    path("opinions/new/", opinions.Record.as_view(), name="opinion_new"),
    path("opinions/<int:pk>/", opinions.detail, name="opinion"),
    path("opinions/<int:pk>/transfer/", opinions.Transfer.as_view(), name="opinion_transfer"),
    path("opinions/<int:pk>/receive/", opinions.Receive.as_view(), name="opinion_receive"),
    path("opinions/<int:pk>/answer/", opinions.Answer.as_view(), name="opinion_answer"),
]
