"""Letting points that left one member arrive at another: right after they left, or later by a chore."""

from chassis.values.refusal import Refusal
from ledger_service.domain.commands import ReceiveTransfer
from ledger_service.domain.fingerprints import arrival_key
from ledger_service.domain.transfer import Transfer
from ledger_service.use_cases.admission import Admission, Asked, nowhere
from ledger_service.use_cases.people_ports import Transfers
from ledger_service.use_cases.ports import Lanes, MemberRef, Members, Programs

CALLER = "loyalty.ledger/arrivals"
"""Who asks for an arrival: always the ledger itself, so that two who try it share one request."""
OLDER_SECONDS = 5.0
"""Younger ones are still brought by the call that sent them."""
AT_A_TIME = 100


class Arrivals:
    """Every arrival of a transfer is the same request; only one of them is ever carried out."""

    def __init__(self, admission: Admission, programs: Programs, members: Members, lanes: Lanes) -> None:
        self._admission = admission
        self._programs = programs
        self._members = members
        self._lanes = lanes

    async def bring(self, transfer: Transfer) -> None:
        """Credits the receiver; returns when the points have arrived, now or before."""
        program, transfer_id = transfer.program, transfer.transfer_id
        asked = Asked(program, CALLER, transfer_id, ["arrival", transfer_id])
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return
        facts = self._programs.facts(program)
        resolution = await self._members.resolve(program, MemberRef(member_id=transfer.receiver))
        where = nowhere(facts.revision)
        origin = self._admission.origin(asked, key, facts, resolution, where, transfer.post_time)
        await self._lanes.submit(ReceiveTransfer(origin, arrival_key(program, transfer_id), transfer))


class CompleteTransfers:
    """The chore for transfers whose call died between the two commits."""

    def __init__(self, transfers: Transfers, arrivals: Arrivals) -> None:
        self._transfers = transfers
        self._arrivals = arrivals

    async def __call__(self) -> bool:
        """Brings some of what is on its way; True if there may be more. What cannot arrive now is tried again the
        next time."""
        waiting = await self._transfers.on_their_way(OLDER_SECONDS, AT_A_TIME)
        arrived = 0
        for transfer in waiting:
            try:
                await self._arrivals.bring(transfer)
                arrived += 1
            except Refusal:
                continue
        return len(waiting) == AT_A_TIME and arrived > 0
