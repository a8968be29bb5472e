"""Restores, and returns under a policy or of part-points orders, over the in-memory ledger."""

from collections.abc import Mapping

from ledger_service.domain.answers import RedemptionAnswer, RestoreAnswer, ReturnAnswer
from ledger_service.domain.commands import PostReturn, RedeemPoints, RestoreRedemption
from ledger_service.domain.order import DocumentRef, ReturnBasis, ReturnDocument, ReturnedShare, ReturnLine
from ledger_service.domain.policies import ReturnPolicy
from ledger_service.domain.redemption import Burn, Redemption, RedemptionTerms
from tests.support.pure_ledger import PureLedger

DEBT = ReturnPolicy()


def spend(ledger: PureLedger, points: int, at: RedemptionTerms, member: str = "ana") -> str:
    """Spends points in one step; the redemption's id."""
    origin = ledger.origin(member)
    redemption_id = f"red-{origin.request_id}"
    command = RedeemPoints(origin, redemption_id.encode(), redemption_id, points, at, None)
    answer = ledger.run(command).answer
    assert isinstance(answer, RedemptionAnswer)
    return redemption_id


def restore(
    ledger: PureLedger, redemption_id: str, points: int = 0, policy: ReturnPolicy = DEBT, member: str = "ana"
) -> RestoreAnswer:
    """Restores so many points of a redemption; 0: all that are left."""
    command = RestoreRedemption(ledger.origin(member), redemption_id, points, "", policy, b"")
    answer = ledger.run(command).answer
    assert isinstance(answer, RestoreAnswer)
    return answer


def bring_back(
    ledger: PureLedger,
    document_id: str,
    sale: str,
    lines: Mapping[int, tuple[ReturnBasis, int | None]],
    policy: ReturnPolicy = DEBT,
    member: str = "ana",
) -> ReturnAnswer:
    """Returns lines of one sale under a policy: basis and amount per line."""
    ref = DocumentRef("till", sale)
    document = ReturnDocument(
        ref=DocumentRef("till", document_id),
        location_id="shop",
        channel="store",
        occur_time=ledger.now,
        lines=tuple(
            ReturnLine(number, (ReturnedShare(ref, line, basis, amount),))
            for number, (line, (basis, amount)) in enumerate(lines.items(), start=1)
        ),
    )
    part = ledger.return_part(document, {ref: member}, policy)
    answer = ledger.run(PostReturn(ledger.origin(member), part)).answer
    assert isinstance(answer, ReturnAnswer)
    return answer


def redemption(ledger: PureLedger, redemption_id: str) -> Redemption:
    """A redemption as it stands."""
    return ledger.state.redemptions[redemption_id]


def burns(ledger: PureLedger) -> list[Burn]:
    """Every burn as it stands."""
    return list(ledger.state.burns.values())


def open_positions(ledger: PureLedger) -> dict[str, int]:
    """The entities whose net position is not zero."""
    return {entity: cents for entity, cents in ledger.positions().items() if cents}
