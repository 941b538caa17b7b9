"""Addresses of customers' pages. The department's form comes last: its code may be anything but these words."""

from __future__ import annotations

from django.urls import path

from zhize.portal import views

app_name = "portal"

urlpatterns = [
    path("p/progress/", views.ask_progress, name="ask_progress"),
    path("p/progress/<str:code>/", views.Progress.as_view(), name="progress"),
    path("p/progress/<str:code>/files/<int:pk>/", views.download, name="file"),
    path("p/received/<str:code>/", views.received, name="received"),
    path("p/survey/<str:token>/", views.survey, name="survey"),
    path("p/<str:unit>/", views.Submit.as_view(), name="submit"),
]
