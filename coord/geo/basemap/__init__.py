"""The offline base map of Hengqin, Macao and their neighbours (ODbL, see NOTICE.md beside it)."""

from __future__ import annotations

from importlib.resources import files

ATTRIBUTION = "© OpenStreetMap contributors (ODbL)"


def basemap() -> bytes:
    """Return the base map as GeoJSON: land, borders, and place names in four languages."""
    return files(__package__).joinpath("basemap.geojson").read_bytes()
