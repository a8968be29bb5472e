"""An authorization or a redemption as it stands now: directory → whose it is by now → itself."""

from dataclasses import replace

from ledger_service.domain import refusals
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.answers import HoldView
from ledger_service.domain.answers.spend import RedemptionView
from ledger_service.domain.apply.views import hold_view, redemption_view
from ledger_service.domain.fingerprints import redemption_key
from ledger_service.domain.hold import HoldState
from ledger_service.use_cases.authorizations import Authorizations
from ledger_service.use_cases.ports import Clock, MemberRef, Members, Outcomes, Programs
from ledger_service.use_cases.read_ports import Reader
from ledger_service.use_cases.spend_ports import SpendReader
from ledger_service.use_cases.spend_requests import Covers, is_covered
from ledger_service.use_cases.spent_answers import SPENDING_ANSWERS, is_seen


class GetAuthorization:
    """Finds an authorization by its id."""

    def __init__(self, programs: Programs, authorizations: Authorizations, reader: Reader, clock: Clock) -> None:
        self._programs = programs
        self._authorizations = authorizations
        self._reader = reader
        self._clock = clock

    async def __call__(self, program: str, authorization_id: str, covers: Covers) -> HoldView:
        """The authorization; one whose time has run out holds nothing, whether or not that was booked."""
        facts = self._programs.facts(program)
        found = await self._authorizations.find(program, authorization_id, covers)
        key, homes = MemberKey(program, found.resolution.root), found.resolution.homes
        wallet = await self._reader.wallet(key, homes, self._clock.now(), facts.replay_clock)
        view, state = hold_view(found.hold, found.spending), found.hold.state_at(wallet.as_of)
        return view if state is HoldState.OPEN else replace(view, state=state, held_points=0)


class GetRedemption:
    """Finds a redemption by its id."""

    def __init__(self, programs: Programs, outcomes: Outcomes, members: Members, reader: SpendReader) -> None:
        self._programs = programs
        self._outcomes = outcomes
        self._members = members
        self._reader = reader

    async def __call__(self, program: str, redemption_id: str, covers: Covers) -> RedemptionView:
        """The redemption, with what was given back of it; REDEMPTION_NOT_FOUND."""
        self._programs.facts(program)
        posted = await self._outcomes.of_document(redemption_key(program, redemption_id))
        answer = None if posted is None else posted.answer
        if not isinstance(answer, SPENDING_ANSWERS) or not is_seen(answer, redemption_id, covers):
            raise refusals.redemption_not_found(redemption_id)
        resolution = await self._members.resolve(program, MemberRef(member_id=answer.wallet.root))
        key = MemberKey(program, resolution.root)
        redemption = await self._reader.redemption(key, resolution.homes, redemption_id)
        if redemption is None or not is_covered(covers, redemption.location_id, redemption.brand):
            raise refusals.redemption_not_found(redemption_id)
        return redemption_view(redemption)
