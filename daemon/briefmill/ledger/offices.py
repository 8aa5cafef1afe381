"""The nine ports of the ledger over one set of books, as one thing to hold and to close."""

from collections.abc import Callable

from briefmill.ledger.audit import Trail
from briefmill.ledger.buckets import Buckets
from briefmill.ledger.claims import Claims
from briefmill.ledger.journal import Journal
from briefmill.ledger.overnight import Overnight
from briefmill.ledger.records import Records
from briefmill.ledger.shelves import Books
from briefmill.ledger.spend import Accounts, Purse
from briefmill.ledger.upkeep import Upkeep


class Offices:
    """One attribute per port: journal, claims (the port `Ledger`), buckets, purse, accounts, overnight, and so on."""

    def __init__(self, books: Books, *, newid: Callable[[], str] | None = None) -> None:
        self.journal = Journal(books, newid)
        self.claims = Claims(books)
        self.buckets = Buckets(books)
        self.purse = Purse(books)
        self.accounts = Accounts(books)
        self.overnight = Overnight(books)
        self.records = Records(books)
        self.trail = Trail(books)
        self.upkeep = Upkeep(books)

    def close(self) -> None:
        """Give back what is held; nothing to give back unless said otherwise."""
