"""The verbs of the organisation."""

from zhize.domains.organisation.services.areas import assign_area, create_area, release_area, update_area
from zhize.domains.organisation.services.external import (
    add_contact,
    create_body,
    record_exchange,
    update_body,
)
from zhize.domains.organisation.services.people import (
    appoint,
    cancel_absence,
    come_on_duty,
    create_person,
    go_off_duty,
    leave,
    record_absence,
    relieve,
    update_person,
    withdraw_appointment,
)
from zhize.domains.organisation.services.positions import (
    add_clause,
    change_clause,
    close_position,
    content,
    create_position,
    grant,
    issue_sheet,
    revoke,
    update_position,
)
from zhize.domains.organisation.services.reading import DAYS as READING_DAYS
from zhize.domains.organisation.services.reading import publish_document, sign
from zhize.domains.organisation.services.units import close_unit, create_unit, move_unit, update_unit

__all__ = [
    "READING_DAYS",
    "add_clause",
    "add_contact",
    "appoint",
    "assign_area",
    "cancel_absence",
    "change_clause",
    "close_position",
    "close_unit",
    "come_on_duty",
    "content",
    "create_area",
    "create_body",
    "create_person",
    "create_position",
    "create_unit",
    "go_off_duty",
    "grant",
    "issue_sheet",
    "leave",
    "move_unit",
    "publish_document",
    "record_absence",
    "record_exchange",
    "release_area",
    "relieve",
    "revoke",
    "sign",
    "update_area",
    "update_body",
    "update_person",
    "update_position",
    "update_unit",
    "withdraw_appointment",
]
