"""Starting the child, and believing nothing that it says without a bound.

GDAL reads whatever a file names: a VRT in disguise made it read other files
and call web addresses (reliability.md §0.6). So the child gets no driver but
three, no network where the system allows to take it away, and limits on
memory, time and output.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from coord.errors import Finding, Unfit

MEGABYTES = 1024
SECONDS = 20
MOST_OUTPUT = 512 * 1024 * 1024
MOST_LINE = 4 * 1024 * 1024

SKIPPED = (
    "OGR_VRT,HTTP,WFS,OAPIF,OGCAPI,GDALG,CSW,EEDA,PLSCENES,NGW,AmigoCloud,Carto,Elasticsearch,ADBC,PDF,PDS4,VICAR,"
    "PCIDSK,MBTiles,MVT,PMTiles,MapInfo File,LVBAG,S57,DGN,CSV,GML,GPX,GeoJSON,GeoJSONSeq,ESRIJSON,TopoJSON,JSONFG,"
    "OGR_GMT,SQLite,WAsP,OpenFileGDB,DXF,FlatGeobuf,GeoRSS,VFK,PGDUMP,OSM,GPSBabel,OGR_PDS,EDIGEO,Idrisi,ODS,XLSX,XLS,"
    "SXF,Selafin,JML,VDV,MapML,GTFS,MiraMonVector,AVCBin,AVCE00,AIVector,PostgreSQL,MySQL,MSSQLSpatial,OCI,ODBC,PGeo,"
    "NAS,GMLAS,Parquet,Arrow,TIGER,UK .NTF,Interlis 1,Interlis 2,BNA,HANA,MongoDBv3,SOSI,CAD,Geoconcept,netCDF"
)
"""Drivers that the child never registers. What a driver of the future would do, the missing network undoes."""


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TMPDIR": str(folder),
        "CPL_TMPDIR": str(folder),
        "OGR_SKIP": SKIPPED,
        "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
        "GDAL_HTTP_TIMEOUT": "1",
        "GDAL_PAM_ENABLED": "NO",
        "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
        "LIBKML_RESOLVE_STYLE": "NO",
        "PROJ_NETWORK": "OFF",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


@cache
def _without_network() -> tuple[str, ...]:
    """Return the words that take the network away, or none where the system does not allow it."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    tried = subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False)  # noqa: S603 - words of our own
    return (unshare, "-rn", "--") if tried.returncode == 0 else ()


def lines(kind: str, path: Path, name: str, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield what the child says of *path*, line by line; raises :exc:`Unfit` when it dies, lingers or babbles."""
    wishes = json.dumps({"megabytes": MEGABYTES, "seconds": SECONDS, **options})
    script = str(Path(__file__).with_name("child.py"))
    command = [*_without_network(), sys.executable, "-I", "-X", "utf8", script, kind, str(path), wishes]
    child = subprocess.Popen(  # noqa: S603 - no shell, words of our own, the path is ours too
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(path.parent),
    )
    watchdog = threading.Timer(2.0 * SECONDS, child.kill)
    watchdog.start()
    left = MOST_OUTPUT
    try:
        stream = child.stdout
        while stream is not None and (line := stream.readline(MOST_LINE)):
            left -= len(line)
            if left < 0 or not line.endswith(b"\n"):
                raise _unfit("too-much", "the file holds more than can be read", name)
            yield json.loads(line)
        if child.wait() != 0:
            raise _unfit("unreadable", f"this cannot be read as {kind} within the limits", name)
    finally:
        watchdog.cancel()
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _unfit(code: str, text: str, name: str) -> Unfit:
    return Unfit([Finding("error", "/", code, text, name)])
