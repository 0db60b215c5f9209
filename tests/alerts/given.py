"""What the tests of this room start from: alerts of every shape, drafts in four languages, keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, get_args

from hypothesis import strategies as st

from coord.alerts.compose.template import Ground, Template, compose
from coord.alerts.model import (
    Alert,
    Area,
    Category,
    Certainty,
    Circle,
    Info,
    MsgType,
    Named,
    Place,
    Reference,
    Resource,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
)
from coord.alerts.signature import Key, load_key

DATA = Path(__file__).parent.parent / "data" / "cap"
HQ = timezone(timedelta(hours=8))
NOON = datetime(2026, 9, 23, 12, 0, tzinfo=HQ)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def square(lon: float = 113.52, lat: float = 22.10, side: float = 0.05) -> tuple[Place, ...]:
    """A closed square with its south-west corner at (lon, lat)."""
    return (
        Place(lon, lat),
        Place(lon + side, lat),
        Place(lon + side, lat + side),
        Place(lon, lat + side),
        Place(lon, lat),
    )


HARBOUR = Ground(
    "inner-harbour",
    {"zh-Hans": "内港 SAMPLE", "zh-Hant": "內港 SAMPLE", "pt": "Porto Interior SAMPLE", "en": "Inner Harbour SAMPLE"},
    "CN-mainland",
    polygons=(square(),),
)
SURGE = Template(
    name="surge",
    kind="evacuation",
    sender="warning@hengqin.example",
    sender_names={
        "zh-Hans": "横琴应急中心 SAMPLE",
        "zh-Hant": "橫琴應急中心 SAMPLE",
        "pt": "Centro de Emergência de Hengqin SAMPLE",
        "en": "Hengqin Emergency Centre SAMPLE",
    },
    regime="CN-mainland",
    category="Met",
    urgency="Expected",
    severity="Severe",
    certainty="Likely",
    responses=("Evacuate",),
    stands_for=timedelta(hours=6),
)
TEXTS = {
    "zh-Hans": {
        "event": "风暴潮",
        "headline": "请在17时前离开",
        "description": "水深将达到1.5米。",
        "instruction": "请在17时前离开，不要取车。",
    },
    "zh-Hant": {
        "event": "風暴潮",
        "headline": "請在17時前離開",
        "description": "水深將達到1.5米。",
        "instruction": "請在17時前離開，不要取車。",
    },
    "pt": {
        "event": "Maré de tempestade",
        "headline": "Saia até às 17h00",
        "description": "A água pode subir até 1,5 metros.",
        "instruction": "Saia até às 17h00 e não vá buscar o carro.",
    },
    "en": {
        "event": "Storm surge",
        "headline": "Leave before 17:00",
        "description": "The water may rise to 1.5 metres.",
        "instruction": "Leave before 17:00 and do not fetch your car.",
    },
}


def draft(at: datetime = NOON, **changes: Any) -> Alert:
    """A sound warning in four languages, ready to be submitted."""
    wanted: dict[str, Any] = {"status": "Actual", **changes}
    texts = wanted.pop("texts", TEXTS)
    template = wanted.pop("template", SURGE)
    return compose(template, texts, wanted.pop("grounds", [HARBOUR]), at, **wanted)


@cache
def key(kind: str = "ec", name: str = "SAMPLE warning centre") -> Key:
    """A new key with a certificate of its own, for 2020 to 2040."""
    private, certificate = pem(kind, name)
    return load_key(private, certificate)


@cache
def pem(kind: str = "ec", name: str = "SAMPLE warning centre") -> tuple[bytes, bytes]:
    """A new private key and its certificate, both PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.x509.oid import NameOID

    private = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .sign(private, hashes.SHA256())
    )
    secret = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret, certificate.public_bytes(serialization.Encoding.PEM)


# Alerts of every shape -------------------------------------------------------------------------------------------

_letters = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn"), include_characters="\n\t\r")
texts = st.text(_letters, max_size=40).filter(lambda text: not text or not text.isspace())
filled = st.text(_letters, min_size=1, max_size=40).filter(lambda text: not text.isspace())
tokens = st.text("abcXYZ019-_.:@/é横", min_size=1, max_size=20)
words = st.text("ab 横é.@", min_size=1, max_size=12).filter(lambda word: word.strip() == word)
whole_times = st.integers(0, 299 * 365 * 86_400).map(lambda s: datetime(1900, 1, 2, tzinfo=UTC) + timedelta(seconds=s))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.builds(lambda at, zone: at.replace(tzinfo=zone), whole_times, offsets)
degrees = st.floats(-90, 90, allow_nan=False)
places = st.builds(Place, st.floats(-180, 180, allow_nan=False), degrees)
rings = st.lists(places, min_size=3, max_size=6).map(lambda ring: (*ring, ring[0]))
circles = st.builds(Circle, places, st.floats(0, 20_000, allow_nan=False))
named = st.builds(Named, filled, filled)
feet = st.none() | st.floats(-1000, 60_000, allow_nan=False)


def some(items: st.SearchStrategy[Any], at_most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    """A tuple of a few of *items*."""
    return st.lists(items, max_size=at_most).map(tuple)


areas = st.builds(Area, filled, some(rings), some(circles), some(named), feet, feet)
resources = st.builds(
    Resource,
    filled,
    tokens,
    size=st.none() | st.integers(-5, 10**12),
    uri=st.just("") | st.just("https://civil.example/map.png") | st.just("map.png"),
    deref_uri=st.just("") | tokens,
    digest=st.just("") | tokens,
)
infos = st.builds(
    Info,
    categories=st.lists(st.sampled_from(get_args(Category)), min_size=1, max_size=2).map(tuple),
    event=filled,
    urgency=st.sampled_from(get_args(Urgency)),
    severity=st.sampled_from(get_args(Severity)),
    certainty=st.sampled_from(get_args(Certainty)),
    language=st.sampled_from(["en-US", "zh-Hant-MO", "pt", "x-klingon"]),
    responses=some(st.sampled_from(get_args(ResponseType))),
    audience=texts,
    event_codes=some(named),
    effective=st.none() | times,
    onset=st.none() | times,
    expires=st.none() | times,
    sender_name=texts,
    headline=texts,
    description=texts,
    instruction=texts,
    web=st.just("") | st.just("https://civil.example/a?b=1&c=2"),
    contact=texts,
    parameters=some(named),
    resources=some(resources),
    areas=some(areas),
)
alerts = st.builds(
    Alert,
    identifier=tokens,
    sender=tokens,
    sent=times,
    status=st.sampled_from(get_args(Status)),
    msg_type=st.sampled_from(get_args(MsgType)),
    scope=st.sampled_from(get_args(Scope)),
    source=texts,
    restriction=texts,
    addresses=some(words),
    codes=some(filled),
    note=texts,
    references=some(st.builds(Reference, tokens, tokens, times)),
    incidents=some(words),
    infos=some(infos),
)
