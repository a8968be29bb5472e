"""Authorizations, captures and tenders over the pure ledger."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.answers import AuthorizationAnswer, CaptureAnswer, OrderAnswer, VoidAnswer
from ledger_service.domain.commands import (
    AuthorizeRedemption,
    Award,
    CaptureRedemption,
    IncreaseHold,
    OrderPart,
    PostOrder,
    Tender,
    TenderLine,
    VoidRedemption,
)
from ledger_service.domain.hold import Hold
from ledger_service.domain.movement import MovementKind
from ledger_service.domain.order import OrderLine
from ledger_service.domain.redemption import Redemption, RedemptionTerms
from tests.support.pure_ledger import PureLedger

MINUTES_15 = 900


@dataclass
class PureSpending:
    """Makes and runs commands about holds of one pure ledger."""

    ledger: PureLedger = field(default_factory=PureLedger)

    def authorize(
        self,
        member: str,
        points: int,
        at: RedemptionTerms,
        *,
        quoted: int | None = None,
        seconds: int = MINUTES_15,
    ) -> AuthorizationAnswer:
        """Sets points aside."""
        origin = self.ledger.origin(member)
        held = f"aut-{origin.request_id}"
        answer = self.ledger.run(AuthorizeRedemption(origin, held.encode(), held, points, at, quoted, seconds)).answer
        assert isinstance(answer, AuthorizationAnswer)
        return answer

    def increase(self, member: str, authorization_id: str, points: int) -> AuthorizationAnswer:
        """Sets more aside."""
        answer = self.ledger.run(IncreaseHold(self.ledger.origin(member), authorization_id, points)).answer
        assert isinstance(answer, AuthorizationAnswer)
        return answer

    def capture(
        self, member: str, authorization_id: str, points: int = 0, *, release_rest: bool = False
    ) -> CaptureAnswer:
        """Spends held points."""
        origin = self.ledger.origin(member)
        spent = f"red-{origin.request_id}"
        command = CaptureRedemption(origin, spent.encode(), spent, authorization_id, points, release_rest)
        answer = self.ledger.run(command).answer
        assert isinstance(answer, CaptureAnswer)
        return answer

    def void(self, member: str, authorization_id: str, *, arrived: bool = True) -> VoidAnswer:
        """Frees held points, or keeps an authorization from arriving."""
        key = b"" if arrived else authorization_id.encode()
        answer = self.ledger.run(VoidRedemption(self.ledger.origin(member), authorization_id, key)).answer
        assert isinstance(answer, VoidAnswer)
        return answer

    def sell(
        self,
        member: str,
        document_id: str,
        lines: list[OrderLine],
        tenders: Sequence[Tender],
        awards: Sequence[Award] = (),
    ) -> OrderAnswer:
        """Posts a sale that points pay for."""
        answer = self.ledger.run(self.sale(member, document_id, lines, tenders, awards)).answer
        assert isinstance(answer, OrderAnswer)
        return answer

    def sale(
        self,
        member: str,
        document_id: str,
        lines: list[OrderLine],
        tenders: Sequence[Tender],
        awards: Sequence[Award] = (),
    ) -> PostOrder:
        """The command of such a sale."""
        plain = self.ledger.order_command(member, document_id, lines, list(awards))
        part = plain.order
        return PostOrder(
            plain.origin, OrderPart(part.document_key, part.order_id, part.document, part.awards, tuple(tenders))
        )

    # --- what it left

    def hold(self, authorization_id: str) -> Hold:
        """An authorization's hold."""
        return self.ledger.state.holds[authorization_id]

    def redemption(self, redemption_id: str) -> Redemption:
        """A redemption."""
        return self.ledger.state.redemptions[redemption_id]

    def moved(self, kind: MovementKind, back: int = 1) -> list[tuple[int, int, int]]:
        """Line, points and value of the movements of a kind in the last event (or an earlier one)."""
        movements = (recorded.movement for recorded in self.ledger.events[-back].movements)
        return [
            (one.line_number, one.points, one.settlement.value.minor_units if one.settlement.value else 0)
            for one in movements
            if one.kind is kind
        ]

    def lots(self, member: str = "ana") -> list[tuple[int, int]]:
        """Remaining and held of a member's accruals, oldest first."""
        ids = self.ledger.state.of_wallet[MemberKey(self.ledger.program, member)]
        accruals = sorted((self.ledger.state.accruals[one] for one in ids), key=lambda one: (one.earn_time, one.brand))
        return [(one.remaining, one.held) for one in accruals]


def capturing(authorization_id: str, points: int = 0, *lines: tuple[int, int], release_rest: bool = False) -> Tender:
    """A tender that captures."""
    return Tender(authorization_id, "", points, release_rest, tuple(TenderLine(*line) for line in lines))


def attaching(redemption_id: str, *lines: tuple[int, int]) -> Tender:
    """A tender that attaches what was spent before."""
    return Tender("", redemption_id, 0, False, tuple(TenderLine(*line) for line in lines))
