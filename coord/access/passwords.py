"""Passwords: argon2id, in few threads, the same work for every attempt.

19 MiB, two passes, one lane (OWASP's second choice) costs about 50 ms; the
library's default would cost seven times that, and four sign-ins at once 256 MiB.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from coord.errors import Refused

T = TypeVar("T")

SHORTEST: Final = 12
LONGEST: Final = 256
WAITING: Final = 64
"""Attempts that may wait for one of the two threads: a second and a half of work."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one hash costs: memory in KiB, passes, lanes."""

    memory: int = 19 * 1024
    passes: int = 2
    lanes: int = 1


class Busy(Refused):
    """More people are signing in than can be checked at once."""

    code = "login-busy"

    def __init__(self) -> None:
        super().__init__("too many people are signing in at this moment; try again in a few seconds")


class WeakPassword(Refused):
    """The password would be guessed."""

    code = "weak-password"

    def __init__(self, why: str) -> None:
        super().__init__(f"choose another password: {why}")


class Passwords:
    """Hashes and checks passwords in a bounded pool of two threads.

    ``hashed`` counts the times that argon2 ran, for tests and metrics: an
    attempt on an unknown login must cost what one on a known login costs.
    """

    def __init__(self, cost: Cost | None = None) -> None:
        cost = cost or Cost()
        self._hasher = PasswordHasher(cost.passes, cost.memory, cost.lanes)
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="argon2")
        self._waiting = 0
        self._nobody = self._hasher.hash("nobody has this password")
        self.hashed = 0

    @property
    def nobody(self) -> str:
        """A hash to check against when there is none, so that both take the same time."""
        return self._nobody

    async def hash(self, password: str) -> str:
        """Return the hash of *password*, with its parameters in it."""
        made = await self._run(lambda: self._hasher.hash(folded(password)))
        self.hashed += 1
        return made

    async def fits(self, kept: str, password: str) -> bool:
        """Say whether *password* is the one of the *kept* hash. Runs argon2 once, whatever the answer."""
        fits = await self._run(lambda: self._fits(kept, password))
        self.hashed += fits is not None
        return fits is True

    def stale(self, kept: str) -> bool:
        """Say whether the *kept* hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _fits(self, kept: str, password: str) -> bool | None:
        try:
            return self._hasher.verify(kept, folded(password))
        except VerifyMismatchError:
            return False
        except (VerificationError, InvalidHashError):  # not a hash at all: argon2 did not run
            return None

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING:
            raise Busy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1


def folded(password: str) -> bytes:
    """Return *password* as it is hashed: NFKC, so that each keyboard gives the same; what is too long is cut.

    >>> folded("ｐａｓｓ") == folded("pass")
    True
    """
    return unicodedata.normalize("NFKC", password[: LONGEST + 1]).encode("utf-8", "surrogatepass")


def check_new(password: str, login: str) -> None:
    """Raise :exc:`WeakPassword` when *password* must not become that of *login* (NIST SP 800-63B §3.1.1)."""
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < SHORTEST:
        raise WeakPassword(f"it needs {SHORTEST} characters or more; a sentence is fine")
    if len(password) > LONGEST:
        raise WeakPassword(f"it may have {LONGEST} characters at most")
    if login and login.casefold() in plain.casefold():
        raise WeakPassword("it must not contain the name that you sign in with")
    if len(set(plain.casefold())) < 5:
        raise WeakPassword("it repeats too few characters")
