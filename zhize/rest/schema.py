"""Input and output shapes: what a field may hold is bounded, so that nothing absurd reaches the database."""

from __future__ import annotations

import types
import typing
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar, Union

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

T = TypeVar("T")

LARGEST_ID = 2**63 - 1
MOST_ROWS = 200


def _no_nul(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("string_nul", "NUL characters are not allowed")
    return text


ROW_NUMBER = "Number of a row."
Id = Annotated[int, Field(ge=1, le=LARGEST_ID, description=ROW_NUMBER)]
Line = Annotated[str, Field(max_length=200), AfterValidator(_no_nul)]
Prose = Annotated[str, Field(max_length=20_000), AfterValidator(_no_nul)]
When = AwareDatetime


class Schema(BaseModel):
    """Base of inputs and outputs. Unknown keys are refused; `true` is no number; no NUL characters."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _read_strictly(cls, values: Any) -> Any:
        if isinstance(values, dict):
            _refuse_flags(cls, values)
            _refuse_nul(values)
        return values


def _refuse_flags(schema: type[BaseModel], values: dict[str, Any]) -> None:
    """Python counts True as 1; an API must not."""
    for name, field in schema.model_fields.items():
        value = values.get(field.alias or name)
        if isinstance(value, bool) and not _takes_flags(field.annotation):
            raise PydanticCustomError(
                "int_type", "{name}: a number is needed, not true or false", {"name": name}
            )


def _takes_flags(annotation: Any) -> bool:
    if annotation in {bool, Any, object}:
        return True
    origin = typing.get_origin(annotation)
    if origin is Annotated:
        return _takes_flags(typing.get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        return any(_takes_flags(part) for part in typing.get_args(annotation) if part is not type(None))
    numbers = annotation in {int, float} or (
        isinstance(annotation, type) and annotation.__name__ == "Decimal"
    )
    return not numbers


def _refuse_nul(value: Any) -> None:
    if isinstance(value, str) and "\x00" in value:
        raise PydanticCustomError("string_nul", "NUL characters are not allowed")
    if isinstance(value, dict):
        for inner in value.values():
            _refuse_nul(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_nul(inner)


class Page(Schema, Generic[T]):
    """A page of rows. `next` is the cursor of the page after it, null on the last one."""

    items: list[T]
    next: str | None = Field(None, description="Pass as `cursor` to get the next page.")


class PageQuery(Schema):
    """How much of a list, and from where."""

    limit: int = Field(50, ge=1, le=MOST_ROWS, description="Rows of a page.")
    cursor: str | None = Field(None, max_length=1000, description="`next` of the page before.")


class PersonRef(Schema):
    """Somebody: of the staff, or a customer."""

    id: Id
    name: str


class UnitRef(Schema):
    """A unit of the organisation."""

    id: Id
    name: str


class Problem(Schema):
    """What every refusal and failure looks like (RFC 9457). `code` is stable, texts follow Accept-Language."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str | None = None
    field: str | None = None
    errors: dict[str, list[str]] | None = None
    request_id: str | None = None


def moment(value: datetime | None) -> str | None:
    """A stored time as the API writes it: UTC, to the second, with Z."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value is not None else None
