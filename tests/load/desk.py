"""What all choices of one client share: whom it serves, its numbers, its clock, and the parts of its messages."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.type.v1 import order_pb2

from tests.support.mesh import member, moment

MALL = "mall-1"
BRANDS = ("NORTH", "HARBOR", "PEAK", "LINDEN")
START = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass
class Desk:
    """`members` is shared by all clients, so that they meet on the same wallets."""

    name: str
    program: str
    members: list[str]
    random: Random
    _count: int = 0

    def number(self) -> int:
        """One more than the last; the client's clock goes on by a second."""
        self._count += 1
        return self._count

    def asked(self, request_id: str = "") -> dict[str, Any]:
        """The program, and a request id of its own unless one is given."""
        return {"program_id": self.program, "request_id": request_id or self.new_id()}

    def new_id(self) -> str:
        """A request id."""
        return f"{self.name}:{self.number()}"

    def anyone(self) -> str:
        """Any member."""
        return self.random.choice(self.members)

    def now(self) -> dict[str, Any]:
        """When it happens."""
        return {"occur_time": moment(START + timedelta(seconds=self._count))}

    def spent(self, who: str, points: int) -> dict[str, Any]:
        """Points of a member at some brand."""
        return {
            "member": member(who),
            "location_id": MALL,
            "brand_id": self.random.choice(BRANDS),
            "currency_code": "USD",
            "points": points,
            **self.now(),
        }

    def order(self, document_id: str = "") -> order_pb2.Order:
        """One to four lines of any brands."""
        document = document_id or f"{self.name}-D{self.number()}"
        lines = [self._line(number) for number in range(1, self.random.randint(2, 5))]
        return order_pb2.Order(
            source=self.name,
            document_id=document,
            location_id=MALL,
            currency_code="USD",
            total_minor_units=sum(line.net_minor_units for line in lines),
            lines=lines,
            **self.now(),
        )

    def ref(self, document_id: str) -> order_pb2.OrderRef:
        """A sale of this client."""
        return order_pb2.OrderRef(source=self.name, document_id=document_id)

    def back(self, document_id: str, line_number: int, pieces: int) -> returns.Return:
        """Pieces of one line of a sale of this client."""
        line = returns.SaleLineRef(order=self.ref(document_id), line_number=line_number)
        share = returns.ReturnedShare(sale_line=line, quantity=pieces)
        return returns.Return(
            source=self.name,
            document_id=f"{self.name}-R{self.number()}",
            location_id=MALL,
            lines=[returns.ReturnLine(line_number=1, sale_lines=[share])],
            **self.now(),
        )

    def _line(self, number: int) -> order_pb2.OrderLine:
        brand = self.random.choice(BRANDS)
        active = brand == "PEAK" and self.random.random() < 0.5
        return order_pb2.OrderLine(
            line_number=number,
            brand_id=brand,
            sku=f"SKU-{number}",
            category_ids=["activewear"] if active else [],
            quantity=self.random.randint(1, 5),
            net_minor_units=self.random.randint(1, 12_000),
        )
