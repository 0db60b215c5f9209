"""Archives are looked at before they are opened, and opened no further than they promised."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path, PurePosixPath

from coord.errors import Finding, Unfit

MOST_FILES = 50
MOST_RATIO = 100
MOST_BYTES = 200 * 1024 * 1024
_CHUNK = 1 << 20


def _unfit(code: str, text: str, name: str) -> Unfit:
    return Unfit([Finding("error", "/", code, text, name)])


def inspected(body: bytes, name: str) -> zipfile.ZipFile:
    """Return the archive in *body* once it looks harmless; raises :exc:`Unfit` otherwise.

    Refused are: more than 50 files, a ratio over 100, 200 MB in all, paths
    that climb out or are absolute, links, encryption.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as wrong:
        raise _unfit("not-a-zip", f"this is no usable zip archive: {wrong}", name) from wrong
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise _unfit("zip-bomb", f"{len(entries)} files in one archive", name)
    packed, plain = len(body), sum(entry.file_size for entry in entries)
    if plain > MOST_BYTES or plain > MOST_RATIO * max(packed, 1024):
        raise _unfit("zip-bomb", f"{packed} bytes would unpack to {plain}", name)
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in entry.filename or "\0" in entry.filename:
            raise _unfit("zip-climbs-out", f"the archive wants to write to {entry.filename[:80]!r}", name)
        if (entry.external_attr >> 16) & 0o170000 == 0o120000:
            raise _unfit("zip-link", f"{entry.filename[:80]!r} is a link", name)
        if entry.flag_bits & 1:
            raise _unfit("zip-encrypted", "the archive is encrypted", name)
    return archive


def content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    """Return one file of *archive*; raises :exc:`Unfit` when it holds more than it promised."""
    parts, left = [], entry.file_size
    try:
        with archive.open(entry) as stream:
            while part := stream.read(_CHUNK):
                left -= len(part)
                if left < 0:
                    raise _unfit("zip-bomb", f"{entry.filename[:80]!r} holds more than it says", name)
                parts.append(part)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as wrong:
        raise _unfit("not-a-zip", f"{entry.filename[:80]!r} cannot be unpacked: {wrong}", name) from wrong
    return b"".join(parts)


def unpack_shapefile(body: bytes, name: str, folder: Path) -> Path:
    """Write the one shapefile of an archive into *folder* under a name of ours and return its ``.shp``."""
    archive = inspected(body, name)
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        ending = PurePosixPath(entry.filename).suffix.lower()
        if ending in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
            if ending in found:
                raise _unfit("several-layers", "more than one shapefile in one archive", name)
            found[ending] = entry
    if missing := {".shp", ".shx", ".dbf"} - found.keys():
        raise _unfit("no-shapefile", f"the archive lacks {', '.join(sorted(missing))}", name)
    for ending, entry in found.items():
        (folder / f"layer{ending}").write_bytes(content(archive, entry, name))
    return folder / "layer.shp"
