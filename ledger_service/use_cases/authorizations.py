"""Finding an authorization by its id: directory → whose it is by now → the hold itself."""

from dataclasses import dataclass

from ledger_service.domain import refusals
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.answers import AuthorizationAnswer
from ledger_service.domain.fingerprints import authorization_key
from ledger_service.domain.hold import Hold, Spending
from ledger_service.use_cases.admission import Where
from ledger_service.use_cases.ports import MemberRef, Members, Outcomes, Resolution
from ledger_service.use_cases.spend_ports import SpendReader
from ledger_service.use_cases.spend_requests import Covers, is_covered


@dataclass(frozen=True, slots=True)
class Found:
    """An authorization as it was left by the last command, and whose wallet holds it."""

    hold: Hold
    spending: Spending
    resolution: Resolution

    @property
    def where(self) -> Where:
        """The place and revision that it was made at, as those of a command about it."""
        terms = self.spending.terms
        return Where(self.spending.location_id, terms.operator, terms.region, "", terms.revision)


class Authorizations:
    """Shared by the use cases that name one."""

    def __init__(self, outcomes: Outcomes, members: Members, reader: SpendReader) -> None:
        self._outcomes = outcomes
        self._members = members
        self._reader = reader

    async def find(self, program: str, authorization_id: str, covers: Covers) -> Found:
        """The authorization; AUTHORIZATION_NOT_FOUND also if the caller's token does not cover its place and brand."""
        posted = await self._outcomes.of_document(authorization_key(program, authorization_id))
        made = None if posted is None else posted.answer
        # Judged by where it was made before anything else is read: what is hidden costs what is not there costs.
        if not isinstance(made, AuthorizationAnswer) or not _is_seen(made, covers):
            raise refusals.authorization_not_found(authorization_id)
        # A hold stays with the root that it was made for, wherever that leads by now.
        resolution = await self._members.resolve(program, MemberRef(member_id=made.wallet.root))
        key = MemberKey(program, resolution.root)
        hold = await self._reader.hold(key, resolution.homes, authorization_id)
        spending = None if hold is None else hold.spending
        if hold is None or spending is None or not is_covered(covers, spending.location_id, spending.terms.here.brand):
            raise refusals.authorization_not_found(authorization_id)
        return Found(hold, spending, resolution)


def _is_seen(made: AuthorizationAnswer, covers: Covers) -> bool:
    return is_covered(covers, made.authorization.location_id, made.authorization.brand)
