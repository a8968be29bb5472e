"""Moving points to another member: out of the giver's lane, then into the receiver's (docs/adr/0024)."""

from dataclasses import dataclass
from typing import cast

from chassis.values.canonical import Plain
from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.domain.accrual import moment
from ledger_service.domain.answers import TransferAnswer
from ledger_service.domain.commands import SendTransfer
from ledger_service.domain.fingerprints import transfer_key
from ledger_service.domain.transfer import TransferState, transfer_id_of
from ledger_service.use_cases.admission import Admission, Asked, nowhere
from ledger_service.use_cases.arrivals import Arrivals
from ledger_service.use_cases.people_ports import Transfers
from ledger_service.use_cases.people_requests import TransferRequest
from ledger_service.use_cases.ports import Lanes, Members, Outcome
from ledger_service.use_cases.requests import member_intent
from ledger_service.use_cases.together import together


@dataclass(frozen=True, slots=True)
class TransferOutcome:
    """The outcome at the giver, and whether the points have arrived."""

    outcome: Outcome
    arrived: bool


class TransferPointsToMember:
    """Two commits in one call. If only the first is done, the points arrive later (`CompleteTransfers`)."""

    def __init__(
        self, admission: Admission, members: Members, lanes: Lanes, transfers: Transfers, arrivals: Arrivals
    ) -> None:
        self._admission = admission
        self._members = members
        self._lanes = lanes
        self._transfers = transfers
        self._arrivals = arrivals

    async def __call__(self, caller: str, request: TransferRequest) -> TransferOutcome:
        """The outcome of the transfer."""
        asked = Asked(request.program, caller, request.request_id, _intent(request))
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return await self._arrived(request.program, kept)
        facts = self._admission.program_at(request.program, request.occur_time)
        giver, receiver = await together(
            self._members.resolve(request.program, request.giver),
            self._members.resolve(request.program, request.receiver),
        )
        if giver.root == receiver.root:
            raise refusals.same_wallet(giver.member_id)
        where = nowhere(facts.revision)
        transfer_id = transfer_id_of(request.program, caller, request.request_id)
        command = SendTransfer(
            origin=self._admission.origin(asked, key, facts, giver, where, request.occur_time),
            directory_key=transfer_key(request.program, transfer_id),
            transfer_id=transfer_id,
            receiver=receiver.member_id,
            receiver_root=receiver.root,
            points=request.points,
            reason=request.reason,
            burn_order=facts.policies.burn_order,
        )
        async with self._admission.pacing(asked) as paced:
            await paced.spends(giver.root)
            outcome = await self._lanes.submit(command)
        return await self._arrived(request.program, outcome)

    async def _arrived(self, program: str, outcome: Outcome) -> TransferOutcome:
        """Brings what was sent, unless it has arrived already. A refusal here is not the call's: the points have
        left and will arrive."""
        sent = cast(TransferAnswer, outcome.answer)
        transfer = await self._transfers.find(program, sent.wallet.root, sent.transfer_id)
        if transfer is None or transfer.state is TransferState.ARRIVED:
            return TransferOutcome(outcome, transfer is not None)
        try:
            await self._arrivals.bring(transfer)
        except Refusal:
            return TransferOutcome(outcome, arrived=False)
        return TransferOutcome(outcome, arrived=True)


def _intent(request: TransferRequest) -> Plain:
    return [
        "transfer",
        [member_intent(request.giver), member_intent(request.receiver)],
        [request.points, request.reason, moment(request.occur_time)],
    ]
