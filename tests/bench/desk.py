"""Commands for an engine without peers, each with a request id of its own."""

import itertools
from dataclasses import replace

from ledger_service.domain.commands import (
    AuthorizeRedemption,
    CaptureRedemption,
    Origin,
    PostOrder,
    RedeemPoints,
    Tender,
)
from ledger_service.domain.fingerprints import Fingerprints, authorization_key, order_key, redemption_key
from tests.support.engine import Engine
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.pure_spend import MINUTES_15, capturing

PROGRAM = "prg"
SALE_POINTS = 40

_REDEEMED_POINTS = 2
_TERMS = terms("linden", "4/5", {"north": "1"})
_KEYS = Fingerprints(b"k" * 32)


class Desk:
    """Makes commands and, for what takes two of them, sends them."""

    def __init__(self) -> None:
        self._pure = PureLedger(PROGRAM)
        self._numbers = itertools.count(1)

    def sale(self, member: str, points: int = SALE_POINTS, tenders: tuple[Tender, ...] = ()) -> PostOrder:
        """A sale with one line and one accrual."""
        document = f"d{next(self._numbers)}"
        lines, awards = [sold(1, points * 100, "north")], [award(1, points, "north")]
        command = self._pure.order_command(member, document, lines, awards)
        key = order_key(PROGRAM, command.order.document.ref)
        order = replace(command.order, document_key=key, tenders=tenders)
        return replace(command, origin=self._origin(member, document), order=order)

    def redemption(self, member: str, points: int = _REDEEMED_POINTS) -> RedeemPoints:
        """A redemption of a few points in one step."""
        request = f"r{next(self._numbers)}"
        redemption_id = f"red_{request}"
        key = redemption_key(PROGRAM, redemption_id)
        return RedeemPoints(self._origin(member, request), key, redemption_id, points, _TERMS, None)

    async def capture(self, engine: Engine, member: str) -> None:
        """A redemption in two steps: authorized, then captured."""
        authorization_id = await self._authorize(engine, member)
        request = f"c{next(self._numbers)}"
        redemption_id = f"red_{request}"
        key = redemption_key(PROGRAM, redemption_id)
        capture = CaptureRedemption(self._origin(member, request), key, redemption_id, authorization_id, 0, False)
        await engine.keeper.submit(capture)

    async def checkout(self, engine: Engine, member: str) -> None:
        """A sale that captures what was authorized for it in its own commit."""
        authorization_id = await self._authorize(engine, member)
        await engine.keeper.submit(self.sale(member, tenders=(capturing(authorization_id),)))

    async def _authorize(self, engine: Engine, member: str) -> str:
        request = f"a{next(self._numbers)}"
        authorization_id = f"aut_{request}"
        key = authorization_key(PROGRAM, authorization_id)
        origin = self._origin(member, request)
        command = AuthorizeRedemption(origin, key, authorization_id, _REDEEMED_POINTS, _TERMS, None, MINUTES_15)
        await engine.keeper.submit(command)
        return authorization_id

    def _origin(self, member: str, request: str) -> Origin:
        key = _KEYS.request(PROGRAM, "till", request, [member])
        return replace(self._pure.origin(member), request_id=request, request=key)
