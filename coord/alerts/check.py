"""The one question everybody asks of a CAP message: what is wrong with it?

Strict when we compose, lenient and flagging when others send; all findings at
once. Profiles add their rules behind, and touch nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from coord.alerts.model import Alert, Polygon
from coord.alerts.rules.area import area_hits, ring_hits
from coord.alerts.rules.info import info_hits, sequence_hits
from coord.alerts.rules.message import message_hits
from coord.alerts.rules.signature import signature_hits
from coord.alerts.rules.table import Hit, Mode, graded
from coord.errors import Finding, Unfit, errors_in

Profile = Callable[[Alert], Iterable[Finding]]
"""More rules about an alert: those of a region, a network or a house."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of some bytes.

    ``alert`` is None when its errors forbid its use; ``seen`` is what could be
    read all the same, for a page that shows quarantine. ``version`` is the
    version of CAP it came in, ``signatures`` counts those in it, unverified.
    """

    alert: Alert | None
    seen: Alert
    findings: tuple[Finding, ...]
    version: str = "1.2"
    signatures: int = 0


def check(raw: bytes, mode: Mode, at: datetime | None = None, profiles: Sequence[Profile] = ()) -> Checked:
    """Return the alert in *raw* with all findings; *at* is now, for those that depend on it.

    Raises :exc:`coord.alerts.xml.reading.Unreadable` for what is not safe, not
    XML, or not a CAP alert.
    """
    from coord.alerts.xml import building, converting, reading

    root, version = reading.alert_tree(raw)
    hits: list[Hit] = []
    if version != "1.2":
        root, hits = converting.converted(root, version)
    hits += converting.conform(root)
    alert, syntax, signatures = building.build(root)
    hits += syntax
    hits += all_hits(alert, at)
    if signatures:
        hits += signature_hits(signatures)
        hits.append(Hit("R55", "/alert/Signature", f"signed ({len(signatures)}), and not verified here"))
    findings = graded(hits, mode)
    for profile in profiles:
        findings += profile(alert)
    fit = not errors_in(findings)
    return Checked(alert if fit else None, alert, tuple(findings), version, len(signatures))


def all_hits(alert: Alert, at: datetime | None = None) -> Iterator[Hit]:
    """Tell what is wrong with *alert* beyond the syntax that it may have been read from."""
    yield from message_hits(alert, at)
    rings: list[tuple[str, Polygon]] = []
    for i, info in enumerate(alert.infos, 1):
        where = f"/alert/info[{i}]"
        yield from info_hits(alert, info, where)
        for a, area in enumerate(info.areas, 1):
            yield from area_hits(area, f"{where}/area[{a}]")
            rings += [(f"{where}/area[{a}]/polygon[{p}]", ring) for p, ring in enumerate(area.polygons, 1)]
    yield from ring_hits(rings)
    if len(alert.infos) > 1:
        yield from sequence_hits(alert)


def parse(raw: bytes, mode: Mode = "compose") -> Alert:
    """Return the alert in *raw*; raises :exc:`coord.errors.Unfit` with the errors when it must not be used."""
    checked = check(raw, mode)
    if checked.alert is None:
        raise Unfit(errors_in(checked.findings))
    return checked.alert


def check_draft(content: Alert, at: datetime, profiles: Sequence[Profile] = ()) -> list[Finding]:
    """Return what is wrong with *content* as if it were sent at *at*: for the composer, as one types.

    What publishing adds (identifier, sent, references) is filled in for the check.
    """
    from coord.alerts.xml.writing import render

    sent = at.replace(microsecond=0)
    named = replace(content, identifier=content.identifier or "draft", sent=sent)
    if content.msg_type != "Alert" and not content.references:
        earlier = replace(content, identifier="earlier", sent=sent).reference
        named = replace(named, references=(earlier,))
    try:
        raw = render(named)
    except Unfit as unfit:
        return list(unfit.findings)
    return list(check(raw, "compose", at, profiles).findings)
