"""Whose message it is: six kinds, each with its issuer, its right to a colour and its own end (P-8).

A district issues no met colours. It relays them untouched, or speaks in its
own name without one; a message that borrows a colour is believed for the
wrong reason, and obeyed or ignored with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from coord.alerts.compose.plain import said
from coord.alerts.model import Alert
from coord.errors import Finding

KindName = Literal["relayed-signal", "advice", "notice", "evacuation", "passage", "all-clear"]
Ends = Literal["warning", "response", "resumption"]
"""解除预警, 终止响应, 五恢复: three different ends, and one never stands for another."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of message may and must.

    ``coloured``: may carry the colour of its signal. ``untouched``: text and
    issuer are those of the origin. ``parameters`` it must carry. ``responses``
    of which it must have one. ``owes_all_clear``: the public waits until told
    that it is over.
    """

    name: KindName
    title: str
    coloured: bool = False
    untouched: bool = False
    parameters: tuple[str, ...] = ()
    responses: tuple[str, ...] = ()
    owes_all_clear: bool = False


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("relayed-signal", "转发信号", coloured=True, untouched=True, parameters=("origin",), owes_all_clear=True),
        Kind("advice", "应急提示", owes_all_clear=True),
        Kind("notice", "通告", parameters=("document",)),
        Kind("evacuation", "转移指令", responses=("Evacuate", "Shelter"), owes_all_clear=True),
        Kind("passage", "口岸桥隧状态", parameters=("passage", "passage-state")),
        Kind("all-clear", "解除", parameters=("ends",), responses=("AllClear",)),
    )
}

_COLOUR = re.compile(
    r"[白蓝藍黄黃橙红紅黑]色.{0,8}?(?:预警|預警|警告|信号|信號)|(?:预警|預警|信号|信號).{0,4}[白蓝藍黄黃橙红紅黑]色"
    r"|\b(?:white|blue|yellow|amber|orange|red|black)\b[\w\s]{0,20}\b(?:warning|signal|alert)\b"
    r"|\b(?:aviso|sinal|alerta)\b[\w\s«»]{0,30}\b(?:branco|azul|amarelo|laranja|vermelho|preto)\b",
    re.I,
)


def value_of(alert: Alert, name: str) -> str:
    """Return the value of our parameter *name* in the first info that has it."""
    return next((p.value for info in alert.infos for p in info.parameters if p.name == name), "")


def kind_findings(kind: str, alert: Alert) -> Iterator[Finding]:
    """Tell where *alert* is not what its *kind* says it is; all are errors."""
    if (rules := KINDS.get(kind)) is None:
        yield Finding("error", "/alert", "kind", f"{kind!r} is no kind of message: {', '.join(KINDS)}")
        return
    for i, info in enumerate(alert.infos, 1):
        where = f"/alert/info[{i}]"
        names = {parameter.name for parameter in info.parameters if parameter.value}
        for name in rules.parameters:
            if name not in names:
                yield Finding("error", f"{where}/parameter", "kind", f"a {rules.name} says its {name}")
        if rules.responses and not set(rules.responses) & set(info.responses):
            wanted = " or ".join(rules.responses)
            yield Finding("error", f"{where}/responseType", "kind", f"a {rules.name} has the response {wanted}")
        if rules.name != "all-clear" and "AllClear" in info.responses:
            yield Finding("error", f"{where}/responseType", "kind", f"AllClear is not a response of a {rules.name}")
        if not rules.coloured and (found := _COLOUR.search(said(info))) is not None:
            text = f"{found[0]!r} is a colour of the meteorological service; this is our own {rules.name}"
            yield Finding("error", f"{where}/headline", "borrowed-colour", text)
    if rules.name == "all-clear" and (ends := value_of(alert, "ends")) not in ("warning", "response", "resumption", ""):
        yield Finding("error", "/alert", "kind", f"{ends!r} does not say what ends: warning, response or resumption")


def relayed_untouched(ours: Alert, theirs: Alert) -> Iterator[Finding]:
    """Tell where *ours* says something else than the signal *theirs* that it relays."""
    originals = {info.language: info for info in theirs.infos}
    for i, info in enumerate(ours.infos, 1):
        original = originals.get(info.language)
        if original is None:
            continue  # a language that the origin does not speak is ours, and says so in its parameter
        for name in ("event", "sender_name", "headline", "description", "severity", "urgency", "certainty", "expires"):
            if getattr(info, name) != getattr(original, name):
                cap = "senderName" if name == "sender_name" else name
                yield Finding("error", f"/alert/info[{i}]/{cap}", "touched", "a relayed signal is not reworded")
