"""Which place on record a line of a list means, however much of its address the list writes.

A list says "春华苑 3-2-202" where the tree says 碧水园一区 → 春华苑 → 3栋 → 2单元 → 202: the tail is enough when only one
place has it. What is not on record is not invented beside what is: a list may fill an empty tree, an empty community
or an empty building, and add rooms to a known entrance. Everything else is the line's mistake, or a level to be
recorded among the premises first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhize.domains.customers.addresses import plain_code
from zhize.domains.customers.importing.addresses import Place
from zhize.domains.customers.selectors.batches import NAMED, Node, Tree
from zhize.kernel.db import Invalid
from zhize.lib import tokens

# No column, but what remarks on new premises are counted by.
NEW = "premises"
SHOWN = 3

Rest = list[tuple[str, str]]


def column(cells: Mapping[str, str]) -> str:
    """The column that brought the place, where refusals stand."""
    return next((code for code in ("address", "community", "court", "building") if cells.get(code)), "room")


def made(address: str) -> tuple[str, object]:
    """The remark on a line that makes a room; its field is what the dry run counts new premises by."""
    return (NEW, gettext("新建房产 {address}。").format(address=address))


def settle(tree: Tree, place: Place, *, field: str, strict: bool) -> tuple[Node | None, Rest]:
    """The deepest node on record that the place names, and the levels below it that are to be made or looked up.

    `field` is the column that refusals stand at. `strict`: refuse what would be invented beside what is on record;
    without it, whatever is missing may be made (a trial has already said yes).
    """
    anchors, rest = _anchors(tree, place, field, strict)
    if not anchors:
        return None, place.segments
    if rest:
        return anchors[0], [*rest, *_below(place)]
    return _down(tree, anchors, place, field, strict)


def _anchors(tree: Tree, place: Place, field: str, strict: bool) -> tuple[list[Node], Rest]:
    """The communities or courts the names mean, with a court that is still to be made."""
    roots = tree.roots
    if not (place.community or place.court):
        if not roots:
            raise Invalid({"community": [_("请写明小区：这个单位没有小区，或不止一个。")]})
        return roots, []
    named = tree.named
    text = _folded(place.community + place.court)
    found = [node for node in named if text in _spoken(node)]
    if not found and not (place.community and place.court):
        found = [node for node in named if text in _names(node)]
    if len(found) > 1:
        raise _ambiguous(field, found)
    if found:
        return found, []
    above = [node for node in roots if _folded(place.community) in _names(node)] if place.court else []
    if above:
        if strict and _has_upper(tree, above[0]):
            raise _unknown(field, place.court, _("苑落"))
        return above[:1], [("court", place.court)]
    if not place.community:
        if len(roots) == 1 and not (strict and _has_upper(tree, roots[0])):
            return roots, [("court", place.court)]
        raise _unknown(field, place.court, _("苑落"))
    if strict and roots:
        raise _unknown(field, place.community + place.court, _("小区"))
    return [], []


def _down(
    tree: Tree, anchors: Sequence[Node], place: Place, field: str, strict: bool
) -> tuple[Node | None, Rest]:
    """From the community or court (or several, when none was named) to the building and the entrance."""
    if not place.building:
        anchor = _only(anchors, field)
        if strict and _has_upper(tree, anchor):
            raise Invalid({field: [_("请写明楼栋：“{place}”有楼栋。").format(place=anchor.address)]})
        return anchor, _below(place)
    buildings = [node for anchor in anchors for node in tree.below(anchor, "building", place.building)]
    if len(buildings) > 1:
        buildings = _with_room(tree, buildings, place) or buildings
    if len(buildings) > 1:
        raise _ambiguous(field, buildings)
    if not buildings:
        anchor = _only(anchors, field)
        if strict and _has_upper(tree, anchor):
            raise _unknown(field, f"{anchor.address} {place.building}", _("楼栋"))
        return anchor, _below(place)
    return _inside_building(tree, buildings[0], place, field, strict)


def _inside_building(
    tree: Tree, building: Node, place: Place, field: str, strict: bool
) -> tuple[Node | None, Rest]:
    entrances = "entrance" in tree.kinds(building)
    if place.entrance:
        found = tree.below(building, "entrance", place.entrance)
        if found:
            return found[0], [("room", place.room)]
        if strict and entrances:
            raise _unknown(field, f"{building.address}-{place.entrance}", _("单元"))
        return building, [("entrance", place.entrance), ("room", place.room)]
    rooms = tree.rooms(building, place.room)
    if len(rooms) > 1:
        raise _ambiguous(field, rooms)
    if rooms:
        return rooms[0], []
    if strict and entrances:
        raise Invalid({field: [_("请写明单元：{building}栋有几个单元。").format(building=building.code)]})
    return building, [("room", place.room)]


def _with_room(tree: Tree, buildings: Iterable[Node], place: Place) -> list[Node]:
    """Those of the buildings that have the room, in the entrance when one is named."""
    return [
        building
        for building in buildings
        if any(
            not place.entrance or (room.parent is not None and _same(room.parent.code, place.entrance))
            for room in tree.rooms(building, place.room)
        )
    ]


def _has_upper(tree: Tree, above: Node) -> bool:
    """Whether the premises below are recorded already, so that a list is not the first to name them."""
    return not tree.kinds(above).isdisjoint({"court", "building"})


def _below(place: Place) -> Rest:
    return [one for one in place.segments if one[0] not in NAMED]


def _only(anchors: Sequence[Node], field: str) -> Node:
    if len(anchors) > 1:
        raise Invalid({"community": [_("请写明小区：这个单位没有小区，或不止一个。")]})
    return anchors[0]


def _folded(text: str) -> str:
    return "".join(tokens.fold(text).split())


def _names(node: Node) -> set[str]:
    return {_folded(node.name), _folded(node.code)}


def _spoken(node: Node) -> set[str]:
    """What the whole way to a community or court may be called, each level by name or code."""
    above = _spoken(node.parent) if node.parent is not None else {""}
    return {head + tail for head in above for tail in _names(node)}


def _same(recorded: str, written: str) -> bool:
    return plain_code(recorded) == plain_code(written)


def _ambiguous(field: str, found: Sequence[Node]) -> Invalid:
    shown = "、".join(node.address for node in found[:SHOWN])
    return Invalid({field: [_("不止一处叫这个名字：{places}。请写全。").format(places=shown)]})


def _unknown(field: str, text: str, level: object) -> Invalid:
    said = _("“{text}”：房产里没有这个{level}。请核对写法；确实是新的，请先在“房产”里建好再导入。")
    return Invalid({field: [said.format(text=text, level=level)]})
