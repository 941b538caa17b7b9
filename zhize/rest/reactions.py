"""Facts go out to the endpoints that asked for them."""

from __future__ import annotations

from zhize.kernel import history
from zhize.kernel.history.models import Entry
from zhize.rest import services


@history.after_any(only=lambda entry: bool(services.wanted_by(entry)))
def tell_endpoints(entry: Entry) -> None:
    services.announce(entry)
