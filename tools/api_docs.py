"""Write docs/api.md from the application itself: every route, the right it asks for, and what it does."""

from __future__ import annotations

import sys
from pathlib import Path

from coord.api.app import make_app
from coord.api.settings import Settings

PAGE = Path(__file__).parent.parent / "docs" / "api.md"

HEAD = """# HTTP interface

Made by `python -m tools.api_docs` from the routes themselves; a test sees that it is current. The OpenAPI
document with bodies and examples is at `/openapi.json`. How to use it (keys, ETags, errors, the websocket):
[protocol.md](protocol.md).

Right: the action that is asked for (see [access.md](access.md)), `signed-in` for anybody who is, `open` for
everybody. A second action behind a slash is asked for instead when the body says `recorded_for`.

| method | path | right | what |
|---|---|---|---|
"""


def page() -> str:
    """Return docs/api.md as it should be."""
    schema = make_app(Settings()).openapi()
    rows = []
    for path, methods in sorted(schema["paths"].items()):
        for method, said in methods.items():
            right = said.get("x-right", "")
            recording = said.get("x-right-recording")
            what = (said.get("description") or said.get("summary") or "").strip().split("\n")[0]
            rows.append(f"| {method.upper()} | `{path}` | {right}{' / ' + recording if recording else ''} | {what} |\n")
    return HEAD + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE.name} written\n")
