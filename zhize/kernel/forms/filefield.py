"""The file field of a page: new uploads are stored at once, so that a fault elsewhere in the form loses none."""

from __future__ import annotations

from collections.abc import Callable
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


# Stores an upload and returns its handle.
Keep = Callable[[UploadedFile], str]  # type: ignore[type-arg]


def keeper(actor: Actor) -> Keep:
    """Stores uploads for this actor; raises files.NotAllowed or Infected for one that is refused."""

    def keep(upload: UploadedFile) -> str:  # type: ignore[type-arg]
        blob = files.store(actor=actor, content=upload, name=upload.name or "")
        return handles.make(blob.pk, upload.name or "")

    return keep


def kept(given: list[Any], keep: Keep | None) -> list[str]:
    """Handles for everything given: those that are some stay, uploads are stored."""
    made = []
    for one in given:
        if not isinstance(one, UploadedFile):
            made.append(str(one))
        elif keep is None:
            raise TypeError("a form with uploads needs a keeper")
        else:
            made.append(keep(one))
    return made


def _listed(given: Any) -> list[str]:
    parts = given.split(",") if isinstance(given, str) else list(given)
    return [part for part in parts if part]


def _name(handle: Any) -> str:
    try:
        return handles.read(str(handle))[1]
    except handles.BadHandle:
        return ""
