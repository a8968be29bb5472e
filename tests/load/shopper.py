"""Chooses what a client does next: mostly sales, then spending, returns of its own sales, and new members."""

from collections import deque
from dataclasses import dataclass, field
from random import Random

from google.protobuf.message import Message
from loyalty.identity.v1 import identity_service_pb2 as identity
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.type.v1 import member_pb2

from tests.load.calls import Intent
from tests.load.desk import Desk
from tests.load.seller import Seller
from tests.load.spender import Spender

MOST_MEMBERS = 12


@dataclass
class Shopper:
    """One client's choices. `members` is shared by all clients, so that they meet on the same wallets."""

    name: str
    program: str
    members: list[str]
    random: Random
    most_members: int = MOST_MEMBERS
    _soon: deque[Intent] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._desk = Desk(self.name, self.program, self.members, self.random)
        self._seller = Seller(self._desk, self._soon)
        self._spender = Spender(self._desk, self._soon)

    def next(self) -> Intent:
        """The next call, with a request id of its own."""
        random = self.random
        if not self.members or (len(self.members) < self.most_members and random.random() < 0.05):
            return Intent("EnrollMember", self._enrolment())
        if self._soon and random.random() < 0.5:
            return self._soon.popleft()
        choice = random.random()
        if choice < 0.15:
            return self._spender.redemption()
        if choice < 0.4:
            return self._spender.next()
        if choice < 0.6:
            return self._seller.next()
        back = self._seller.goods_back() if choice < 0.7 else None
        return back or Intent("PostOrder", self.sale())

    def learn(self, intent: Intent, response: Message) -> None:
        """Takes in what became of a call: a member to shop for, a sale to return, points to capture."""
        if isinstance(response, identity.EnrollMemberResponse):
            self.members.append(response.member.member_id)
        self._seller.learn(intent.request, response)
        self._spender.learn(intent.request, response)

    def sale(self) -> ledger.PostOrderRequest:
        """A sale to anyone."""
        return self._seller.sale()

    def _enrolment(self) -> identity.EnrollMemberRequest:
        """A person with a new card."""
        value = f"{self.name}{self._desk.number()}"
        card = member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value=value)
        return identity.EnrollMemberRequest(**self._desk.asked(), identifiers=[card])
