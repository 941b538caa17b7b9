"""The base of every table, and the one way to change a row that others may be changing too."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, ClassVar

from django.db import connection, models
from django.db.models import F

from zhize.kernel.db import writing
from zhize.kernel.db.errors import Outrun
from zhize.kernel.db.transactions import mark_changed


class Model(models.Model):
    """Base of all tables.

    `audited` says that no change may go without a history entry; `audited_fields` names the columns whose
    before and after `history.change` keeps. `kept_without` says that writes to the table turn the mark (a migration
    with `marks.watch`), so that its rows are kept in memory (`known`), all columns but these.
    """

    audited: ClassVar[bool] = False
    audited_fields: ClassVar[tuple[str, ...]] = ()
    kept_without: ClassVar[tuple[str, ...] | None] = None

    id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self._mark()

    def _do_insert(
        self, manager: Any, using: Any, fields: Any, returning_fields: Any, raw: Any
    ) -> list[tuple[Any, ...]]:
        if using == connection.alias and not raw:
            with suppress(writing.NotPlain):
                return writing.insert_as_asked(self, fields, returning_fields)
        inserted: list[tuple[Any, ...]] = super()._do_insert(manager, using, fields, returning_fields, raw)  # type: ignore[misc]
        return inserted

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises Outrun when somebody else has deleted it meanwhile, so that it is not recorded twice."""
        self._mark()
        gone: tuple[int, dict[str, int]] = super().delete(*args, **kwargs)
        if not gone[1].get(self._meta.label):
            raise Outrun
        return gone

    def _mark(self) -> None:
        if self.audited:
            mark_changed(self._meta.label_lower, self.pk)


class VersionedModel(Model):
    """A row that several people may work on: every guarded update counts `version` up."""

    version = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


def guarded_update(row: Model, *, expect: Mapping[str, Any] | None = None, **changes: Any) -> None:
    """Write `changes` only if the row still is as it was read.

    The comparison is on `version` (when the row has one) and on every column of `expect`. Raises Outrun
    when no row matched, so the slower of two people is told instead of overwriting.
    """
    where: dict[str, Any] = {"id": row.pk, **(expect or {})}
    versioned = isinstance(row, VersionedModel)
    if isinstance(row, VersionedModel):
        where["version"] = row.version
    try:
        found = writing.update(row, where, changes, "version" if versioned else "")
    except writing.NotPlain:
        counted = {"version": F("version") + 1} if versioned else {}
        found = bool(type(row)._default_manager.filter(**where).update(**changes, **counted))
    if not found:
        raise Outrun
    for name, value in changes.items():
        setattr(row, name, value)
    if isinstance(row, VersionedModel):
        row.version += 1
    row._mark()
