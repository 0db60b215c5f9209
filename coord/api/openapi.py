"""The OpenAPI document: what the framework derives from the routes, with problems, rights and ways to sign in."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request

from coord.access.cookies import CSRF_HEADER, cookie_name

PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "A refusal (RFC 9457). `code` is stable, `detail` is a sentence for people.",
    "required": ["type", "title", "status", "detail", "code", "instance"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:coord:"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "instance": {"type": "string"},
        "findings": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["level", "path", "code", "text"],
                "properties": {
                    "level": {"enum": ["error", "warning", "note"]},
                    "path": {"type": "string"},
                    "code": {"type": "string"},
                    "text": {"type": "string"},
                    "source": {"type": "string"},
                    "line": {"type": "integer"},
                },
            },
        },
    },
    "example": {
        "type": "urn:coord:not-your-order",
        "title": "not-your-order",
        "status": 403,
        "detail": "order RES-2 is for RES, not for TRA",
        "code": "not-your-order",
        "instance": "/spaces/live/incidents/i-92310ced/orders/RES-2/acknowledge",
    },
}

WORDS = {
    401: "nobody is signed in, or the password is wrong",
    403: "the right is missing",
    404: "there is no such thing, or not for you",
    409: "a rule of the field says no; `code` says which",
    412: "the part has changed since its ETag was read",
    413: "the body is too large",
    422: "what came in cannot be used; `findings` say where and why",
    429: "too many attempts; `Retry-After` says when to try again",
    503: "not now: repeat it with the same key",
    507: "the centre could not record it; nothing was done",
}


def router() -> APIRouter:
    """Return the route of the document itself."""
    routes = APIRouter(tags=["about"])

    @routes.get("/openapi.json", openapi_extra={"x-right": "open"})
    async def document(request: Request) -> dict[str, Any]:
        """This document."""
        said: dict[str, Any] = request.app.openapi()
        return said

    return routes


def install(app: FastAPI) -> None:
    """Let *app* describe itself with what the framework does not know."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(plain())
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # the way that FastAPI documents


def _described(said: dict[str, Any]) -> dict[str, Any]:
    parts = said.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    parts["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "a session's or an API token"},
        "cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie_name(tls=True),
            "description": f"a browser's session; writes carry {CSRF_HEADER} too",
        },
    }
    for path, methods in said["paths"].items():
        for method, operation in methods.items():
            _operation(path, method, operation)
    return said


def _operation(path: str, method: str, operation: dict[str, Any]) -> None:
    right = operation.get("x-right", "")
    writes = method != "get"
    statuses = [413, 422, 503] if writes else [422]
    if right != "open":
        operation["security"] = [{"bearer": []}, {"cookie": []}]
        statuses += [401, 403]
    if "{" in path:
        statuses.append(404)
    if writes:
        statuses += [409, 507]
    if "If-Match" in {one["name"] for one in operation.get("parameters", [])}:
        statuses.append(412)
    if path.startswith(("/session", "/password")) and method == "post":
        statuses += [401, 429]
    answers = operation.setdefault("responses", {})
    if (done := answers.get("200")) is not None:
        for body in done.setdefault("content", {"application/json": {}}).values():
            body["schema"] = body.get("schema") or {"type": "object"}
    for status in sorted(set(statuses)):
        answers[str(status)] = _problem(WORDS[status])
    answers["default"] = _problem("anything else; a fault of the centre has code `bug`")


def _problem(words: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": words, "content": {"application/problem+json": {"schema": schema}}}
