"""Addresses of the domain's pages."""

from __future__ import annotations

from django.urls import path

from zhize.domains.channels.web import intake, submissions

app_name = "channels"

urlpatterns = [
    path("intake/", intake.Intake.as_view(), name="intake"),
    path("intake/lookup/", intake.lookup, name="lookup"),
    path("intake/chosen/", intake.chosen, name="chosen"),
    path("intake/type/", intake.type_fields, name="type_fields"),
    path("submissions/", submissions.ToVerify.as_view(), name="to_verify"),
    path("intake/preview/", intake.preview, name="preview"),
]
