"""The addresses of attachments: `kernel.files` answers them, here it is said that they need a login.

Whether this person may have this file is decided by the policy of the row it is attached to.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhize.kernel.files import views
from zhize.ui.routes import page


@page(login=True, methods=("GET",))
def download(request: HttpRequest, pk: int, name: str = "") -> HttpResponse:
    """The content of an attachment."""
    return views.download(request, pk, name)  # type: ignore[return-value]


@page(login=True, methods=("GET",))
def preview(request: HttpRequest, pk: int, size: str) -> HttpResponse:
    """A small picture of a picture."""
    return views.preview(request, pk, size)  # type: ignore[return-value]


@page(login=True, methods=("POST",))
def upload(request: HttpRequest) -> HttpResponse:
    """Keep a file for a form that is submitted later."""
    return views.upload(request)  # type: ignore[return-value]


app_name = "files"
urlpatterns = [
    path("files/upload/", upload, name="upload"),
    path("files/<int:pk>/", download, name="download"),
    path("files/<int:pk>/preview/<slug:size>/", preview, name="preview"),
    path("files/<int:pk>/<str:name>", download, name="download"),
]
