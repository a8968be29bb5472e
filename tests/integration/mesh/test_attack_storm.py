"""Hundreds of calls of every kind at once, at three wallets that share sales, authorizations and redemptions: good
ones, refused ones, cut ones and twins. Nothing goes wrong inside, and everything that can be added up ties out."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.ledger.v1 import authorization_pb2, correction_requests_pb2, movement_pb2, order_requests_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.ledger.v1 import read_requests_pb2 as reading
from loyalty.ledger.v1 import redemption_requests_pb2 as spending
from loyalty.ledger.v1 import return_requests_pb2 as bringing
from loyalty.ledger.v1.wallet_pb2 import Wallet
from loyalty.type.v1 import order_pb2

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import findings_of
from tests.support.mesh import Till, line, member, moment, open_till

_NUMBERS = itertools.count(1)
EARNED = [line(1, "NORTH", 20_000, quantity=5), line(2, "HARBOR", 10_000, quantity=3)]
AT_ONCE, ROUNDS = 20, 15


@dataclass
class Storm:
    """What the calls so far have made; each new one names something of it, often something of somebody else's."""

    till: Till
    random: Random
    members: list[str]
    sales: list[str] = field(default_factory=list)
    holds: list[str] = field(default_factory=list)
    spent: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    heard: Counter[str] = field(default_factory=Counter)
    said: list[tuple[str, Any, bytes]] = field(default_factory=list)

    def new(self) -> dict[str, Any]:
        """Program and a request id."""
        return {"program_id": self.till.program, "request_id": f"storm-{next(_NUMBERS)}"}

    def timed(self) -> dict[str, Any]:
        """The same, and the time."""
        return self.new() | {"occur_time": moment(self.till.now)}

    def one(self, of: list[str]) -> str:
        """One of the latest."""
        return self.random.choice(of[-12:] or ["none"])

    def who(self) -> Any:
        """Somebody."""
        return member(self.random.choice(self.members))

    def ref(self) -> order_pb2.OrderRef:
        """Some sale."""
        return order_pb2.OrderRef(source="till-1", document_id=self.one(self.sales))

    def goods(self) -> list[order_pb2.OrderLine]:
        """Two lines."""
        brand, net = self.random.choice(["NORTH", "HARBOR"]), self.random.randrange(5_000)
        return [line(1, brand, net, quantity=self.random.randrange(4)), line(2, "LINDEN", 3_000, quantity=3)]

    def document(self) -> order_pb2.Order:
        """A new sale, now and then one that was posted."""
        known = self.sales and self.random.random() < 0.15
        name = self.one(self.sales) if known else f"STORM-{next(_NUMBERS)}"
        return self.till.order(name, "mall-1", self.goods())

    def back(self) -> returns.Return:
        """Some of some lines, now and then of a sale that is still to come."""
        shares = []
        for _ in range(self.random.randrange(1, 3)):
            ref = self.ref() if self.random.random() < 0.9 else order_pb2.OrderRef(source="till-1", document_id="LATER")
            share = returns.ReturnedShare(
                sale_line=returns.SaleLineRef(order=ref, line_number=self.random.randrange(1, 3))
            )
            unit = self.random.choice(["quantity", "amount_minor_units", "whole"])
            setattr(share, unit, {"quantity": 1, "amount_minor_units": 700, "whole": True}[unit])
            shares.append(share)
        return returns.Return(
            source="till-2",
            document_id=f"BACK-{next(_NUMBERS)}",
            location_id="mall-1",
            occur_time=moment(self.till.now),
            lines=[returns.ReturnLine(line_number=n, sale_lines=[share]) for n, share in enumerate(shares, 1)],
        )

    def place(self) -> dict[str, Any]:
        """Where points are spent."""
        return {"location_id": "mall-1", "brand_id": self.random.choice(["LINDEN", "PEAK"]), "currency_code": "USD"}

    def tenders(self) -> list[authorization_pb2.Tender]:
        """What pays for a sale; often another member's."""
        found = []
        if self.random.random() < 0.6:
            held = authorization_pb2.Tender(authorization_id=self.one(self.holds), points=self.random.choice([0, 5]))
            found.append(held)
        if self.random.random() < 0.3:
            found.append(authorization_pb2.Tender(redemption_id=self.one(self.spent)))
        return found


def _sale(storm: Storm) -> Any:
    return ledger.PostOrderRequest(**storm.new(), member=storm.who(), order=storm.document(), tenders=storm.tenders())


def _authorize(storm: Storm) -> Any:
    request = spending.AuthorizeRedemptionRequest(
        **storm.timed(),
        member=storm.who(),
        **storm.place(),
        points=storm.random.randrange(1, 90),
        hold_seconds=storm.random.choice([0, 60]),
    )
    storm.asked.append((request.request_id, request.member.member_id))
    return request


def _redeem(storm: Storm) -> Any:
    points = storm.random.randrange(1, 120)
    request = ledger.RedeemPointsRequest(**storm.timed(), member=storm.who(), **storm.place(), points=points)
    storm.asked.append((request.request_id, request.member.member_id))
    return request


def _undo(storm: Storm, kind: Any, named: str, known: list[str]) -> Any:
    """By id, or by the request id of any authorization or redemption."""
    if storm.asked and storm.random.random() < 0.5:
        original, whose = storm.random.choice(storm.asked[-12:])
        return kind(**storm.timed(), original_request_id=original, member=member(whose))
    return kind(**storm.timed(), **{named: storm.one(known)})


def _return(storm: Storm) -> Any:
    request = ledger.PostReturnRequest(**storm.new(), return_document=storm.back())
    if storm.random.random() < 0.5:
        request.member.CopyFrom(storm.who())
    return request


def _correct(storm: Storm) -> Any:
    corrected = line(1, storm.random.choice(["NORTH", "HARBOR"]), storm.random.randrange(8_000), quantity=3)
    return order_requests_pb2.CorrectOrderLineRequest(
        **storm.timed(), order=storm.ref(), line=corrected, reason="price", operator_id="kim", location_id="mall-1"
    )


def _transfer(storm: Storm) -> Any:
    points = storm.random.randrange(1, 60)
    request = correction_requests_pb2.TransferPointsRequest(
        **storm.timed(), to=storm.who(), points=points, reason="gift"
    )
    getattr(request, "from").CopyFrom(storm.who())
    return request


def _adjust(storm: Storm) -> Any:
    change = correction_requests_pb2.Adjustment(
        points=storm.random.choice([-20, -3, 5, 40]), brand_id="NORTH", reason_code="goodwill", operator_id="kim"
    )
    return correction_requests_pb2.AdjustPointsRequest(**storm.timed(), member=storm.who(), adjustment=change)


KINDS: dict[str, Callable[[Storm], Any]] = {
    "PostOrder": _sale,
    "AuthorizeRedemption": _authorize,
    "RedeemPoints": _redeem,
    "IncreaseHold": lambda s: spending.IncreaseHoldRequest(
        **s.timed(), authorization_id=s.one(s.holds), points=s.random.randrange(1, 30)
    ),
    "CaptureRedemption": lambda s: spending.CaptureRedemptionRequest(
        **s.timed(), authorization_id=s.one(s.holds), points=s.random.choice([0, 3, 11])
    ),
    "VoidRedemption": lambda s: _undo(s, spending.VoidRedemptionRequest, "authorization_id", s.holds),
    "RestoreRedemption": lambda s: _undo(s, spending.RestoreRedemptionRequest, "redemption_id", s.spent),
    "PostReturn": _return,
    "OpenReturn": lambda s: bringing.OpenReturnRequest(**s.new(), return_document=s.back()),
    "CancelReturn": lambda s: bringing.CancelReturnRequest(**s.timed(), return_id=s.one(s.returned)),
    "CancelOrder": lambda s: bringing.CancelOrderRequest(**s.timed(), order=s.ref(), location_id="mall-1"),
    "ExchangeOrder": lambda s: order_requests_pb2.ExchangeOrderRequest(
        **s.new(), member=s.who(), return_document=s.back(), order=s.document()
    ),
    "ClaimOrder": lambda s: order_requests_pb2.ClaimOrderRequest(**s.timed(), member=s.who(), order=s.ref()),
    "CorrectOrderLine": _correct,
    "TransferPoints": _transfer,
    "AdjustPoints": _adjust,
}
WEIGHTS = {"PostOrder": 4, "AuthorizeRedemption": 3, "RedeemPoints": 2, "PostReturn": 2}


async def _call(storm: Storm, name: str, request: Any) -> None:
    """One call; some as a cut one and two twins at once: of the twins those that succeed get one answer."""
    rpc = getattr(storm.till.mesh.ledger, name)
    calls = [rpc(request)]
    if storm.random.random() < 0.2:
        calls += [rpc(request), rpc(request, timeout=storm.random.choice([0.001, 0.004]))]
    answers: list[Any] = await asyncio.gather(*calls, return_exceptions=True)
    good = [answer for answer in answers if not isinstance(answer, BaseException)]
    if not good:
        storm.heard[f"{name}: {answers[0].reason}"] += 1
        return
    assert len({_bytes(answer) for answer in good}) == 1, (name, good)
    storm.heard[name] += 1
    storm.said.append((name, request, _bytes(good[0])))
    storm.till._saw(good[0].position)
    _remember(storm, name, request, good[0])


def _bytes(answer: Any) -> bytes:
    """An answer as it stays: whether transferred points have arrived is told as it is by then."""
    if isinstance(answer, correction_requests_pb2.TransferPointsResponse):
        answer.ClearField("arrived")
    told: bytes = answer.SerializeToString(deterministic=True)
    return told


def _remember(storm: Storm, name: str, request: Any, answer: Any) -> None:
    if name in ("PostOrder", "ExchangeOrder"):
        storm.sales.append(request.order.document_id)
    if name == "AuthorizeRedemption":
        storm.holds.append(answer.authorization.authorization_id)
    if name in ("RedeemPoints", "CaptureRedemption"):
        storm.spent.append(answer.redemption.redemption_id)
    if name in ("PostReturn", "OpenReturn"):
        storm.returned.append(answer.return_id)


@pytest.fixture
async def storm(stack: LocalStack) -> AsyncIterator[Storm]:
    """A storm about to begin: three members with 400 points each, and an anonymous sale."""
    async with open_till(stack, "storm") as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        storm = Storm(till, Random(20261122), [await till.enroll(f"STORM-{n}") for n in range(3)])
        for number, buyer in enumerate(storm.members):
            await till.sell(buyer, f"STORM-FIRST-{number}", "mall-1", EARNED)
            storm.sales.append(f"STORM-FIRST-{number}")
        yield storm


async def _moves(till: Till, whose: str) -> list[movement_pb2.Movement]:
    found: list[movement_pb2.Movement] = []
    request = ledger.ListMovementsRequest(program_id=till.program, member=member(whose), page_size=1_000)
    while True:
        page = await till.mesh.ledger.ListMovements(request)
        found += page.movements
        request.page_token = page.next_page_token
        if not request.page_token:
            return found


async def _wallet_ties_out(till: Till, whose: str) -> None:
    """Wallet, movements, past wallets and statements, whole and in halves, all say the same."""
    wallet, moves = (await till.wallet(whose)).wallet, await _moves(till, whose)
    left: dict[str, int] = {}
    then: dict[tuple[int, int], int] = {}
    for move in moves:
        left[move.accrual_id] = move.remaining_after + move.held_after
        then[move.post_time.seconds, move.post_time.nanos] = sum(left.values())
    assert (wallet.balance, wallet.debt) == (sum(left.values()), sum(max(0, -points) for points in left.values()))
    for (seconds, nanos), balance in then.items():
        assert (await _at(till, whose, Timestamp(seconds=seconds, nanos=nanos))).balance == balance
    times = sorted(then)
    ends = [Timestamp(seconds=times[0][0] - 1), Timestamp(seconds=times[len(times) // 2][0]), moment(till.now)]
    ends[2].seconds += 1
    whole, *halves = [
        await till.mesh.ledger.GetMemberStatement(
            reading.GetMemberStatementRequest(
                program_id=till.program, member=member(whose), start_time=start, end_time=end
            )
        )
        for start, end in ((ends[0], ends[2]), (ends[0], ends[1]), (ends[1], ends[2]))
    ]
    assert (whole.opening_balance, whole.closing_balance) == (0, wallet.balance)
    assert sum(points.points for points in whole.totals) == wallet.balance
    assert halves[0].closing_balance == halves[1].opening_balance
    assert [*halves[0].entries, *halves[1].entries] == [*whole.entries]


async def _at(till: Till, whose: str, time: Timestamp) -> Wallet:
    request = reading.GetWalletAtRequest(program_id=till.program, member=member(whose), time=time)
    return (await till.mesh.ledger.GetWalletAt(request)).wallet


async def test_a_storm_of_every_kind_of_call_ties_out(storm: Storm) -> None:
    names, weights = list(KINDS), [WEIGHTS.get(name, 1) for name in KINDS]
    for _ in range(ROUNDS):
        chosen = storm.random.choices(names, weights, k=AT_ONCE)
        await asyncio.gather(*(_call(storm, name, KINDS[name](storm)) for name in chosen))
        storm.till.now += timedelta(seconds=storm.random.choice([0, 0, 1, 61]))
    assert not [heard for heard in storm.heard if heard.endswith(("INTERNAL", "UNAVAILABLE"))]
    assert sum(n for heard, n in storm.heard.items() if ":" not in heard) > AT_ONCE * ROUNDS / 4, storm.heard
    for whose in storm.members:
        await _wallet_ties_out(storm.till, whose)
    # Everything once more: each call that succeeded gets its first answer, and nothing moves.
    for name, request, first in storm.said:
        assert _bytes(await getattr(storm.till.mesh.ledger, name)(request)) == first
    for whose in storm.members:
        await _wallet_ties_out(storm.till, whose)
    assert await findings_of(storm.till) == []
