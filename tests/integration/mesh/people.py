"""An office on the running mesh: what people decide, as tests ask for it."""

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from loyalty.ledger.v1 import correction_requests_pb2 as people
from loyalty.ledger.v1 import order_requests_pb2
from loyalty.rules.v1 import rules_service_pb2 as rules
from loyalty.type.v1 import order_pb2

from deploy.local.mesh import Mesh, open_mesh
from deploy.local.stack import LocalStack
from tests.support.mesh import Till, member, moment

_NUMBERS = itertools.count(1)
ROLES = ("HEADQUARTERS_ADMIN", "LOCATION_MANAGER", "SERVICE")


def _new_id(what: str) -> str:
    return f"{what}-{next(_NUMBERS)}"


@dataclass
class Office:
    """A person at a desk: `operator`, calling through a system of its own. What it does, `till` has seen."""

    till: Till
    mesh: Mesh
    operator: str

    async def adjust(
        self,
        who: str,
        points: int,
        brand: str = "NORTH",
        *,
        request_id: str = "",
        accrual_id: str = "",
        funder: str = "",
        currency: str = "",
        expire: datetime | None = None,
    ) -> people.AdjustPointsResponse:
        """Gives or takes points."""
        answer = await self.mesh.ledger.AdjustPoints(
            people.AdjustPointsRequest(
                program_id=self.till.program,
                request_id=request_id or _new_id("adjust"),
                member=member(who),
                adjustment=people.Adjustment(
                    points=points,
                    brand_id=brand,
                    funder_entity_id=funder,
                    accrual_id=accrual_id,
                    expire_time=moment(expire) if expire else None,
                    currency_code=currency,
                    reason_code="goodwill",
                    note="late delivery",
                    operator_id=self.operator,
                ),
                occur_time=moment(self.till.now),
            )
        )
        self.till._saw(answer.position)
        return answer

    async def decide(self, adjustment_id: str, approve: bool = True) -> people.DecideAdjustmentResponse:
        """Approves or rejects a proposal."""
        answer = await self.mesh.ledger.DecideAdjustment(
            people.DecideAdjustmentRequest(
                program_id=self.till.program,
                request_id=_new_id("decide"),
                adjustment_id=adjustment_id,
                approve=approve,
                operator_id=self.operator,
                occur_time=moment(self.till.now),
            )
        )
        self.till._saw(answer.position)
        return answer

    async def proposed(self, size: int = 0, token: str = "") -> people.ListProposedAdjustmentsResponse:
        """A page of proposals."""
        request = people.ListProposedAdjustmentsRequest(program_id=self.till.program, page_size=size, page_token=token)
        return await self.mesh.ledger.ListProposedAdjustments(request)

    async def transfer(
        self, giver: str, receiver: str, points: int, request_id: str = ""
    ) -> people.TransferPointsResponse:
        """Moves points."""
        request = people.TransferPointsRequest(
            program_id=self.till.program,
            request_id=request_id or _new_id("transfer"),
            to=member(receiver),
            points=points,
            reason="a gift",
            occur_time=moment(self.till.now),
        )
        getattr(request, "from").CopyFrom(member(giver))
        answer = await self.mesh.ledger.TransferPoints(request)
        self.till._saw(answer.position)
        return answer

    async def correct(
        self, sale: str, line: order_pb2.OrderLine, location: str = "mall-1", request_id: str = ""
    ) -> order_requests_pb2.CorrectOrderLineResponse:
        """Corrects a line of a sale."""
        answer = await self.mesh.ledger.CorrectOrderLine(
            order_requests_pb2.CorrectOrderLineRequest(
                program_id=self.till.program,
                request_id=request_id or _new_id("correct"),
                order=order_pb2.OrderRef(source="till-1", document_id=sale),
                line=line,
                reason="wrong price",
                operator_id=self.operator,
                location_id=location,
                occur_time=moment(self.till.now),
            )
        )
        self.till._saw(answer.position)
        return answer

    async def plan(
        self, revision: str, scope: people.CorrectionScope | None = None, request_id: str = ""
    ) -> people.Correction:
        """Plans a correction."""
        request = people.PlanCorrectionRequest(
            program_id=self.till.program,
            request_id=request_id or _new_id("plan"),
            scope=scope,
            revision=revision,
            reason="wrong rule",
            operator_id=self.operator,
        )
        return (await self.mesh.ledger.PlanCorrection(request)).correction

    async def compare(
        self,
        revision: str = "",
        draft: Sequence[rules.ProgramFile] = (),
        scope: people.CorrectionScope | None = None,
        base: str = "",
        summary_only: bool = False,
    ) -> tuple[list[people.ComparedSale], people.ComparisonSummary]:
        """Sales that differ, and the sums."""
        request = people.CompareRevisionsRequest(
            program_id=self.till.program,
            scope=scope,
            base_revision=base,
            revision=revision,
            draft=draft,
            summary_only=summary_only,
        )
        parts = [part async for part in self.mesh.ledger.CompareRevisions(request)]
        assert [part.WhichOneof("part") for part in parts] == ["sale"] * (len(parts) - 1) + ["summary"]
        return [part.sale for part in parts[:-1]], parts[-1].summary

    async def apply(self, correction_id: str, request_id: str = "") -> people.Correction:
        """Carries a plan out."""
        request = people.ApplyCorrectionRequest(
            program_id=self.till.program,
            request_id=request_id or _new_id("apply"),
            correction_id=correction_id,
            operator_id=self.operator,
        )
        return (await self.mesh.ledger.ApplyCorrection(request)).correction

    async def correction(self, correction_id: str) -> people.Correction:
        """A plan as it stands."""
        request = people.GetCorrectionRequest(program_id=self.till.program, correction_id=correction_id)
        return (await self.mesh.ledger.GetCorrection(request)).correction


@asynccontextmanager
async def open_office(stack: LocalStack, till: Till, name: str) -> AsyncIterator[Office]:
    """A desk with a token of its own for the till's program; the operator has the caller's name."""
    async with open_mesh(stack.peer, stack.token(name, programs=[till.program], roles=ROLES)) as mesh:
        yield Office(till, mesh, f"op-{name}")
