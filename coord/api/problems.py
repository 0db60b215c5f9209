"""Every refusal leaves the house in one form: application/problem+json (RFC 9457) with a stable code and a sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from coord.access.limits import TooOften
from coord.errors import CoordError, Finding, Forbidden, NotFound, Unfit

LOG = structlog.get_logger(__name__)

STATUS: Mapping[str, int] = {
    # By code and not by class alone: a command that is repeated gets its first refusal back by code. Any other is 409.
    "unfit": 422,
    "naive-time": 422,
    "absurd-time": 422,
    "not-signed-in": 401,
    "login-failed": 401,
    "forbidden": 403,
    "wrong-post": 403,
    "prove-again": 403,
    "not-your-task": 403,
    "not-your-order": 403,
    "not-your-offer": 403,
    "not-your-figure": 403,
    "not-your-offer": 403,
    "not-administrator": 403,
    "wrong-csrf": 403,
    "foreign-origin": 403,
    "not-found": 404,
    "not-on-the-book": 404,
    "no-such-method": 405,
    "erased": 410,
    "stale": 412,
    "too-large": 413,
    "login-too-often": 429,
    "login-busy": 429,
    "bug": 500,
    "read-only": 503,
    "try-again": 503,
    "fate-unknown": 503,
    "not-recorded": 507,
}
"""The HTTP status of each code. docs/protocol.md prints the same table."""

CODES: Mapping[int, str] = {400: "unfit", 404: "not-found", 405: "no-such-method", 413: "too-large"}
"""The code of what the web framework itself refuses."""

SENTENCES: Mapping[int, str] = {
    400: "the body is no JSON",
    404: "there is nothing under this address",
    405: "this address does not take this method",
    413: "the body is larger than a request may be",
}


MOST = 50
"""Findings of one answer; whoever sends more faults than that learns the others the next time."""


def status_of(error: CoordError) -> int:
    """Return the HTTP status of *error*: that of its code, else that of its class, else 409."""
    if error.code in STATUS:
        return STATUS[error.code]
    match error:
        case Forbidden():
            return 403
        case NotFound():
            return 404
        case Unfit():
            return 422
        case _:
            return 409


class Problem(JSONResponse):
    """A refusal as RFC 9457 has it."""

    media_type = "application/problem+json"

    def render(self, content: Any) -> bytes:
        """Return *content* in ASCII: it may quote what no encoding can hold (half of a surrogate pair)."""
        return json.dumps(content, separators=(",", ":")).encode()


def problem(
    code: str,
    sentence: str,
    instance: str,
    findings: Sequence[Finding] = (),
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Problem:
    """Return the answer for a refusal with *code*.

    ``type`` is ``urn:coord:<code>``; ``findings`` list each fault with path,
    code and sentence.
    """
    number = status or STATUS.get(code, 409)
    body: dict[str, Any] = {
        "type": f"urn:coord:{code}",
        "title": code,
        "status": number,
        "detail": sentence,
        "code": code,
        "instance": instance,
    }
    if findings:
        body["findings"] = [
            {"level": f.level, "path": f.path, "code": f.code, "text": f.text, "source": f.source, "line": f.line}
            for f in findings
        ]
    said = {"Cache-Control": "no-store"}
    if number in {429, 503}:
        said["Retry-After"] = "1"
    if number == 401:
        said["WWW-Authenticate"] = 'Bearer realm="coord"'
    return Problem(body, status_code=number, headers=said | dict(headers or {}))


def refusal(error: CoordError, instance: str) -> Problem:
    """Return the answer for *error*."""
    findings = error.findings if isinstance(error, Unfit) else ()
    headers = {"Retry-After": str(ceil(error.wait.total_seconds()))} if isinstance(error, TooOften) else None
    return problem(error.code, str(error), instance, findings, status_of(error), headers)


def install(app: FastAPI) -> None:
    """Let *app* answer every refusal as a problem."""

    @app.exception_handler(CoordError)
    async def refused(request: Request, error: CoordError) -> Problem:
        return refusal(error, request.url.path)

    @app.exception_handler(RequestValidationError)
    async def unfit(request: Request, error: RequestValidationError) -> Problem:
        findings = [
            Finding("error", ".".join(map(str, e["loc"]))[:200], str(e["type"]), str(e["msg"])[:300])
            for e in error.errors()[:MOST]
        ]
        sentence = "; ".join(f"{f.path}: {f.text}" for f in findings[:5])
        return problem("unfit", f"what came in cannot be used: {sentence}", request.url.path, findings)

    @app.exception_handler(TimeoutError)
    async def late(request: Request, _: TimeoutError) -> Problem:
        sentence = "the centre could not record this in time; repeat it with the same key to learn what became of it"
        return problem("try-again", sentence, request.url.path)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Problem:
        code = CODES.get(error.status_code, "refused")
        sentence = SENTENCES.get(error.status_code, str(error.detail))
        return problem(code, sentence, request.url.path, (), error.status_code, error.headers)

    @app.exception_handler(Exception)
    async def bug(request: Request, error: Exception) -> Problem:
        LOG.error("bug", path=request.url.path, error=repr(error))  # uvicorn prints the traceback, without locals
        return problem("bug", "coord made a mistake; it is in the centre's log", request.url.path)
