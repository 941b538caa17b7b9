"""The verbs of the customer archive."""

from __future__ import annotations

from zhize.domains.customers.services.assets import record_asset, record_quality_event, remove_asset
from zhize.domains.customers.services.care import (
    confirm_data,
    move_need,
    pin_note,
    record_matter,
    record_need,
    record_touch,
    report_arrears,
    write_note,
)
from zhize.domains.customers.services.confidential import (
    Opened,
    full_number,
    note_full_read,
    propose_improvement,
    unmask,
)
from zhize.domains.customers.services.contacts import (
    NotAuthorisedToSign,
    add_contact,
    authority,
    end_role,
    grant_role,
    record_confirmation,
    update_contact,
)
from zhize.domains.customers.services.customers import (
    close_customer,
    create_customer,
    find_or_create,
    reopen_customer,
    update_customer,
)
from zhize.domains.customers.services.duplicates import dismiss, find_duplicates
from zhize.domains.customers.services.erasing import (
    ByCommandOnly,
    ask_erasure,
    grant_erasure,
    refuse_erasure,
    tell_retention_over,
    withdraw_erasure,
)
from zhize.domains.customers.services.following import follows, keep_touch
from zhize.domains.customers.services.grading import grade_customer, plan_visits
from zhize.domains.customers.services.households import add_member, remove_member
from zhize.domains.customers.services.inputs import (
    CompanyInput,
    Details,
    OccupancyInput,
    PhoneInput,
    parsed_phone,
    phone_errors,
)
from zhize.domains.customers.services.merging import CannotUndo, merge, undo_merge
from zhize.domains.customers.services.occupancy import occupy, set_living, vacate
from zhize.domains.customers.services.papers import add_document
from zhize.domains.customers.services.personal import (
    MergedAway,
    StillInUse,
    against_erasing,
    copy_of,
    erase,
    holding,
)
from zhize.domains.customers.services.premises import (
    create_premises,
    record_parking,
    set_area,
    update_premises,
)
from zhize.domains.customers.services.reach import (
    add_email,
    add_phone,
    prefer_phone,
    remove_email,
    remove_phone,
)
from zhize.domains.customers.services.standing import NotActive
from zhize.domains.customers.services.watching import (
    AlreadyWatched,
    NoLongerWatched,
    add_measure,
    end_watch,
    finish_measure,
    review,
    watch,
)

__all__ = [
    "AlreadyWatched",
    "ByCommandOnly",
    "CannotUndo",
    "CompanyInput",
    "Details",
    "MergedAway",
    "NoLongerWatched",
    "NotActive",
    "NotAuthorisedToSign",
    "OccupancyInput",
    "Opened",
    "PhoneInput",
    "StillInUse",
    "add_contact",
    "add_document",
    "add_email",
    "add_measure",
    "add_member",
    "add_phone",
    "against_erasing",
    "ask_erasure",
    "authority",
    "close_customer",
    "confirm_data",
    "copy_of",
    "create_customer",
    "create_premises",
    "dismiss",
    "end_role",
    "end_watch",
    "erase",
    "find_duplicates",
    "find_or_create",
    "finish_measure",
    "follows",
    "full_number",
    "grade_customer",
    "grant_erasure",
    "grant_role",
    "holding",
    "keep_touch",
    "merge",
    "move_need",
    "note_full_read",
    "occupy",
    "parsed_phone",
    "phone_errors",
    "pin_note",
    "plan_visits",
    "prefer_phone",
    "propose_improvement",
    "record_asset",
    "record_confirmation",
    "record_matter",
    "record_need",
    "record_parking",
    "record_quality_event",
    "record_touch",
    "refuse_erasure",
    "remove_asset",
    "remove_email",
    "remove_member",
    "remove_phone",
    "reopen_customer",
    "report_arrears",
    "review",
    "set_area",
    "set_living",
    "tell_retention_over",
    "undo_merge",
    "unmask",
    "update_contact",
    "update_customer",
    "update_premises",
    "vacate",
    "watch",
    "withdraw_erasure",
    "write_note",
]
