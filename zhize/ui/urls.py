"""Addresses of the kit itself."""

from __future__ import annotations

from django.urls import path

from zhize.ui.web import frame, gallery, lists

app_name = "ui"
urlpatterns = [
    path("ui/preferences/", frame.preferences, name="preferences"),
    path("ui/position/", frame.hat, name="hat"),
    path("ui/bell/", frame.bell, name="bell"),
    path("ui/draft/", frame.draft, name="draft"),
    path("ui/commands/", frame.commands, name="commands"),
    path("ui/find/", frame.find, name="palette"),
    path("ui/views/new/", lists.SaveView.as_view(), name="view-save"),
    path("ui/views/<int:pk>/delete/", lists.delete_view, name="view-delete"),
    path("ui/setup/", lists.setup, name="setup"),
    path("ui/gallery/", gallery.Gallery.as_view(), name="gallery"),
    path("ui/gallery/list/", gallery.SampleList.as_view(), name="gallery-list"),
    path("ui/gallery/form/", gallery.SampleForm.as_view(), name="gallery-form"),
    path("ui/gallery/form/<int:pk>/", gallery.SampleForm.as_view(), name="gallery-form-row"),
    path("ui/gallery/people/", gallery.people, name="gallery-people"),
    path("ui/gallery/explain/", gallery.explain, name="gallery-explain"),
    path("ui/gallery/unmask/", gallery.unmask, name="gallery-unmask"),
    path("ui/gallery/error/<int:status>/", gallery.error, name="gallery-error"),
]
