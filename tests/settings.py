"""Settings of the test runs: a data folder of their own, cheap passwords, the history guard on.

Nothing of the developer's environment reaches the tests except ZHIZE_TEST_*.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

for _name in [
    name for name in os.environ if name.startswith("ZHIZE_") and not name.startswith("ZHIZE_TEST_")
]:
    del os.environ[_name]
_data_dir = tempfile.mkdtemp(prefix="zhize-test-data-")
atexit.register(shutil.rmtree, _data_dir, ignore_errors=True)
os.makedirs(os.path.join(_data_dir, "static"))
os.environ["ZHIZE_DATA_DIR"] = _data_dir
os.environ["ZHIZE_SECRET_KEY"] = "only for tests"

from zhize.project.settings import *

# A provider of sign-in is set up by one of the tests.
INSTALLED_APPS.append("allauth.socialaccount.providers.openid_connect")
HISTORY_GUARD = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Connections are per test; health checks would add a query to every counted one.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
# The browser's event loop runs in the tests' thread, where journeys also prepare their rows.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
