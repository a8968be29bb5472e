"""What a client does with points: sets them aside, captures, voids, pays with them, and takes spending back."""

from collections import deque
from dataclasses import dataclass, field

from google.protobuf.message import Message
from loyalty.ledger.v1 import authorization_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import redemption_requests_pb2 as spending

from tests.load.calls import Intent
from tests.load.desk import Desk
from tests.support.mesh import member

HOLD_SECONDS = 2_592_000
"""Longer than any load: nothing is freed but by its clients."""


@dataclass
class Held:
    """What an authorization of this client holds; `asked` is the request id it was made under."""

    asked: str
    member: str
    points: int


@dataclass
class Spender:
    """One client's spending. `soon` is what it does as a consequence of what it did."""

    desk: Desk
    soon: deque[Intent]
    _held: dict[str, Held] = field(default_factory=dict)
    _spent: list[tuple[str, str, int]] = field(default_factory=list)

    def next(self) -> Intent:
        """The next call."""
        random = self.desk.random
        choice = random.random()
        if choice < 0.3 or not self._held:
            return self._fresh(choice / 0.3 if choice < 0.3 else random.random())
        held_id, held = random.choice(list(self._held.items()))
        if choice < 0.45:
            return self._increase(held_id)
        if choice < 0.65:
            return self._capture(held_id, held)
        if choice < 0.8:
            return self._void(held_id, held)
        return self._checkout(held_id, held)

    def learn(self, request: Message, response: Message) -> None:
        """Takes in what is held and spent by now."""
        if isinstance(request, ledger.RedeemPointsRequest):
            self._spent.append((request.request_id, request.member.member_id, request.points))
        if isinstance(request, spending.AuthorizeRedemptionRequest):
            held = Held(request.request_id, request.member.member_id, request.points)
            assert isinstance(response, spending.AuthorizeRedemptionResponse)
            self._held[response.authorization.authorization_id] = held
        elif isinstance(response, spending.IncreaseHoldResponse | spending.CaptureRedemptionResponse):
            self._now_holds(response.authorization)
        elif isinstance(response, spending.VoidRedemptionResponse):
            self._held.pop(response.authorization.authorization_id, None)
        elif isinstance(request, ledger.PostOrderRequest):
            for tender in request.tenders:
                self._held.pop(tender.authorization_id, None)

    def _now_holds(self, authorization: authorization_pb2.Authorization) -> None:
        if authorization.held_points:
            self._held[authorization.authorization_id].points = authorization.held_points
        else:
            self._held.pop(authorization.authorization_id, None)

    # --- calls

    def redemption(self) -> Intent:
        """Some points, at any brand; at times more than there are."""
        points = self.desk.random.choice((10, 37, 80, 200, 1_000))
        spent = self.desk.spent(self.desk.anyone(), points)
        return Intent("RedeemPoints", ledger.RedeemPointsRequest(**self.desk.asked(), **spent))

    def _fresh(self, choice: float) -> Intent:
        if choice < 0.2:
            return self._void_before()
        if choice < 0.5 and self._spent:
            return self._restore()
        return self._authorize(self.desk.anyone())

    def _authorize(self, who: str, request_id: str = "") -> Intent:
        spent = self.desk.spent(who, self.desk.random.choice((10, 37, 80, 200)))
        asked = self.desk.asked(request_id)
        request = spending.AuthorizeRedemptionRequest(**asked, **spent, hold_seconds=HOLD_SECONDS)
        return Intent("AuthorizeRedemption", request)

    def _increase(self, held_id: str) -> Intent:
        points = self.desk.random.randint(1, 20)
        request = spending.IncreaseHoldRequest(
            **self.desk.asked(), authorization_id=held_id, points=points, **self.desk.now()
        )
        return Intent("IncreaseHold", request)

    def _capture(self, held_id: str, held: Held) -> Intent:
        random = self.desk.random
        request = spending.CaptureRedemptionRequest(
            **self.desk.asked(),
            authorization_id=held_id,
            points=random.choice((0, random.randint(1, held.points))),
            release_rest=random.random() < 0.3,
            **self.desk.now(),
        )
        return Intent("CaptureRedemption", request)

    def _void(self, held_id: str, held: Held) -> Intent:
        request = spending.VoidRedemptionRequest(**self.desk.asked(), **self.desk.now())
        if self.desk.random.random() < 0.5:
            request.authorization_id = held_id
        else:
            request.original_request_id = held.asked
            request.member.CopyFrom(member(held.member))
        return Intent("VoidRedemption", request)

    def _void_before(self) -> Intent:
        """Keeps an authorization from arriving; it comes late."""
        who, original = self.desk.anyone(), self.desk.new_id()
        request = spending.VoidRedemptionRequest(
            **self.desk.asked(), original_request_id=original, member=member(who), **self.desk.now()
        )
        self.soon.append(self._authorize(who, original))
        return Intent("VoidRedemption", request)

    def _checkout(self, held_id: str, held: Held) -> Intent:
        """A sale paid with what is set aside, or with some of it; the rest is freed."""
        random = self.desk.random
        points = random.choice((0, random.randint(1, held.points)))
        tender = authorization_pb2.Tender(authorization_id=held_id, points=points, release_rest=True)
        request = ledger.PostOrderRequest(
            **self.desk.asked(), member=member(held.member), order=self.desk.order(), tenders=[tender]
        )
        return Intent("PostOrder", request)

    def _restore(self) -> Intent:
        """All or some of a redemption, which is not restored again."""
        random = self.desk.random
        original, who, points = self._spent.pop(random.randrange(len(self._spent)))
        request = spending.RestoreRedemptionRequest(
            **self.desk.asked(),
            original_request_id=original,
            member=member(who),
            points=random.choice((0, random.randint(1, points))),
            reason="changed her mind",
            **self.desk.now(),
        )
        return Intent("RestoreRedemption", request)
