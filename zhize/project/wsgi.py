"""Entry point of the web server."""

from __future__ import annotations

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhize.project.settings")
application = get_wsgi_application()
# Load every view now: a mistake stops the start instead of answering requests with errors.
import_module(settings.ROOT_URLCONF)
# What is loaded by now stays: looking through its million objects for garbage takes 150 ms each time.
gc.collect()
gc.freeze()
