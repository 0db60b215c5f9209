"""Commands of the exchange with the neighbour: sheets, replies, guest seats."""

from __future__ import annotations

from coord.api.verbs.verb import TEXT, TOLD, Verb
from coord.incidents.exchange import commands as talk

ONE = "/neighbours/{neighbour}"

EXCHANGE: tuple[Verb, ...] = (
    Verb(
        "/neighbours",
        talk.OpenExchange,
        "exchange.record",
        "exchange",
        example={"neighbour": "macao", "times": "10:00 15:00 17:00"},
    ),
    Verb(f"{ONE}/end", talk.EndExchange, "exchange.record", "exchange", example={}),
    Verb(f"{ONE}/owe", talk.OweSheet, "exchange.record", "exchange", example={"because": "lotus-bridge"}),
    Verb(
        f"{ONE}/sheets",
        talk.SendSheet,
        "exchange.record",
        "exchange",
        texts={"zh": "text", "pt": "text", **TOLD},
        example={"way": "mail", "zh": "對口信息交換表 …", "pt": "Ficha de troca de informação …"},
    ),
    Verb(
        f"{ONE}/replies",
        talk.RecordReply,
        "exchange.record",
        "exchange",
        texts={**TEXT, **TOLD},
        example={
            "source": "COPC duty officer",
            "said_at": "2025-09-23T10:10:00+08:00",
            "channel": "phone",
            "fields": {"signal": "8", "bridges": "closed-18:30"},
        },
    ),
    Verb(
        f"{ONE}/seats",
        talk.GrantGuestSeat,
        "exchange.record",
        "exchange",
        example={"link": "L-1", "post": "copc", "until": "2025-09-25T00:00:00+08:00"},
    ),
    Verb("/seats/{seat}/revoke", talk.RevokeGuestSeat, "exchange.record", "exchange", example={}),
)
