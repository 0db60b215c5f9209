"""Bodies of requests, made from the commands that they become, so names and types cannot drift apart.

A body is strict: an unknown field, a number in quotes or a naive time is
refused with the name of the field. What the centre itself knows (who asks, which
plan, which part of the path) is not in the body.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, create_model

from coord.incidents.ladder import Rung
from coord.plans.wanted import Wanted

LONGEST = 10_000
"""Characters of one text; a page of typing is 3,000."""

YEARS = range(2000, 2200)
"""A year outside is a slip of the finger, and near the ends of the calendar no clock can reckon."""

LONGEST_TERM = timedelta(days=400)


def _written(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a time is written as text with its offset, like 2025-09-23T10:00:00+08:00")
    return value


def _sane(value: datetime) -> datetime:
    if value.year not in YEARS:
        raise ValueError("this date cannot be meant; please check the year")
    return value


def _lasting(value: object) -> object:
    if not isinstance(value, str | timedelta):  # a timedelta only as a default of ours
        raise ValueError("a length of time is written as an ISO 8601 duration, like PT10M")
    return value


When = Annotated[
    AwareDatetime,
    Field(strict=False, examples=["2025-09-23T10:00:00+08:00"]),
    BeforeValidator(_written),
    AfterValidator(_sane),
]
Length = Annotated[
    timedelta,
    Field(
        strict=False,
        ge=timedelta(seconds=1),
        le=LONGEST_TERM,
        description="ISO 8601 duration, one second to 400 days",
        examples=["PT10M"],
    ),
    BeforeValidator(_lasting),
]
Words = Annotated[str, Field(max_length=LONGEST)]
Code = Annotated[str, Field(max_length=200, pattern=r"^([A-Za-z0-9][A-Za-z0-9._:/#-]*)?$", examples=["W07"])]
"""An id or a picked word: never a sentence and never a name, for it stands on the log and in frames for ever."""
Word = Annotated[str, Field(max_length=80, pattern=r"^([A-Za-z0-9][A-Za-z0-9._:-]*)?$", examples=["typhoon"])]
"""A code that becomes part of a key."""
Source = Annotated[str, Field(max_length=500, description="Where it was published: a title or an address, no person")]
NUMBERED = r"^[\w〔〕()（）./#-]*$"
"""The number of a document as its issuer writes it (珠横府〔2025〕17号): no blanks, so no sentence."""
Rhythm = Annotated[str, Field(max_length=120, pattern=r"^[0-9][0-9a-z: ]*$", examples=["08:00 17:00"])]
"""How often something is owed: ``1 h``, or times of day."""
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]

BY_NAME: Mapping[str, Any] = {
    # what a field of this name takes over HTTP, where its type in the command says less
    "plan": Word,
    "hazard": Word,
    "area": Word,
    "source": Source,
    "lon": Annotated[float, Field(ge=-180, le=180)],
    "lat": Annotated[float, Field(ge=-90, le=90)],
    "document": Annotated[str, Field(max_length=60, pattern=NUMBERED, examples=["SAMPLE-2025-17"])],
    "notice": Annotated[str, Field(max_length=60, pattern=NUMBERED, examples=["SAMPLE-2025-17"])],
    "unit": Annotated[str, Field(max_length=20, pattern=r"^[\w/%]*$", examples=["人次"])],
    "rhythm": Rhythm,
    "times": Rhythm,
    "names": Annotated[
        dict[Literal["zh-Hans", "zh-Hant", "pt", "en"], Annotated[str, Field(min_length=1, max_length=100)]],
        Field(min_length=1, examples=[{"zh-Hans": "采样人次", "en": "Samples"}]),
    ],
    "losses": Annotated[dict[Word, Count], Field(max_length=100, examples=[{"injured": 4}])],
}


class Body(BaseModel):
    """Root of all bodies."""

    model_config = ConfigDict(extra="forbid", strict=True)


class RungBody(Body):
    """One rung of a ladder: a post, and how long it may stay silent."""

    post: Annotated[Word, Field(min_length=1)]
    wait: Length


class WantedBody(Body):
    """A task that no plan holds: what, for which group, by when."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$", examples=["pump-at-w07"])]
    group: Annotated[Word, Field(min_length=1, examples=["SUP"])]
    title: Annotated[
        dict[Literal["zh-Hans", "zh-Hant", "pt", "en"], Annotated[str, Field(min_length=1, max_length=300)]],
        Field(min_length=1, examples=[{"zh-Hans": "到W07抽水", "en": "Pump at W07"}]),
    ]
    due: When | None = None
    ack_within: Length = timedelta(minutes=2)
    support: Annotated[list[Word], Field(max_length=30)] = []
    rows: Annotated[list[Code], Field(max_length=2000)] = []
    kind: Literal["desk", "field"] = "field"
    weight: Literal["life", "order", "record"] = "order"
    evidence: Annotated[Word, Field(examples=["photo"])] = ""


def _wanted(body: WantedBody) -> Wanted:
    said = body.model_dump()
    return Wanted(
        **{**said, "key": f"adhoc/{body.key}/1", "support": tuple(body.support), "rows": tuple(body.rows)},
        duty=f"adhoc/{body.key}",
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
        return Code
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


LADDER = Annotated[list[RungBody], Field(min_length=1, max_length=20)]


def _field(name: str, hint: Any, texts: Collection[str]) -> Any:
    """Return the type of the field *name*: free text where the vault keeps it, otherwise codes and values."""
    if name in texts:
        return Words
    if name == "ladder":
        return LADDER
    narrow = BY_NAME.get(name)
    if narrow is None:
        return _translated(hint)
    return narrow | None if type(None) in typing.get_args(hint) else narrow


def body_of(command: type, omit: frozenset[str], texts: Collection[str] = ()) -> type[Body]:
    """Return the body model of *command* without the fields in *omit*; *texts* are those of free text."""
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
        fields[field.name] = (_field(field.name, hints[field.name], texts), default)
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
