"""What a pack says about the ways in: its hotlines, mailboxes, forms and accounts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import StringConstraints

from zhize.domains.channels.services import seeding
from zhize.kernel import packs
from zhize.kernel.packs.specs import Code, Item, PackText


class LineSpec(Item):
    """A way in of a unit. Numbers and addresses are the site's, so `address` is given only where it is the same
    everywhere (10050). `case_type` is opened when a matter does not say what it is."""

    kind: Literal["phone", "email", "web", "voicemail", "im", "fax", "counter"]
    name: PackText
    address: Annotated[str, StringConstraints(max_length=120)] = ""
    owner: Code | None = None
    hours: Annotated[str, StringConstraints(max_length=120)] = ""
    case_type: Code | None = None


def check_lines(pack: packs.Pack) -> Iterator[packs.Problem]:
    """Positions and case types exist; the type is taken in by that way."""
    channels = {spec.code: spec.channels for spec in pack.items("case_types")}
    for line in pack.items("lines"):
        if line.owner is not None and line.owner not in pack.codes("positions"):
            message = _("没有叫“{name}”的岗位。").format(name=line.owner)
            yield pack.problem("lines", line.code, ("owner",), message)
        if line.case_type is not None and line.case_type not in channels:
            message = _("没有叫“{name}”的工单类型。").format(name=line.case_type)
            yield pack.problem("lines", line.code, ("case_type",), message)
        elif line.case_type is not None and line.kind not in channels[line.case_type]:
            message = _("工单类型“{name}”不从这个渠道受理。").format(name=line.case_type)
            yield pack.problem("lines", line.code, ("case_type",), message)


packs.section("lines", model=LineSpec, kind="seed", check=check_lines, apply=seeding.lines)
