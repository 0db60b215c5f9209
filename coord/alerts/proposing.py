"""What must be in order before a second person is asked at all: rules, kind, languages, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from coord.alerts.acts import Act, Proposal
from coord.alerts.check import check_draft
from coord.alerts.compose.kinds import KINDS, kind_findings
from coord.alerts.compose.template import composer_findings, languages_of, life_at_stake, missing
from coord.alerts.model import Alert
from coord.alerts.profiles.district import drill_findings
from coord.alerts.thread import Policy
from coord.errors import Finding


def proposal_findings(proposal: Proposal, act: Act, at: datetime, policy: Policy) -> list[Finding]:
    """Return all that is wrong with *proposal* if it were sent at *at* as an *act*, errors and advice."""
    content = proposal.content
    found = check_draft(content, at)
    found += composer_findings(content, policy.places, policy.languages)
    found += kind_findings(proposal.kind, content)
    found += drill_findings(content)
    found += _channels(proposal)
    if act in ("alert", "update") and proposal.kind in KINDS and KINDS[proposal.kind].owes_all_clear:
        found += _way_back(proposal, at, policy)
    return found


def _channels(proposal: Proposal) -> Iterator[Finding]:
    for channel in proposal.channels:
        if not channel.used and not channel.reason.strip():
            yield Finding("error", f"channels/{channel.name}", "channel", f"say why {channel.name} is not used")


def _way_back(proposal: Proposal, at: datetime, policy: Policy) -> Iterator[Finding]:
    ready = proposal.prepared
    if ready is None:
        yield Finding("error", "prepared", "way-back", "the cancel and the false-alarm correction are not prepared")
        return
    content = proposal.content
    for name, back in (("cancel", ready.cancel), ("correction", ready.correction)):
        where = f"prepared/{name}"
        for finding in check_draft(back, at):
            yield replace(finding, path=f"{where}{finding.path}")
        yield from _reaches_all(content, back, where)
        if unspoken := [one for one in missing(back, policy.languages) if not life_at_stake(content)]:
            yield Finding("error", where, "way-back", f"there is no text in {', '.join(unspoken)}")
    if ready.cancel.msg_type != "Cancel":
        yield Finding("error", "prepared/cancel", "way-back", f"a cancel is no {ready.cancel.msg_type}")
    if ready.correction.msg_type not in ("Update", "Cancel"):
        yield Finding("error", "prepared/correction", "way-back", f"a correction is no {ready.correction.msg_type}")


def _reaches_all(content: Alert, back: Alert, where: str) -> Iterator[Finding]:
    """Tell where the way back would not reach whom the warning reached, or would be over too soon."""
    if unspoken := [one for one in languages_of(content) if one not in languages_of(back)]:
        yield Finding("error", where, "way-back", f"the warning speaks {', '.join(unspoken)}, this does not")
    if _grounds(back) != _grounds(content):
        yield Finding("error", where, "way-back", "its areas are not those of the warning")
    if back.sender != content.sender or back.scope != content.scope or back.status != content.status:
        yield Finding("error", where, "way-back", "sender, scope and status are not those of the warning")
    if content.expires is not None and (back.expires is None or back.expires < content.expires):
        yield Finding("error", where, "way-back", "it expires before the warning does")


def _grounds(alert: Alert) -> frozenset[object]:
    return frozenset((area.polygons, area.circles, area.geocodes) for area in alert.areas)
