"""The tills' own records of a trial, month by month: sums of what calls were answered, and of nothing else."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_requests_pb2 as orders
from loyalty.ledger.v1 import redemption_pb2, return_requests_pb2
from loyalty.ledger.v1 import redemption_requests_pb2 as redemptions

from tests.trial.posting import Answer, Posted


@dataclass(slots=True)
class Record:
    """A month. Points earned, taken back and corrected by issuing brand, points spent by the brand they were spent at,
    points given back; at the end of the month what all members hold."""

    earned: Counter[str] = field(default_factory=Counter)
    reversed: Counter[str] = field(default_factory=Counter)
    adjusted: Counter[str] = field(default_factory=Counter)
    spent_at: Counter[str] = field(default_factory=Counter)
    restored: int = 0
    balance: int = 0
    answers: int = 0


class Bookkeeping:
    """Reads each answer once, in order."""

    def __init__(self, posted: Posted) -> None:
        self._posted = posted
        self._read = 0
        self._balances: dict[str, tuple[int, int]] = {}
        self._settled: list[str] = []

    def month(self) -> tuple[Record, list[str]]:
        """What was answered since the last call, but for returns that had waited and were settled by sales: their ids
        come with it, to be added by `add_settled`."""
        record, self._settled = Record(), []
        new = list(self._posted.answers.values())[self._read :]
        self._read += len(new)
        for answer in new:
            self._take(record, answer)
        record.answers = len(new)
        record.balance = sum(balance for _, balance in self._balances.values())
        return record, self._settled

    def _take(self, record: Record, answer: Answer) -> None:
        if answer.HasField("wallet"):
            wallet = answer.wallet
            self._balances[wallet.root_member_id] = max(
                (wallet.version, wallet.balance), self._balances.get(wallet.root_member_id, (0, 0))
            )
        match answer:
            case ledger.PostOrderResponse():
                self._take_sale(record, answer)
            case ledger.PostReturnResponse():
                _take_back(record, answer)
            case orders.CorrectOrderLineResponse():
                for corrected in answer.corrected:
                    record.adjusted[corrected.brand_id] += corrected.points
            case ledger.RedeemPointsResponse():
                _spend(record, answer.redemption)
            case redemptions.RestoreRedemptionResponse():
                record.restored += answer.restored.points

    def _take_sale(self, record: Record, answer: ledger.PostOrderResponse) -> None:
        self._settled += answer.resolved_return_ids
        for earned in answer.earned:
            record.earned[earned.brand_id] += earned.granted
        for redemption in answer.redemptions:
            # Others were made before the sale and are told by their own answers.
            if redemption.authorization_id:
                _spend(record, redemption)


def add_settled(record: Record, outcome: return_requests_pb2.PostedReturn) -> None:
    """A return that had waited."""
    _take_back(record, outcome)


def _spend(record: Record, redemption: redemption_pb2.Redemption) -> None:
    record.spent_at[redemption.brand_id] += redemption.points


def _take_back(record: Record, goods: ledger.PostReturnResponse | return_requests_pb2.PostedReturn) -> None:
    for reversal in goods.reversed:
        record.reversed[reversal.brand_id] += reversal.reversed
    record.restored += sum(restored.points for restored in goods.restored)


def by_brand(of_months: Mapping[str, Record], what: str) -> Counter[str]:
    """Sums of a figure over the months."""
    sums: Counter[str] = Counter()
    for record in of_months.values():
        sums.update(getattr(record, what))
    return sums
