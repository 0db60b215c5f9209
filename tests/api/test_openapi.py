"""The OpenAPI document is true: examples fit their schemas, every operation says what it does and how it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from coord.api.bodies import body_of, values_of
from coord.api.commands import Done
from coord.api.problems import STATUS
from coord.api.verbs import KNOWN, VERBS, Verb
from tests.api.asking import Operation, document, example_of, operations

OPERATIONS = sorted(operations(), key=lambda one: one.name)


def check(value: Any, schema: Mapping[str, Any]) -> None:
    """Raise unless *value* fits *schema* of the document."""
    Draft202012Validator({**schema, "components": document()["components"]}).validate(value)


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.schema], ids=lambda one: one.name)
def test_the_example_of_a_body_fits_its_schema(operation: Operation) -> None:
    assert operation.schema is not None
    check(operation.example, operation.schema)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: f"{verb.name} {verb.path}")
def test_the_example_of_a_command_is_a_command(verb: Verb) -> None:
    names = {part.strip("{}").partition(":")[0] for part in verb.path.split("/") if part.startswith("{")}
    body = body_of(verb.command, KNOWN | names, verb.texts).model_validate(dict(verb.example))
    fields = verb.command.__dataclass_fields__  # type: ignore[attr-defined]
    filled = dict.fromkeys(({"digest"} | names) & set(fields), "x")
    verb.command(**{**filled, **values_of(body)})
    assert set(verb.texts) <= set(fields)


def test_what_is_free_text_is_kept_in_the_vault_and_all_else_is_a_code() -> None:
    free = {name for verb in VERBS for name in verb.texts}
    assert free == {"text", "title", "caller", "told_by", "evidence", "proof", "holder", "zh", "pt"}
    for verb in VERBS:
        schema = body_of(verb.command, KNOWN, verb.texts).model_json_schema()
        for name, said in schema["properties"].items():
            kinds = [one for one in said.get("anyOf", [said]) if one.get("type") == "string"]
            if any(not {"pattern", "enum", "format"} & set(one) for one in kinds) and name != "source":
                assert name in verb.texts, f"{verb.name}.{name} takes any text"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_every_operation_says_what_it_does_and_how_it_refuses(operation: Operation) -> None:
    said = operation.said
    assert said["summary"]
    assert said["description"], f"{operation.name} has no docstring"
    assert said["tags"]
    answers = said["responses"]
    assert "default" in answers
    for status, answer in answers.items():
        assert answer["description"]
        if status == "default" or int(status) >= 400:
            schema = answer["content"]["application/problem+json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}
        elif status == "200":
            assert answer["content"]["application/json"]["schema"], operation.name
    assert ("401" in answers) == (operation.right != "open" or operation.path == "/session")
    assert "422" in answers
    assert ("412" in answers) == operation.matched
    assert bool(said.get("security")) == (operation.right != "open")


def test_operations_have_names_of_their_own() -> None:
    names = [one.said["operationId"] for one in OPERATIONS]
    assert len(set(names)) == len(names)


def test_the_problem_is_described_as_it_is_sent() -> None:
    problem = document()["components"]["schemas"]["Problem"]
    check(example_of({"$ref": "#/components/schemas/Problem"}), {"$ref": "#/components/schemas/Problem"})
    assert STATUS[problem["example"]["code"]] == problem["example"]["status"]
    check(Done.model_json_schema()["example"], {"$ref": "#/components/schemas/Done"})


def test_the_document_itself_is_an_openapi_document() -> None:
    said = document()
    assert said["openapi"].startswith("3.1")
    assert {"bearer", "cookie"} == set(said["components"]["securitySchemes"])
    assert "HTTPValidationError" not in said["components"]["schemas"]
    for schema in said["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
