"""Request ids of what an office asks for that is no command: each is kept in the transaction that carries its call out,
so a call that is refused leaves no trace and may be corrected under its id."""

from typing import NamedTuple, Protocol

from ledger_service.domain.commands import RequestKey
from ledger_service.use_cases.admission import Admission, Asked


class Name(NamedTuple):
    """A request id, and its directory entry."""

    request_id: str
    key: RequestKey


class Names(Protocol):
    """The directory of those that were carried out."""

    async def kept(self, name: Name) -> bool:
        """True if its call was carried out before; REQUEST_ID_REUSED if that was another call."""

    async def keep(self, name: Name) -> None:
        """Keeps the name of a call that found everything done. REQUEST_ID_REUSED."""


def name_of(admission: Admission, asked: Asked) -> Name:
    """The name of a call."""
    return Name(asked.request_id, admission.key_of(asked))
