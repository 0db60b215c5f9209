"""Bodies of requests, made from the commands that they become, so names and types cannot drift apart.

A body is strict: an unknown field, a number in quotes or a naive time is
refused with the name of the field. What the centre itself knows (who asks, which
plan, which part of the path) is not in the body.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, create_model

from coord.incidents.ladder import Rung
from coord.plans.wanted import Wanted

LONGEST = 10_000
"""Characters of one text; a page of typing is 3,000."""


def _written(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a time is written as text with its offset, like 2025-09-23T10:00:00+08:00")
    return value


When = Annotated[AwareDatetime, Field(strict=False, examples=["2025-09-23T10:00:00+08:00"]), BeforeValidator(_written)]
Length = Annotated[timedelta, Field(strict=False, description="ISO 8601 duration", examples=["PT10M"])]
Words = Annotated[str, Field(max_length=LONGEST)]


class Body(BaseModel):
    """Root of all bodies."""

    model_config = ConfigDict(extra="forbid", strict=True)


class RungBody(Body):
    """One rung of a ladder: a post, and how long it may stay silent."""

    post: Words
    wait: Length


class WantedBody(Body):
    """A task that no plan holds: what, for which group, by when."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$", examples=["pump-at-w07"])]
    group: Words
    title: Annotated[dict[str, Words], Field(min_length=1, examples=[{"zh-Hans": "到W07抽水", "en": "Pump at W07"}])]
    due: When | None = None
    ack_within: Length = timedelta(minutes=2)
    support: list[Words] = []
    rows: list[Words] = []
    kind: typing.Literal["desk", "field", "round"] = "field"
    weight: typing.Literal["life", "order", "record"] = "order"
    evidence: Words = ""


def _wanted(body: WantedBody) -> Wanted:
    said = body.model_dump()
    return Wanted(
        **{**said, "key": f"{body.key}//1", "support": tuple(body.support), "rows": tuple(body.rows)},
        duty=body.key,
        level=None,
        sources=("ad-hoc",),
    )


def _translated(hint: Any) -> Any:
    """Return the type that a body has for a command's *hint*."""
    if hint is datetime:
        return When
    if hint is timedelta:
        return Length
    if hint is str:
        return Words
    if hint is Wanted:
        return WantedBody
    if hint is Rung:
        return RungBody
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return typing.Union[tuple(_translated(one) for one in arguments)]  # noqa: UP007 - built at run time
    if origin is tuple:
        return list[_translated(arguments[0])]  # type: ignore[misc]
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return dict[arguments[0], _translated(arguments[1])]  # type: ignore[misc,valid-type]
    return hint


def body_of(command: type, omit: frozenset[str]) -> type[Body]:
    """Return the body model of *command* without the fields in *omit*."""
    hints = typing.get_type_hints(command)
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(command):
        if field.name in omit:
            continue
        default: Any = ...
        if field.default is not dataclasses.MISSING:
            default = list(field.default) if isinstance(field.default, tuple) else field.default
            if default and isinstance(default, list) and dataclasses.is_dataclass(default[0]):
                default = [RungBody(post=rung.post, wait=rung.wait) for rung in default]
        elif field.default_factory is not dataclasses.MISSING:
            default = Field(default_factory=field.default_factory)
        fields[field.name] = (_translated(hints[field.name]), default)
    made: type[Body] = create_model(command.__name__, __base__=Body, __doc__=command.__doc__, **fields)
    return made


def values_of(body: Body) -> dict[str, Any]:
    """Return what *body* says, as a command takes it."""
    return {name: _plain(getattr(body, name)) for name in type(body).model_fields}


def _plain(value: Any) -> Any:
    if isinstance(value, WantedBody):
        return _wanted(value)
    if isinstance(value, RungBody):
        return Rung(value.post, value.wait)
    if isinstance(value, list):
        return tuple(_plain(one) for one in value)
    return value
