"""Write docs/reference/openapi.json: the contract of /api/v1/ as an installation serves it.

python scripts/openapi.py [--check]
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "openapi.json"


def render() -> str:
    """The document that /api/v1/openapi.json answers with, in English, its lines in an order that stays."""
    from django.core.serializers.json import DjangoJSONEncoder
    from django.utils import translation

    from zhize.rest import urls

    with translation.override("en"):
        document = urls.api.get_openapi_schema()
        text = json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, sort_keys=True)
    return text + "\n"


if __name__ == "__main__":
    import django

    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.exists() and PAGE.read_text("utf-8") == render() else f"{PAGE.name} is stale")
    PAGE.write_text(render(), "utf-8")
