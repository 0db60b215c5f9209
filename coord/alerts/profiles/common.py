"""What several profiles ask alike."""

from __future__ import annotations

from collections.abc import Iterator

from coord.alerts.model import Alert, Info
from coord.errors import Finding


def error(path: str, code: str, text: str) -> Finding:
    """Return a finding that forbids the use under this profile."""
    return Finding("error", path, code, text)


def advice(path: str, code: str, text: str) -> Finding:
    """Return a finding that only advises."""
    return Finding("warning", path, code, text)


def numbered(alert: Alert) -> Iterator[tuple[str, Info]]:
    """Yield each info with its path."""
    for n, info in enumerate(alert.infos, 1):
        yield f"/alert/info[{n}]", info


def speaks(alert: Alert) -> bool:
    """Whether *alert* is one that must say something: an Alert or an Update."""
    return alert.msg_type in ("Alert", "Update")


def values(info: Info, name: str) -> list[str]:
    """Return the values of the parameters called *name* in *info*."""
    return [parameter.value for parameter in info.parameters if parameter.name == name]


def same_subject(alert: Alert, code: str) -> Iterator[Finding]:
    """Tell when the infos are not all of one category and event code."""
    subjects = {(frozenset(info.categories), frozenset(info.event_codes)) for info in alert.infos}
    if len(subjects) > 1:
        yield error("/alert", code, "all infos have the same category and eventCode")
