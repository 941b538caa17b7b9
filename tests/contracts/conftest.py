"""Who forgets, and who is to be forgotten."""

from __future__ import annotations

import pytest

from tests.contracts.erasing import NAME, PHONE, WORDS
from tests.kernel.files.contents import picture
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import services
from zhize.domains.customers.models import Customer
from zhize.kernel import files
from zhize.kernel.access import Actor


@pytest.fixture
def keeper(cast: Cast) -> Actor:
    return cast.actor("wangfang").vouched(
        caps.VIEW, caps.CREATE, caps.EDIT, caps.RECORD, caps.COPY, caps.ERASE, caps.VIEW_FULL, "case.open",
        "case.view", "case.note", "case.work", "case.close", "file.remove",
    )  # fmt: skip


@pytest.fixture
def person(cast: Cast, keeper: Actor) -> Customer:
    """Somebody with a phone, a mail address, a note, a contact, a file and a case with words of hers."""
    customer = services.create_customer(
        actor=keeper, unit=cast.centre, kind="visitor", name=NAME, phone_numbers=[PHONE]
    )
    services.add_email(actor=keeper, customer=customer, address="ouyang@customer.example")
    services.write_note(actor=keeper, customer=customer, text=f"{NAME}喜欢下午来电")
    services.add_contact(actor=keeper, customer=customer, name="欧阳山", phone="13655558888")
    blob = files.store(actor=keeper, content=picture(), name="证件.png")
    files.attach(actor=keeper, blob=blob, subject=customer, name=f"{NAME}的证件.png")
    intake = cases.Intake(
        type="complaint", title=f"{NAME}家漏水", channel="phone", description=WORDS, customer=customer,
        contact_name=NAME, contact_phone=PHONE,
    )  # fmt: skip
    case = cases.open_case(actor=cast.actor("limin"), intake=intake)
    cases.note(actor=cast.actor("limin"), case=case, body=f"已回电{NAME}")
    return customer
