"""How a frozen dataclass becomes JSON and the very same object again.

Pydantic reads the annotations; here its core schema is tightened before use:
every datetime must be aware, sets are written sorted, :class:`Clocks` is a
mapping, and where a field may hold one of several dataclasses the JSON says
which. What cannot come back the same is refused when it is written, not
discovered when it is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from pydantic import ConfigDict, TypeAdapter
from pydantic_core import SchemaSerializer, SchemaValidator, core_schema

from coord.events import Clocks

TAG = "is"
"""The key that names the class where a field may hold one of several dataclasses."""

CONFIG = ConfigDict(
    strict=True,
    extra="forbid",
    revalidate_instances="always",
    allow_inf_nan=False,
    arbitrary_types_allowed=True,
    ser_json_bytes="base64",
    val_json_bytes="base64",
)

# What the walk below must not enter: values, code and pydantic's own notes.
OPAQUE = frozenset({"metadata", "config", "cls", "default", "default_factory", "serialization", "expected", "function"})


@dataclass(frozen=True, slots=True)
class Form:
    """The stored form of one type: checks it, writes it, reads it."""

    validator: SchemaValidator
    serializer: SchemaSerializer
    strict: bool

    def write(self, thing: object) -> bytes:
        """Return *thing* as JSON: fields as declared, sets sorted, no blanks; ValueError when it does not fit."""
        return self.serializer.to_json(self.validator.validate_python(thing))

    def plain(self, thing: object) -> Any:
        """Return *thing* as plain JSON values."""
        return self.serializer.to_python(self.validator.validate_python(thing), mode="json")

    def read(self, body: bytes) -> Any:
        """Return what *body* says; ValueError when it does not fit."""
        return self.validator.validate_json(body, strict=self.strict)


_forms: dict[type, Form] = {}


def form(of: type) -> Form:
    """Return the stored form of a dataclass, made once; TypeError when one of its fields has none."""
    if (made := _forms.get(of)) is None:
        made = _forms[of] = _form(of)
    return made


def _form(of: type) -> Form:
    # `| None` is there only because pydantic takes no config beside a bare dataclass.
    either: Any = of | None
    adapter: TypeAdapter[Any] = TypeAdapter(either, config=CONFIG)
    walk = _Walk()
    schema: Any = _bare(walk.node(adapter.core_schema))
    config = core_schema.CoreConfig(strict=True, allow_inf_nan=False, ser_json_bytes="base64", val_json_bytes="base64")
    return Form(SchemaValidator(schema, config), SchemaSerializer(schema, config), strict=not walk.tagged)


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    if schema["type"] == "definitions":
        return {**schema, "schema": _bare(schema["schema"])}
    inner: dict[str, Any] = schema["schema"]  # of the nullable that `| None` made
    return inner


class _Walk:
    """One pass over a core schema that returns its tightened copy."""

    def __init__(self) -> None:
        self.tagged = False
        self.refs: dict[str, Any] = {}

    def node(self, node: Any) -> Any:
        if isinstance(node, list | tuple):
            return type(node)(self.node(each) for each in node)
        if not isinstance(node, dict):
            return node
        kind = node.get("type")
        if kind == "definitions":
            self.refs |= {each["ref"]: each for each in node["definitions"]}
        new = {key: value if key in OPAQUE else self.node(value) for key, value in node.items()}
        return TIGHTEN[kind](self, new) if isinstance(kind, str) and kind in TIGHTEN else new

    def union(self, node: dict[str, Any]) -> dict[str, Any]:
        """Let each dataclass among the choices carry its name, so equal fields are no riddle."""
        names = [self._class_name(choice) for choice in node["choices"]]
        if sum(name is not None for name in names) < 2:
            return node
        self.tagged = True
        choices = [
            choice if name is None else _named(name, choice)
            for name, choice in zip(names, node["choices"], strict=True)
        ]
        return {**node, "choices": choices}

    def _class_name(self, choice: Any) -> str | None:
        node = choice[0] if isinstance(choice, tuple) else choice
        if node["type"] == "definition-ref":
            node = self.refs[node["schema_ref"]]
        return kebab(node["cls"].__name__) if node["type"] == "dataclass" else None


def kebab(name: str) -> str:
    """Return a class name as a stored word.

    >>> kebab("AtTime")
    'at-time'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def canonical(plain: object) -> bytes:
    """Return JSON with sorted keys and no blanks: equal values, equal bytes."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _named(name: str, choice: Any) -> Any:
    return core_schema.no_info_before_validator_function(
        partial(_take_name, name),
        choice,
        serialization=core_schema.wrap_serializer_function_ser_schema(
            partial(_give_name, name), schema=choice, when_used="json"
        ),
    )


def _give_name(name: str, value: Any, write: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    return {TAG: name, **write(value)}


def _take_name(name: str, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value.get(TAG) != name:
        raise ValueError(f"this is no {name}")
    return {key: each for key, each in value.items() if key != TAG}


def _sorted_set(_: _Walk, node: dict[str, Any]) -> dict[str, Any]:
    def write(value: Any, inner: Callable[[Any], Any]) -> list[Any]:
        return sorted(inner(value), key=canonical)

    return {**node, "serialization": core_schema.wrap_serializer_function_ser_schema(write, when_used="json")}


def _aware(_: _Walk, node: dict[str, Any]) -> dict[str, Any]:
    return {**node, "tz_constraint": "aware"}


def _every_field(_: _Walk, node: dict[str, Any]) -> dict[str, Any]:
    return {**node, "init": True}  # a state's own bookkeeping comes back too


def _instance(_: _Walk, node: dict[str, Any]) -> dict[str, Any]:
    if node["cls"] is not Clocks:
        raise TypeError(
            f"{node['cls'].__name__} has no stored form; use dataclasses, mappings, tuples and plain values"
        )
    times: Any = core_schema.dict_schema(
        core_schema.str_schema(), core_schema.datetime_schema(tz_constraint="aware"), strict=False
    )
    return {
        **core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_after_validator_function(Clocks, times),
            python_schema=core_schema.is_instance_schema(Clocks),
        ),
        "serialization": core_schema.plain_serializer_function_ser_schema(_waits, return_schema=times),
    }


def _waits(clocks: Clocks) -> dict[str, datetime]:
    return dict(sorted(clocks.items().items()))


TIGHTEN: Mapping[str, Callable[[_Walk, dict[str, Any]], dict[str, Any]]] = {
    "datetime": _aware,
    "set": _sorted_set,
    "frozenset": _sorted_set,
    "dataclass-field": _every_field,
    "is-instance": _instance,
    "union": _Walk.union,
}
