"""A sheet of changes as bytes under a digest: what an import leaves beside the log."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256

from coord.errors import CoordError
from coord.geo import geojson
from coord.geo.model import REGISTER_OF, Register
from coord.geo.rough import settled
from coord.geo.rows import feature_of
from coord.geo.rules.register import Sheet, Sheets

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class DamagedSheet(CoordError):
    """A sheet does not have the digest under which the log names it."""

    code = "damaged-sheet"


def sheet_bytes(sheet: Sheet) -> bytes:
    """Return *sheet* in its canonical form: one feature a line, ordered by id, then the ids that are closed."""
    lines = []
    for feature in sorted(sheet.features, key=lambda feature: feature.id):
        register = REGISTER_OF[type(feature)]
        told = geojson.feature_json(feature, register) | {"register": register}
        lines.append(_CANONICAL.encode(told))
    lines.append(json.dumps({"closed": sorted(sheet.closed)}, separators=(",", ":")))
    return "\n".join(lines).encode() + b"\n"


def digest_of(body: bytes) -> str:
    """Return the digest (SHA-256, hex) of a sheet."""
    return sha256(body).hexdigest()


def sheet_of(body: bytes) -> Sheet:
    """Return the sheet that :func:`sheet_bytes` wrote."""
    *lines, last = body.decode().splitlines()
    features = []
    for line in lines:
        told = json.loads(line)
        register: Register = told["register"]
        where = settled(geojson.rough_of(told["geometry"], told["properties"].get("radius_m")))
        features.append(feature_of(register, told["properties"], where))
    return Sheet(tuple(features), tuple(json.loads(last)["closed"]))


def sheets_on(shelf: Callable[[str], bytes | None]) -> Sheets:
    """Return the sheets of a content-addressed *shelf*; a body that does not fit its digest raises DamagedSheet."""

    def sheet(digest: str) -> Sheet:
        body = shelf(digest)
        if body is None:
            raise LookupError(f"no sheet {digest}")
        if digest_of(body) != digest:
            raise DamagedSheet(f"the sheet {digest[:12]}… has been changed")
        return sheet_of(body)

    return sheet
