"""The base of every app configuration: it imports the app's declarations once, in a fixed order."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

# What an app may declare besides its tables. Registries fill when these modules are imported.
DECLARATIONS = (
    "capabilities",
    "verbs",
    "messages",
    "policies",
    "numbers",
    "searching",
    "importing",
    "machine",
    "measures",
    "pack",
    "reactions",
    "jobs",
    "soundness",
    "web.nav",
)


class ZhizeAppConfig(AppConfig):
    """Imports the declaration modules that exist, so that nobody keeps a list of them by hand."""

    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for declaration in DECLARATIONS:
            module = f"{self.name}.{declaration}"
            parent = module.rpartition(".")[0]
            if find_spec(parent) is not None and find_spec(module) is not None:
                import_module(module)
