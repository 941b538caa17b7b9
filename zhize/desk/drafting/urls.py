"""Addresses of drafts (`drafting:…`)."""

from __future__ import annotations

from django.urls import path

from zhize.desk.drafting.web import bench, pages

app_name = "drafting"
DRAFT = "drafts/<int:pk>/"

urlpatterns = [
    path("drafts/", pages.DraftList.as_view(), name="list"),
    path("drafts/new/", pages.NewDraft.as_view(), name="new"),
    path(DRAFT, bench.page, name="draft"),
    path(f"{DRAFT}name/", pages.Rename.as_view(), name="rename"),
    path(f"{DRAFT}delete/", pages.delete, name="delete"),
    path(f"{DRAFT}sure/", bench.confirm_sure, name="confirm_sure"),
    path(f"{DRAFT}plan/", pages.plan, name="plan"),
    path(f"{DRAFT}apply/", pages.apply, name="apply"),
    path(f"{DRAFT}pack.zip", pages.download, name="download"),
    path("drafts/positions/<int:pk>/", bench.EditPosition.as_view(), name="position"),
    path("drafts/lines/<int:pk>/", bench.EditLine.as_view(), name="line"),
    path("drafts/lines/<int:pk>/decide/", bench.decide, name="decide"),
    path("drafts/lines/<int:pk>/another/", bench.add_duty, name="add_duty"),
    path("drafts/lines/<int:pk>/split/", bench.split, name="split"),
]
