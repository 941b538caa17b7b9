"""Rows of an answer as models. A page makes hundreds, and what Django asks of each field of each takes longest there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.base import ModelState


def blank(model: type[models.Model]) -> Any:
    """A model as if it had been read, without any value yet."""
    made = model.__new__(model)
    made._state = ModelState()
    made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
    return made


class Maker:
    """Makes one kind of model, with those selected beside it, from the columns of an answer.

    As `Model.from_db`, but values go straight where a model keeps them: what a field has to say about a value it says
    when it is read. `about` and `select` are a compiler's.
    """

    def __init__(self, about: dict[str, Any], select: Sequence[Any]) -> None:
        if about.get("from_parent"):
            raise TypeError(f"{about['model'].__name__} has its columns in two tables")
        places = about["select_fields"]
        self._model: type[models.Model] = about["model"]
        self._begin, self._end = places[0], places[-1] + 1
        self._names = [select[place][0].target.attname for place in range(self._begin, self._end)]
        self._key = self._begin + self._names.index(self._model._meta.pk.attname)
        self._beside: list[tuple[Maker, Callable[..., None], Callable[..., None]]] = [
            (Maker(each, select), each["local_setter"], each["remote_setter"])
            for each in about.get("related_klass_infos", ())
        ]

    def made(self, row: Sequence[Any]) -> Any:
        """The model; None where the join found no row."""
        if row[self._key] is None:
            return None
        made = blank(self._model)
        made.__dict__.update(zip(self._names, row[self._begin : self._end], strict=True))
        for maker, there, back in self._beside:
            other = maker.made(row)
            there(made, other)
            if other is not None:
                back(other, made)
        return made
