"""What the people of a book are told when it says no.

None of these is ever shown to somebody who has not signed in.
"""

from __future__ import annotations

from coord.errors import Forbidden, NotFound, Refused


class AlreadyFounded(Refused):
    """The book has an administrator; the set-up token is void."""

    code = "already-founded"

    def __init__(self, jurisdiction: str) -> None:
        super().__init__(f"{jurisdiction} has an administrator already; ask them for an account")


class NotAdministrator(Forbidden):
    """Who asked does not administer this book."""

    code = "not-administrator"

    def __init__(self, account: str, jurisdiction: str) -> None:
        super().__init__(f"this is for another administrator of {jurisdiction}")
        self.account = account


class NotOnTheBook(NotFound):
    """The account is not on this book, or disabled there."""

    code = "not-on-the-book"

    def __init__(self, account: str) -> None:
        super().__init__(f"account {account} is not on this book, or disabled")


class WrongBook(Refused):
    """A right belongs on the book of its own jurisdiction."""

    code = "wrong-book"

    def __init__(self, wanted: str, book: str) -> None:
        super().__init__(f"a right for {wanted} cannot be given on the book of {book}")


class Separated(Refused):
    """Two roles that nobody may hold together."""

    code = "separated"

    def __init__(self, role: str) -> None:
        super().__init__(f"who is {role} holds no other role; use a second account")


class TwoPersons(Refused):
    """The second person is the first one, the one who gains by it, or the first has lost the right to ask."""

    code = "two-persons"

    def __init__(self, request: str) -> None:
        super().__init__(f"request {request} needs two administrators, neither of them the one it is for")


class RequestLapsed(Refused):
    """Nobody confirmed in time."""

    code = "request-lapsed"

    def __init__(self, request: str) -> None:
        super().__init__(f"request {request} was not confirmed in time; ask again")


class LastAdministrator(Refused):
    """Without this account nobody could administer the book."""

    code = "last-administrator"

    def __init__(self, jurisdiction: str) -> None:
        super().__init__(f"this is the last administrator of {jurisdiction}; name another first")


class NotADeputy(Refused):
    """Only a deputy that two persons named before can be put on duty by one."""

    code = "not-a-deputy"

    def __init__(self, account: str) -> None:
        super().__init__(f"account {account} is not a known deputy for this duty; two administrators can name one")


class TooLong(Refused):
    """A duty has an end, at most a day away."""

    code = "duty-too-long"

    def __init__(self) -> None:
        super().__init__("a deputy goes on duty until a time within the next 24 hours")
