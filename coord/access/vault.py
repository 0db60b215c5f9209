"""The erasable store for whatever names a person, and for free text.

Each subject has a key of its own (AES-256-GCM), wrapped with the centre's
master key, which lies in a file outside the database. Events carry a
:class:`Ref` only. To erase is to destroy the subject's key; a tombstone stays,
in the cabinet and in a list beside the master key, so that a restored backup
forgets again. The hash in a Ref is keyed with the subject's key: it proves a
content while the key lives, and equal texts of two subjects do not show as equal.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from coord.access.documents import ACCESS_LOG, VAULT, VAULT_ERASED, VAULT_KEYS, pack, stamp
from coord.access.keyfile import KeyFile
from coord.access.model import Why
from coord.errors import Conflict, NotFound, Refused
from coord.store.log import Cabinet

_SUBJECT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_NONCE: Final = 12
_PROOF: Final = ".proof"


@dataclass(frozen=True, slots=True)
class Ref:
    """What an event carries of a content: where it lies, and its keyed hash (hex)."""

    id: str
    hash: str

    @property
    def subject(self) -> str:
        """Whose it is."""
        return self.id.partition(".")[0]


class Erased(Refused):
    """The personal data were erased, or the key at hand does not open them."""

    code = "erased"

    def __init__(self, subject: str) -> None:
        super().__init__(f"what was kept about {subject} has been erased")
        self.subject = subject


class Unreadable(Erased):
    """The content is there, but not with this key: the wrong master key, or somebody changed the bytes."""

    code = "unreadable"


class Vault:
    """Puts, reads and erases contents by subject. Reading is logged before the content is handed out."""

    def __init__(self, cabinet: Cabinet, keyfile: KeyFile, now: Callable[[], datetime]) -> None:
        self._cabinet = cabinet
        self._keyfile = keyfile
        self._master = AESGCM(keyfile.key)
        self._now = now

    @classmethod
    async def open(cls, cabinet: Cabinet, keyfile: KeyFile, now: Callable[[], datetime]) -> Vault:
        """Return the vault after a proof that this master key is the one of this cabinet; else :exc:`Unreadable`."""
        vault = cls(cabinet, keyfile, now)
        proof = await cabinet.get(VAULT_KEYS, _PROOF)
        if proof is None:
            try:
                await cabinet.put(VAULT_KEYS, _PROOF, _seal(vault._master, b"coord", _PROOF), 0)
            except Conflict:
                return await cls.open(cabinet, keyfile, now)
        else:
            _unseal(vault._master, proof.body, _PROOF)
        await vault.keep_erased(keyfile.erased())
        return vault

    @classmethod
    async def at(cls, cabinet: Cabinet, path: Path, now: Callable[[], datetime]) -> Vault:
        """Return the vault whose master key lies at *path*; a new cabinet gets a new key there.

        A cabinet that has been sealed before never gets another key: then the missing file is refused.
        """
        sealed_before = await cabinet.get(VAULT_KEYS, _PROOF) is not None
        return await cls.open(cabinet, KeyFile.load(path) if sealed_before else KeyFile.load_or_create(path), now)

    async def put(self, subject: str, kind: str, content: str | bytes) -> Ref:
        """Keep *content* for *subject* and return its Ref; the same content and kind give the same Ref.

        Raises :exc:`Erased` when the subject was erased: who is forgotten stays forgotten.
        """
        if not _SUBJECT.fullmatch(subject):
            raise ValueError(f"not a subject: {subject!r}")
        raw = content.encode("utf-8") if isinstance(content, str) else content
        key = await self._key_for(subject)
        digest = hmac.new(_hash_key(key), kind.encode() + b"\0" + raw, hashlib.sha256).hexdigest()
        ref = Ref(f"{subject}.{digest[:32]}", digest)
        await self._cabinet.put(VAULT, ref.id, _seal(AESGCM(key), _frame(kind, raw), ref.id))
        if await self._is_erased(subject):  # erased while we wrote
            await self._destroy(subject)
            raise Erased(subject)
        return ref

    async def get(self, ref: Ref, reader: str, purpose: str) -> bytes:
        """Return the content of *ref* for *reader*, who says for what; that they read it is kept first.

        Raises :exc:`Erased`, :exc:`Unreadable`, :exc:`coord.errors.NotFound`.
        """
        return (await self.get_all([ref], reader, purpose))[0]

    async def text(self, ref: Ref, reader: str, purpose: str) -> str:
        """Return the content of *ref* as text; see :meth:`get`."""
        return (await self.get(ref, reader, purpose)).decode("utf-8")

    async def get_all(self, refs: Sequence[Ref], reader: str, purpose: str) -> list[bytes]:
        """Return the contents of *refs* in their order, with one row in the access log for all; see :meth:`get`."""
        if not reader or not purpose:
            raise ValueError("who reads personal data says who they are, and for what")
        contents = [await self._read(ref) for ref in refs]
        at = stamp(self._now())
        row = {"at": at, "actor": reader, "purpose": purpose, "refs": [ref.id for ref in refs]}
        await self._cabinet.put(ACCESS_LOG, f"{at}-{secrets.token_hex(4)}", pack(row))
        return contents

    async def erase(self, subject: str, by: str, reason: Why) -> bool:
        """Destroy the key of *subject* and all contents; False when that had been done before.

        The order matters: the tombstones stand before the key goes, so no
        crash leaves a subject that is neither readable nor known as erased.
        The caller records ``SubjectErased`` on the log.
        """
        known = await self._is_erased(subject)
        self._keyfile.note_erased(subject)
        if not known:
            tomb = {"at": stamp(self._now()), "by": by, "why": reason}
            await self._cabinet.put(VAULT_ERASED, subject, pack(tomb))
        await self._destroy(subject)
        return not known

    async def discard(self, subject: str) -> None:
        """Drop what was put for *subject*, for the command that it came with was refused and no event refers to it.

        No tombstone is left: nobody was promised anything, and nothing on the log could bring it back.
        """
        await self._destroy(subject)

    async def keep_erased(self, subjects: Iterable[str]) -> int:
        """Erase again whatever of *subjects* came back with a backup; return how many did."""
        again = 0
        for subject in subjects:
            if await self._is_erased(subject) and await self._cabinet.get(VAULT_KEYS, subject) is None:
                continue
            await self.erase(subject, "restore", "law")
            again += 1
        return again

    async def is_erased(self, subject: str) -> bool:
        """Say whether *subject* was erased."""
        return await self._is_erased(subject)

    async def _is_erased(self, subject: str) -> bool:
        return await self._cabinet.get(VAULT_ERASED, subject) is not None

    async def _key_for(self, subject: str) -> bytes:
        if await self._is_erased(subject):
            raise Erased(subject)
        sheet = await self._cabinet.get(VAULT_KEYS, subject)
        if sheet is not None:
            return _unseal(self._master, sheet.body, subject)
        key = secrets.token_bytes(32)
        try:
            await self._cabinet.put(VAULT_KEYS, subject, _seal(self._master, key, subject), 0)
        except Conflict:
            return await self._key_for(subject)
        return key

    async def _read(self, ref: Ref) -> bytes:
        subject = ref.subject
        if await self._is_erased(subject):
            raise Erased(subject)
        kept = await self._cabinet.get(VAULT_KEYS, subject)
        sheet = await self._cabinet.get(VAULT, ref.id)
        if kept is None or sheet is None:
            raise NotFound(f"nothing is kept under {ref.id}")
        key = _unseal(self._master, kept.body, subject)
        kind, raw = _unframe(_unseal(AESGCM(key), sheet.body, ref.id))
        digest = hmac.new(_hash_key(key), kind + b"\0" + raw, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(digest, ref.hash):
            raise Unreadable(subject)
        return raw

    async def _destroy(self, subject: str) -> None:
        await self._cabinet.drop(VAULT_KEYS, subject)
        while sheets := await self._cabinet.scan(VAULT, f"{subject}."):
            for sheet in sheets:
                await self._cabinet.drop(VAULT, sheet.key)


def _seal(key: AESGCM, raw: bytes, bound: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + key.encrypt(nonce, raw, bound.encode())


def _unseal(key: AESGCM, body: bytes, bound: str) -> bytes:
    try:
        return key.decrypt(body[:_NONCE], body[_NONCE:], bound.encode())
    except (InvalidTag, ValueError) as wrong:
        raise Unreadable(bound.partition(".")[0] or "anybody") from wrong


def _hash_key(key: bytes) -> bytes:
    """Return the key for hashes: derived, so that one key never serves two algorithms."""
    return hmac.new(key, b"coord keyed hash", hashlib.sha256).digest()


def _frame(kind: str, raw: bytes) -> bytes:
    return kind.encode() + b"\0" + raw


def _unframe(framed: bytes) -> tuple[bytes, bytes]:
    kind, _, raw = framed.partition(b"\0")
    return kind, raw
