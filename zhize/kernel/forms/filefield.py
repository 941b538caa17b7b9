"""The file field of a page: new uploads are stored at once, so that a fault elsewhere in the form loses none."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from zhize.kernel import files
from zhize.kernel.access import Actor
from zhize.kernel.files import handles


class FilesInput(forms.FileInput):
    """A file input beside the files given before, each with a box that keeps it. Its value: handles and uploads."""

    template_name = "forms/files.html"
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        given = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        new = files.getlist(name) if hasattr(files, "getlist") else (files or {}).get(name) or []
        return [*_listed(given), *(new if isinstance(new, list) else [new])]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and name not in (files or {})

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        context["widget"]["kept"] = [
            {"handle": handle, "name": shown} for handle in value or () if (shown := _name(handle))
        ]
        return context


def store(given: list[Any], actor: Actor | None) -> list[str]:
    """Handles for everything given: those that are some stay, uploads are stored.

    Raises files.NotAllowed or Infected for an upload that is refused, TypeError when there is an upload and
    nobody to store it for.
    """
    made = []
    for one in given:
        if isinstance(one, UploadedFile):
            if actor is None:
                raise TypeError("a form with uploads needs the actor")
            blob = files.store(actor=actor, content=one, name=one.name or "")
            made.append(handles.make(blob.pk, one.name or ""))
        else:
            made.append(str(one))
    return made


def _listed(given: Any) -> list[str]:
    parts = given.split(",") if isinstance(given, str) else list(given)
    return [part for part in parts if part]


def _name(handle: Any) -> str:
    try:
        return handles.read(str(handle))[1]
    except handles.BadHandle:
        return ""
