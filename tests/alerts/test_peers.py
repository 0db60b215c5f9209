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
@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_the_jdk_verifies_what_we_sign_and_refuses_what_was_touched(kind: str, tmp_path: Path) -> None:
    assert JAVA is not None, "a JDK is needed under CI"
    signed = sign(replace(draft(), identifier="HQ-1", sent=NOON), key(kind, "SAMPLE warning centre"))
    (tmp_path / "cert.pem").write_bytes(pem(kind, "SAMPLE warning centre")[1])
    answers = []
    for name, raw in (("good.xml", signed), ("touched.xml", signed.replace(b"17:00", b"18:00"))):
        (tmp_path / name).write_bytes(raw)
        words = [JAVA, str(HERE / "VerifyCap.java"), str(tmp_path / name), str(tmp_path / "cert.pem")]
        answers.append(subprocess.run(words, capture_output=True, text=True, check=True, timeout=120).stdout.strip())
    assert answers == ["valid", "invalid"]
