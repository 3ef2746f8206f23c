"""Base classes and field types of request and response bodies: each says its meaning, unit and range."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
    StringConstraints,
)
from pydantic_core import CoreSchema

from shared.json_types import read_as_json


class RequestBody(BaseModel):
    """A public request body: unknown fields are refused, text is trimmed, JSON's types are taken at their word."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, str_max_length=20_000)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        read_as_json(handler.resolve_ref_schema(schema))
        return schema


class ResponseBody(BaseModel):
    """Part of an answer."""

    model_config = ConfigDict(from_attributes=True)


class Resource(ResponseBody):
    """What every stored resource shows. `revision` is the number in its ETag and not part of the body."""

    id: UUID = Field(examples=["0198c0de-1111-7000-8000-000000000001"])
    revision: int = Field(exclude=True)
    created_at: datetime
    updated_at: datetime


class Message(BaseModel):
    """An event payload or an internal answer: unknown fields are ignored, so that releases can differ."""

    model_config = ConfigDict(extra="ignore", frozen=True)


Title = Annotated[str, StringConstraints(min_length=1, max_length=300), Field(description="Display name.")]
Code = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\s\x00-\x1f][^\x00-\x1f]*$")]
Uri = Annotated[str, StringConstraints(min_length=3, max_length=1000, pattern=r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$")]
WebAddress = Annotated[str, StringConstraints(max_length=1000, pattern=r"^https?://[^\s/]\S*$")]
"""What a portal may show as a link: never a script."""
Language = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"), Field(description="BCP 47 tag.")
]
Level = Annotated[float, Field(ge=0, le=100, description="A level on the scale; 0 = none.", examples=[3])]
Importance = Annotated[float, Field(ge=0, le=1, description="0..1, kept as a decimal.", examples=[1.0])]
Hours = Annotated[float, Field(ge=0, le=100_000, description="Hours, as a decimal.", examples=[24])]


def _written(pattern: re.Pattern[str], example: str) -> BeforeValidator:
    """Only what is written as the standard says: pydantic would also take numbers for seconds since 1970."""

    def check(value: object) -> object:
        if isinstance(value, date) or (isinstance(value, str) and pattern.match(value.strip())):
            return value
        raise ValueError(f"should be written as in {example}")

    return BeforeValidator(check)


_DAY = r"\d{4}-\d{2}-\d{2}"
_TIME = re.compile(_DAY + r"[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$")
Instant = Annotated[
    AwareDatetime,
    _written(_TIME, "2026-11-23T10:00:00Z"),
    AfterValidator(lambda time: time.astimezone(UTC)),
    Field(description="RFC 3339 time with a zone.", examples=["2026-11-23T10:00:00Z"]),
]
Day = Annotated[
    date, _written(re.compile(_DAY + "$"), "2026-11-23"), Field(description="A day.", examples=["2026-11-23"])
]

Amount = Annotated[
    Decimal,
    Field(
        ge=0,
        le=Decimal("999999999999.99"),
        decimal_places=2,
        description="Amount with two decimals, as a string.",
    ),
    PlainSerializer(lambda value: f"{value:.2f}", return_type=str),
]


class Money(BaseModel):
    """An amount in one currency."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"amount": "300.00", "currency": "EUR"}]}
    )

    amount: Annotated[Amount, BeforeValidator(lambda value: str(value) if isinstance(value, int | float) else value)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), Field(description="ISO 4217 code.")]


Source = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"),
    Field(description="The other system's short name.", examples=["hris"]),
]


class ExternalId(BaseModel):
    """The id that another system gives to a resource; unique per kind of resource."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"source": "hris", "external_id": "E2"}]}
    )

    source: Source
    external_id: Code
