"""Further households for walks that visit a whole court."""

from __future__ import annotations

from collections.abc import Mapping

from zhize.domains.customers import services as customers
from zhize.kernel import access
from zhize.kernel.org.models import Area, Unit


def settle(centre: Unit, areas: Mapping[str, Area], wanted: Mapping[str, int]) -> None:
    """So many homes in each court, each with an owner who lives there."""
    doer = access.system("walks.house")
    for court, count in wanted.items():
        community = customers.create_premises(
            actor=doer, unit=centre, kind="community", code=f"village_{court}"
        )
        upper = customers.create_premises(
            actor=doer, unit=centre, kind="court", code=f"{court}_2", parent=community, area=areas[court]
        )
        building = customers.create_premises(actor=doer, unit=centre, kind="building", code="9", parent=upper)
        for number in range(1, count + 1):
            room = customers.create_premises(
                actor=doer, unit=centre, kind="room", code=f"{number}", parent=building
            )
            customers.create_customer(
                actor=doer,
                unit=centre,
                kind="owner",
                name=f"住户{court}{number}",
                at=[customers.OccupancyInput(premises=room)],
            )
