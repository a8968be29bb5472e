"""What wallets must hold, recomputed from acknowledgements on disk alone: rates, returns and balances by hand.

Every answer tells the wallet's version and balance after it. So the acknowledgements of a wallet, sorted by version,
must be its whole history: each version once and none missing, each balance the one before and this command's points.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from google.protobuf.message import Message
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1.wallet_pb2 import Wallet

from tests.load.acks import Ack
from tests.load.calls import REQUESTS, RESPONSES

# Points for a dollar; activewear brings twice that again as a bonus of its own.
RATES = {"NORTH": 1, "HARBOR": 2, "LINDEN": 1, "PEAK": 1}
BONUS = {"activewear": 2}

Line = tuple[str, str, int]
Answer = ledger.PostOrderResponse | ledger.PostReturnResponse | ledger.RedeemPointsResponse


@dataclass(frozen=True, slots=True)
class Step:
    """What one acknowledged command did to a wallet."""

    version: int
    change: int
    wallet: Wallet
    spent: int = 0


@dataclass(slots=True)
class Model:
    """Feed it with the acknowledgements of each client in their order, then ask for `faults`.

    `reached` is how far the log has come, by partition.
    """

    reached: dict[int, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    _histories: dict[str, list[Step]] = field(default_factory=lambda: defaultdict(list))
    _granted: dict[Line, tuple[int, list[int]]] = field(default_factory=dict)
    _returned: Counter[Line] = field(default_factory=Counter)

    def take(self, acks: Iterable[Ack]) -> None:
        """Takes in acknowledgements; refused commands change nothing."""
        for ack in acks:
            if ack.answer.refusal is None:
                request = REQUESTS[ack.rpc].FromString(ack.request)
                self._command(request, RESPONSES[ack.rpc].FromString(ack.answer.response))

    def faults(self) -> list[str]:
        """Everything that does not add up in the acknowledgements."""
        return [*self.wrong, *(fault for root, steps in self._histories.items() for fault in _history(root, steps))]

    def wallets(self) -> Mapping[str, tuple[int, int]]:
        """Version and balance that each wallet must have now."""
        return {root: (len(steps), sum(step.change for step in steps)) for root, steps in self._histories.items()}

    def _command(self, request: Message, answer: Message) -> None:
        if isinstance(request, ledger.PostOrderRequest) and isinstance(answer, ledger.PostOrderResponse):
            self._step(answer, self._sold(request), answer.earned_points)
        elif isinstance(request, ledger.PostReturnRequest) and isinstance(answer, ledger.PostReturnResponse):
            self._step(answer, -self._taken_back(request), -answer.reversed_points)
        elif isinstance(request, ledger.RedeemPointsRequest) and isinstance(answer, ledger.RedeemPointsResponse):
            self._step(answer, -request.points, -answer.redemption.points, spent=request.points)

    def _step(self, answer: Answer, change: int, told: int, spent: int = 0) -> None:
        wallet, place = answer.wallet, answer.position
        self.reached[place.partition] = max(place.position, self.reached.get(place.partition, 0))
        if change != told:
            self.wrong.append(f"{wallet.root_member_id} version {wallet.version}: {change} is right, {told} was told")
        self._histories[wallet.root_member_id].append(Step(wallet.version, change, wallet, spent))

    def _sold(self, request: ledger.PostOrderRequest) -> int:
        order, earned = request.order, 0
        for line in order.lines:
            base = Fraction(line.net_minor_units * RATES[line.brand_id], 100)
            parts = [floor(base), *(floor(base * BONUS[category]) for category in line.category_ids)]
            self._granted[order.source, order.document_id, line.line_number] = (line.quantity, parts)
            earned += sum(parts)
        return earned

    def _taken_back(self, request: ledger.PostReturnRequest) -> int:
        taken = 0
        for line in request.return_document.lines:
            for share in line.sale_lines:
                order = share.sale_line.order
                key = (order.source, order.document_id, share.sale_line.line_number)
                sold, parts = self._granted[key]
                before, after = self._returned[key], self._returned[key] + share.quantity
                self._returned[key] = after
                taken += sum(_half_up(part * after, sold) - _half_up(part * before, sold) for part in parts)
        return taken


def _history(root: str, steps: list[Step]) -> Iterable[str]:
    """A wallet's whole history: every version once, every balance right, nothing spent that was not there."""
    steps.sort(key=lambda step: step.version)
    versions = [step.version for step in steps]
    if versions != list(range(1, len(steps) + 1)):
        yield f"{root}: the acknowledged versions are not 1 to {len(steps)}: {_odd(versions)}"
        return
    balance = 0
    for step in steps:
        if step.spent > max(balance, 0):
            yield f"{root} version {step.version}: {step.spent} were spent of {balance}"
        balance += step.change
        told = (step.wallet.balance, step.wallet.available, step.wallet.debt)
        if told != (balance, max(balance, 0), max(-balance, 0)):
            yield f"{root} version {step.version}: the balance is {balance}, told were {told}"


def _odd(versions: list[int]) -> str:
    missing = sorted(set(range(1, max(versions) + 1)) - set(versions))
    twice = sorted(version for version, count in Counter(versions).items() if count > 1)
    return f"missing {missing[:10]}, twice {twice[:10]}"


def _half_up(numerator: int, denominator: int) -> int:
    return floor(Fraction(numerator, denominator) + Fraction(1, 2))
