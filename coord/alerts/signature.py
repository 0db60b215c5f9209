"""Sign once, keep those bytes, and trust others' signatures no further than a key that somebody pinned.

Enveloped XML-DSig (CAP 1.2 §3.3.4.1): ECDSA P-256 with SHA-256, or RSA with
SHA-256, over exclusive C14N. A certificate inside a message proves nothing: a
forger encloses his own. What is verified is the text that the key signed, read
again from the verified bytes, never from the input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from coord.alerts.check import check, parse
from coord.alerts.model import Alert
from coord.alerts.rules.signature import unusual
from coord.alerts.xml.reading import DS, Unreadable, safe_tree
from coord.errors import Refused, Unfit

EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_SIGNATURE = f"{{{DS}}}Signature"


@dataclass(frozen=True, slots=True)
class Key:
    """A private key with its certificates, the signing one first. Loaded once; loading RSA takes 30 ms."""

    private: Any
    chain: tuple[Any, ...]

    @property
    def pin(self) -> Pin:
        """What others pin to trust what this key signs."""
        return Pin(self.chain[0])


@dataclass(frozen=True, slots=True)
class Pin:
    """A certificate that somebody has checked and bound to a sender."""

    certificate: Any

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hexadecimal digits."""
        from cryptography.hazmat.primitives.hashes import SHA256

        return str(self.certificate.fingerprint(SHA256()).hex())

    @property
    def subject(self) -> str:
        """Whose certificate it is, as RFC 4514 writes names."""
        return str(self.certificate.subject.rfc4514_string())


def load_key(key: bytes, certificates: bytes, password: bytes | None = None) -> Key:
    """Return the key in PEM with its certificate chain in PEM.

    Raises :exc:`Refused` (``bad-key``) when they do not fit together, or are
    not P-256 or RSA of 2,048 bits and more.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(key, password)
        chain = tuple(x509.load_pem_x509_certificates(certificates))
    except (ValueError, TypeError) as error:
        raise Refused(f"the key or its certificate cannot be read: {error}", "bad-key") from None
    known = isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name == "secp256r1"
    if not known and not (isinstance(private, rsa.RSAPrivateKey) and private.key_size >= 2048):
        raise Refused("the key is neither ECDSA P-256 nor RSA of 2,048 bits or more", "bad-key")
    if chain[0].public_key() != private.public_key():
        raise Refused("the first certificate is not the one of this key", "bad-key")
    return Key(private, chain)


def load_pins(certificates: bytes) -> tuple[Pin, ...]:
    """Return a pin for each certificate in PEM; raises :exc:`Refused` (``bad-key``)."""
    from cryptography import x509

    try:
        return tuple(Pin(certificate) for certificate in x509.load_pem_x509_certificates(certificates))
    except ValueError as error:
        raise Refused(f"the certificate cannot be read: {error}", "bad-key") from None


def sign(alert: Alert, key: Key) -> bytes:
    """Return *alert* as signed bytes, the only ones that may ever go out.

    They have been verified again, and say what *alert* says; otherwise
    :exc:`Refused` (``not-signed``), and nothing goes out.
    """
    from coord.alerts.xml.writing import render

    return sign_bytes(render(alert), key, alert)


def sign_bytes(raw: bytes, key: Key, alert: Alert | None = None) -> bytes:
    """Return the CAP message *raw* with our signature as its last child; see :func:`sign`."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from lxml import etree
    from signxml import exceptions
    from signxml.algorithms import SignatureConstructionMethod
    from signxml.signer import XMLSigner

    said = alert or parse(raw)
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm="rsa-sha256" if isinstance(key.private, rsa.RSAPrivateKey) else "ecdsa-sha256",
        digest_algorithm="sha256",
        c14n_algorithm=EXCLUSIVE,
    )
    try:
        tree = signer.sign(safe_tree(raw), key=key.private, cert=list(key.chain))
        signed: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
    except (exceptions.SignXMLException, ValueError) as error:
        raise Refused(f"signing failed: {error}", "not-signed") from None
    verdict = verify(signed, [key.pin])
    if verdict.status != "verified" or verdict.alert != said:
        raise Refused(f"our own signature does not hold: {verdict.why or 'the text differs'}", "not-signed")
    return signed


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known about who said this.

    ``unsigned``: no signature. ``unverifiable``: signed in a way that cannot be
    checked over the whole message. ``unverified``: no pinned key has signed
    this text. ``verified``: ``by`` has, and ``alert`` is what was signed.
    Only the last one is trust; none is a reason to throw a message away.
    """

    status: Literal["unsigned", "unverifiable", "unverified", "verified"]
    why: str = ""
    by: Pin | None = None
    alert: Alert | None = None


def verify(raw: bytes, pins: Sequence[Pin], at: datetime | None = None) -> Verdict:
    """Return whether one of *pins*, those of the message's sender, signed *raw*.

    Several signatures may stand in it: each is checked with the others
    removed, and one trusted is enough. A pin must be valid at *at*, when not
    given at the time of sending. Raises :exc:`Unreadable`.
    """
    sent = at or check(raw, "ingest").seen.sent
    root = safe_tree(raw, keep_comments=True)
    signatures = root.findall(_SIGNATURE)
    if not signatures:
        return Verdict("unsigned", "the message carries no signature")
    if len(list(root.iter(_SIGNATURE))) != len(signatures):
        return Verdict("unverifiable", "a signature stands elsewhere than directly in the alert")
    why = []
    for n in range(len(signatures)):
        if (strange := unusual(signatures[n])) is not None:
            why.append(strange)
            continue
        alone = _with_only(raw, n)
        for pin in pins:
            verdict = _verified(alone, pin, sent)
            if verdict.status == "verified":
                return verdict
            why.append(verdict.why)
    usual = any(unusual(signature) is None for signature in signatures)
    told = "; ".join(dict.fromkeys(why)) or "no key is pinned for this sender"
    return Verdict("unverified" if usual else "unverifiable", told)


def _with_only(raw: bytes, kept: int) -> Any:
    """Return the tree of *raw* with its signature number *kept* alone: the others came before or after it."""
    root = safe_tree(raw, keep_comments=True)
    for n, signature in enumerate(root.findall(_SIGNATURE)):
        if n != kept:
            before, tail = signature.getprevious(), signature.tail or ""  # lxml takes the text behind it along
            if before is None:
                root.text = (root.text or "") + tail
            else:
                before.tail = (before.tail or "") + tail
            root.remove(signature)
    return root


def _verified(root: Any, pin: Pin, sent: datetime) -> Verdict:
    from lxml import etree
    from signxml import exceptions
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    hashes = ("SHA256", "SHA384", "SHA512")
    config = SignatureConfiguration(
        location="./",
        expect_references=1,
        signature_methods=frozenset(SignatureMethod[f"{kind}_{name}"] for kind in ("RSA", "ECDSA") for name in hashes),
        digest_algorithms=frozenset(DigestAlgorithm[name] for name in hashes),
        verification_time=sent,
    )
    try:
        result = XMLVerifier().verify(root, x509_cert=pin.certificate, expect_config=config)
    except (exceptions.SignXMLException, etree.LxmlError, ValueError, TypeError) as error:
        return Verdict("unverified", str(error).partition("\n")[0][:200] or "the signature does not hold")
    signed = getattr(result, "signed_xml", None)
    if signed is None:
        return Verdict("unverified", "what was signed is not XML")
    try:
        checked = check(etree.tostring(signed), "ingest")
    except (Unreadable, Unfit) as error:
        return Verdict("unverified", f"what was signed is no alert: {error}")
    if checked.alert is None:
        return Verdict("unverified", "what was signed is not a valid alert")
    return Verdict("verified", by=pin, alert=checked.alert)
