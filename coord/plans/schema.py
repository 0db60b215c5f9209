"""The JSON Schema of a plan file, for editors that complete and check while a planner types.

It follows from the same records as the reading (:mod:`coord.plans.form`) and
lies beside them as ``playbook.schema.json``; a test keeps the two alike.
"""

from __future__ import annotations

import json
from typing import Any

from coord.plans.form import PLAN, TEXTS


def schema() -> dict[str, Any]:
    """Return the schema of a plan file or a file of texts (draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "coord playbook",
        "description": "A plan (master, specific or work), or its texts in another language. See docs/playbooks.md.",
        "if": {"type": "object", "required": ["language"]},
        "then": TEXTS.schema(),
        "else": PLAN.schema(),
    }


def schema_bytes() -> bytes:
    """Return the schema as it lies in the file."""
    return (json.dumps(schema(), ensure_ascii=False, indent=1) + "\n").encode()
