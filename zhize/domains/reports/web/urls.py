"""Addresses of the domain's pages."""

from __future__ import annotations

from django.urls import path

from zhize.domains.reports.web import acts, statistics, views

app_name = "reports"

urlpatterns = [
    path("reports/", views.index, name="index"),
    path("reports/open/", acts.open_draft, name="open"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("reports/<int:pk>/print/", views.print_view, name="print"),
    path("reports/<int:pk>/pdf/", views.pdf, name="pdf"),
    path("reports/<int:pk>/xlsx/", views.xlsx, name="xlsx"),
    path("reports/<int:pk>/texts/<str:key>/", acts.write_text, name="write"),
    path("reports/<int:pk>/causes/<str:cause>/", acts.write_cause, name="cause"),
    path("reports/<int:pk>/receive/", acts.receive, name="receive"),
    path("reports/<int:pk>/verbs/<str:verb>/", acts.Move.as_view(), name="move"),
    path("statistics/", statistics.page, name="statistics"),
]
