"""Every refusal leaves the house in one form: application/problem+json (RFC 9457) with a stable code and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from coord.errors import CoordError, Finding, Unfit

LOG = structlog.get_logger(__name__)

STATUS: Mapping[str, int] = {
    # code of a refusal: status; every other refusal is 409
    "forbidden": 403,
    "signed-out": 401,
    "bad-credentials": 401,
    "locked-out": 429,
    "too-many": 429,
    "not-found": 404,
    "unfit": 422,
    "stale": 412,
    "foreign-origin": 403,
    "csrf": 403,
    "read-only": 503,
    "try-again": 503,
    "fate-unknown": 503,
    "not-recorded": 507,
    "no-room": 507,
}


class Problem(JSONResponse):
    """A refusal as RFC 9457 has it."""

    media_type = "application/problem+json"


def problem(
    code: str, sentence: str, instance: str, findings: tuple[Finding, ...] = (), status: int | None = None
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
    headers = {"Retry-After": "1"} if number in {429, 503} else None
    if number == 401:
        headers = {"WWW-Authenticate": 'Bearer realm="coord"'}
    return Problem(body, status_code=number, headers=headers)


def install(app: FastAPI) -> None:
    """Let *app* answer every refusal as a problem."""

    @app.exception_handler(CoordError)
    async def refused(request: Request, error: CoordError) -> Problem:
        findings = error.findings if isinstance(error, Unfit) else ()
        return problem(error.code, str(error), request.url.path, findings)

    @app.exception_handler(RequestValidationError)
    async def unfit(request: Request, error: RequestValidationError) -> Problem:
        findings = tuple(
            Finding("error", ".".join(str(part) for part in e["loc"]), str(e["type"]), str(e["msg"]))
            for e in error.errors()
        )
        sentence = "; ".join(f"{f.path}: {f.text}" for f in findings[:5])
        return problem("unfit", f"what came in cannot be used: {sentence}", request.url.path, findings)

    @app.exception_handler(TimeoutError)
    async def late(request: Request, _: TimeoutError) -> Problem:
        sentence = "the centre could not record this in time; repeat it with the same key to learn what became of it"
        return problem("try-again", sentence, request.url.path)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Problem:
        code = {404: "not-found", 405: "no-such-method", 401: "signed-out", 403: "forbidden"}.get(
            error.status_code, "refused"
        )
        return problem(code, str(error.detail), request.url.path, status=error.status_code)

    @app.exception_handler(Exception)
    async def bug(request: Request, error: Exception) -> Problem:
        LOG.exception("bug", path=request.url.path, error=repr(error))
        return problem("bug", "coord made a mistake; it is in the centre's log", request.url.path, status=500)
