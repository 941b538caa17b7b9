"""Where customers are: the tree of premises, who occupies them, and parking spaces (CUS-06)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.customers.models.customer import Customer
from zhize.kernel import access
from zhize.kernel.db.models import VersionedModel
from zhize.kernel.org.models import Area, Unit


class PremisesKind(models.TextChoices):
    """Level of the building structure 楼宇结构. Rooms and shops are what one can occupy."""

    COMMUNITY = "community", _("小区")
    COURT = "court", _("苑落")
    BUILDING = "building", _("楼栋")
    ENTRANCE = "entrance", _("单元")
    ROOM = "room", _("房间")
    SHOP = "shop", _("商铺")
    PUBLIC = "public", _("公共部位")


OCCUPIABLE = (PremisesKind.ROOM, PremisesKind.SHOP)
# Whose names stand in addresses, their own and those below; of the others it is the number.
SPOKEN_BY_NAME = (PremisesKind.COMMUNITY, PremisesKind.COURT, PremisesKind.PUBLIC)


class Condition(models.TextChoices):
    """What a room is available for. Whether it is vacant follows from who occupies it."""

    NORMAL = "normal", _("正常")
    UNSOLD = "unsold", _("未售")
    RENOVATING = "renovating", _("装修中")
    WITHDRAWN = "withdrawn", _("停用")


class Premises(VersionedModel):
    """A node of the premises tree: community → (court) → building → entrance → room.

    `path` lists the ids from the root ("/1/4/"), `address` is the address as people say it ("碧水园 3-2-301")
    and unique within the unit. `area` is who answers for it: set on a node, inherited by everything below
    that has none of its own, and kept in the column so that a room resolves without walking the tree.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "unit", "parent", "kind", "code", "name", "area", "floor_area", "condition", "layout", "delivered_on",
    )  # fmt: skip

    unit = models.ForeignKey(
        Unit, verbose_name=_("所属单位"), on_delete=models.PROTECT, related_name="premises"
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    kind = models.CharField(_("类型"), max_length=12, choices=PremisesKind.choices)
    code = models.CharField(_("编号"), max_length=30)
    name = models.CharField(_("名称"), max_length=60)
    path = models.CharField(max_length=120, unique=True, null=True, editable=False)  # noqa: DJ001 - unknown until the row has its id
    address = models.CharField(_("地址"), max_length=160, editable=False)
    sort_key = models.CharField(max_length=200, default="", editable=False)
    area = models.ForeignKey(
        Area,
        verbose_name=_("责任区域"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="premises",
    )
    area_inherited = models.BooleanField(default=True, editable=False)
    floor = models.SmallIntegerField(_("楼层"), null=True, blank=True)
    floor_area = models.DecimalField(
        _("建筑面积（㎡）"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    layout = models.CharField(_("户型"), max_length=40, blank=True, default="")
    condition = models.CharField(
        _("状况"), max_length=12, choices=Condition.choices, default=Condition.NORMAL
    )
    delivered_on = models.DateField(_("交付日期"), null=True, blank=True)
    external_ref = models.CharField(_("原系统编号"), max_length=60, blank=True, default="")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("sort_key", "id")
        verbose_name = _("房产")
        indexes = (
            models.Index(fields=["path"], name="premises_path_like", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["unit", "sort_key"], name="premises_list"),
            models.Index(fields=["parent", "sort_key"], name="premises_children"),
        )
        constraints = (
            models.UniqueConstraint(fields=["unit", "address"], name="premises_address_once"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="premises_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(floor_area__isnull=True) | Q(floor_area__gt=0),
                name="premises_floor_area_positive",
            ),
        )

    def __str__(self) -> str:
        return self.address

    @property
    def prefix(self) -> str:
        """What the paths of this node and of everything below it begin with; matches nothing before it has a path."""
        return self.path or "/-/"

    @property
    def is_occupiable(self) -> bool:
        return self.kind in OCCUPIABLE

    @property
    def vacant_count(self) -> int:
        """Rooms below that stand empty, on rows that were read with their counts."""
        return int(getattr(self, "room_count", 0)) - int(getattr(self, "occupied_count", 0))

    @property
    def ancestor_ids(self) -> list[int]:
        """Ids from the root down to the parent."""
        return [int(part) for part in (self.path or "").strip("/").split("/")[:-1] if part]


class OccupancyRole(models.TextChoices):
    OWNER = "owner", _("业主")
    RESIDENT = "resident", _("住户")
    TENANT = "tenant", _("租户")
    OCCUPIER = "occupier", _("使用人")


class Occupancy(VersionedModel):
    """A customer owns or uses a room from one day to another (both inclusive; an empty start is unknown).

    `living` says that somebody is there because of this row: always for residents, tenants and occupiers, a
    choice for owners. A room is vacant when no current row has it.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("customer", "premises", "role", "living", "from_on", "to_on")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="occupancies")
    premises = models.ForeignKey(Premises, on_delete=models.PROTECT, related_name="occupancies")
    role = models.CharField(_("身份"), max_length=10, choices=OccupancyRole.choices)
    living = models.BooleanField(_("在住"), default=True)
    from_on = models.DateField(_("自"), null=True, blank=True)
    to_on = models.DateField(_("至"), null=True, blank=True)
    share = models.CharField(_("产权份额"), max_length=20, blank=True, default="")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("premises", "to_on", "id")
        indexes = (
            models.Index(fields=["premises", "to_on"], name="occupancy_premises"),
            models.Index(fields=["customer", "to_on"], name="occupancy_customer"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(from_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="occupancy_order",
            ),
            models.CheckConstraint(
                condition=Q(living=True) | Q(role="owner"), name="occupancy_living_unless_owner"
            ),
            models.UniqueConstraint(
                fields=["customer", "premises", "role"],
                condition=Q(to_on__isnull=True),
                name="occupancy_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.customer} · {self.premises}"


class ParkingKind(models.TextChoices):
    OWNED = "owned", _("产权")
    RENTED = "rented", _("月租")
    SHARED = "shared", _("公共")


class ParkingSpace(VersionedModel):
    """A parking space 车位 of a community, with who uses it and the plates that may stand there."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "community",
        "code",
        "kind",
        "customer",
        "room",
        "plates",
        "until_on",
    )

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="parking_spaces")
    community = models.ForeignKey(Premises, on_delete=models.PROTECT, related_name="parking_spaces")
    code = models.CharField(_("车位号"), max_length=30)
    kind = models.CharField(_("类型"), max_length=10, choices=ParkingKind.choices, default=ParkingKind.SHARED)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="parking_spaces"
    )
    room = models.ForeignKey(
        Premises, null=True, blank=True, on_delete=models.PROTECT, related_name="room_parking"
    )
    plates = models.CharField(_("车牌"), max_length=80, blank=True, default="")
    until_on = models.DateField(_("租至"), null=True, blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("community", "code")
        constraints = (models.UniqueConstraint(fields=["community", "code"], name="parking_code_once"),)

    def __str__(self) -> str:
        return self.code
