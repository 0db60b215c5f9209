"""What we sign, others verify: the JDK's XML-DSig, an implementation that shares no line with ours."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from coord.alerts.signature import sign

from .given import NOON, draft, key, pem

JAVA = shutil.which("java")
HERE = Path(__file__).parent


@pytest.mark.contract
@pytest.mark.skipif(JAVA is None and not os.environ.get("CI"), reason="no JDK on this machine")
def test_the_jdk_verifies_what_we_sign_and_refuses_what_was_touched(tmp_path: Path) -> None:
    assert JAVA is not None, "a JDK is needed under CI"
    words = [JAVA, str(HERE / "VerifyCap.java")]
    for kind in ("ec", "rsa"):
        signed = sign(replace(draft(), identifier="HQ-1", sent=NOON), key(kind, "SAMPLE warning centre"))
        pin = tmp_path / f"{kind}.pem"
        pin.write_bytes(pem(kind, "SAMPLE warning centre")[1])
        for name, raw in (("good", signed), ("touched", signed.replace(b"17:00", b"18:00"))):
            message = tmp_path / f"{kind}-{name}.xml"
            message.write_bytes(raw)
            words += [str(message), str(pin)]
    answers = subprocess.run(words, capture_output=True, text=True, check=True, timeout=120).stdout.split()
    assert answers == ["valid", "invalid", "valid", "invalid"]
