"""Commands on ledgers and needs: figures declared and reported, things asked for, offered and sent."""

from __future__ import annotations

from coord.api.verbs.verb import TEXT, TOLD, Verb
from coord.incidents.ledgers import commands as book

NEED = "/needs/{need}"
OFFER = "/needs/{need}/offers/{offer}"

LEDGERS: tuple[Verb, ...] = (
    Verb(
        "/figures",
        book.DeclareFigure,
        "order.give",
        "ledger",
        example={
            "figure": "samples",
            "names": {"zh-Hans": "采样人次", "en": "Samples"},
            "unit": "人次",
            "reporter": "TRA",
            "rhythm": "08:00 17:00",
            "places": ["C1", "C2"],
            "least": 1000,
        },
    ),
    Verb("/figures/{figure}/close", book.CloseFigure, "order.give", "ledger", matched="figure:{figure}", example={}),
    Verb(
        "/figures/{figure}/entries",
        book.ReportFigure,
        "ledger.report",
        "ledger",
        recording="task.record-for",
        texts=TOLD,
        example={"group": "TRA", "place": "C1", "value": 812, "as_of": "2025-09-23T17:00:00+08:00"},
    ),
    Verb(
        "/needs",
        book.RaiseNeed,
        "need.raise",
        "ledger",
        recording="task.record-for",
        texts={**TEXT, **TOLD},
        example={"group": "TRA", "what": "pump", "amount": 3, "why": "flooded", "place": "W07"},
    ),
    Verb(
        f"{NEED}/amend",
        book.AmendNeed,
        "need.raise",
        "ledger",
        recording="task.record-for",
        texts=TOLD,
        matched="need:{need}",
        example={"amount": 5, "why": "more-rain"},
    ),
    Verb(
        f"{NEED}/offers",
        book.OfferForNeed,
        "need.answer",
        "ledger",
        recording="task.record-for",
        texts={**TEXT, **TOLD},
        example={"group": "TRA", "amount": 2},
    ),
    Verb(
        f"{OFFER}/advance",
        book.AdvanceOffer,
        "need.answer",
        "ledger",
        recording="task.record-for",
        texts=TOLD,
        matched="need:{need}",
        example={"group": "TRA", "now": "on-the-way", "eta": "2025-09-23T20:00:00+08:00"},
    ),
    Verb(
        f"{OFFER}/withdraw",
        book.WithdrawOffer,
        "need.answer",
        "ledger",
        recording="task.record-for",
        texts=TOLD,
        matched="need:{need}",
        example={"group": "TRA", "why": "broken"},
    ),
    Verb(
        f"{NEED}/close",
        book.CloseNeed,
        "need.raise",
        "ledger",
        recording="task.record-for",
        texts=TOLD,
        matched="need:{need}",
        example={"why": "dry"},
    ),
)
