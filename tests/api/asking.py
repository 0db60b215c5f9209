"""Every address of the interface as the OpenAPI document lists it, and what to send there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from coord.api.app import make_app
from coord.api.settings import Settings


@cache
def document() -> Mapping[str, Any]:
    """Return the OpenAPI document."""
    return make_app(Settings(data=Path("nowhere"))).openapi()


@dataclass(frozen=True)
class Operation:
    """One method on one path."""

    method: str
    path: str
    said: Mapping[str, Any]

    @property
    def right(self) -> str:
        """The right that it declares."""
        return str(self.said.get("x-right", ""))

    @property
    def recording(self) -> str:
        """The right that it asks for instead, when something is recorded for a group."""
        return str(self.said.get("x-right-recording", ""))

    @property
    def name(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"

    @property
    def matched(self) -> bool:
        """Whether it takes If-Match."""
        return any(one["name"] == "If-Match" for one in self.said.get("parameters", ()))

    def url(self, values: Mapping[str, str]) -> str:
        """Return the address with *values* in the path."""
        return self.path.format_map({name: quote(value, safe="/") for name, value in values.items()})

    @property
    def schema(self) -> Mapping[str, Any] | None:
        """The schema of its body, None when it takes none."""
        body = self.said.get("requestBody")
        return body["content"]["application/json"]["schema"] if body else None

    @property
    def example(self) -> Any:
        """The example of its body."""
        body = self.said.get("requestBody")
        if body is None:
            return None
        content = body["content"]["application/json"]
        return content["example"] if "example" in content else example_of(content["schema"])


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return *schema*, or what it refers to."""
    if "$ref" in schema:
        found: Mapping[str, Any] = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def example_of(schema: Mapping[str, Any]) -> Any:
    """Return the example that *schema* gives, else one made of those of its required properties."""
    said = resolved(schema)
    if "example" in said:
        return said["example"]
    if said.get("examples"):
        return said["examples"][0]
    if "properties" in said:
        return {name: example_of(said["properties"][name]) for name in said.get("required", ())}
    raise LookupError(f"no example in {schema}")


def operations() -> Iterator[Operation]:
    """Yield every operation of the document."""
    for path, methods in document()["paths"].items():
        for method, said in methods.items():
            yield Operation(method.upper(), path, said)
