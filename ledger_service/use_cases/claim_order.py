"""Claiming a sale that named nobody: stored answer → the sale → who, and what it earns → the member's lane."""

from collections.abc import Callable

from chassis.values.canonical import Plain
from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.domain.accrual import moment
from ledger_service.domain.answers import OrderAnswer
from ledger_service.domain.commands import ClaimOrder, OrderPart, RequestKey
from ledger_service.domain.fingerprints import order_key
from ledger_service.domain.order import OrderState, PostedOrder, is_anonymous, order_id_of
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.again import again
from ledger_service.use_cases.member_facts import Judging
from ledger_service.use_cases.ports import Members, Outcome, Outcomes, PostedDocument
from ledger_service.use_cases.read_ports import StoredOrders
from ledger_service.use_cases.requests import ClaimRequest, member_intent
from ledger_service.use_cases.stale_facts import FactLanes


class ClaimAnonymousOrder:
    """Credits a sale to who bought it, once. The stored document is judged anew, by the rules of its own time."""

    def __init__(
        self,
        admission: Admission,
        outcomes: Outcomes,
        orders: StoredOrders,
        members: Members,
        judging: Judging,
        lanes: FactLanes,
    ) -> None:
        self._admission = admission
        self._outcomes = outcomes
        self._orders = orders
        self._members = members
        self._judging = judging
        self._lanes = lanes

    async def __call__(self, caller: str, request: ClaimRequest, covers_brand: Callable[[str], bool]) -> Outcome:
        """The outcome of the claim; `covers_brand` says which brands concern the caller. A claim credits points of
        every brand of the sale: to whom one of them is nothing, there is no such sale."""
        asked = Asked(request.program, caller, request.request_id, _intent(request))
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        try:
            return await again(lambda: self._claim(asked, key, request, covers_brand))
        except Refusal:
            # What is in the way may be this very claim, sent twice at once.
            _, kept = await self._admission.kept(asked)
            if kept is None:
                raise
            return kept

    async def _claim(
        self, asked: Asked, key: RequestKey, request: ClaimRequest, covers_brand: Callable[[str], bool]
    ) -> Outcome:
        async def judged() -> ClaimOrder:
            return await self._command(asked, key, request, covers_brand)

        return await self._lanes.submit(await judged(), judged)

    async def _command(
        self, asked: Asked, key: RequestKey, request: ClaimRequest, covers_brand: Callable[[str], bool]
    ) -> ClaimOrder:
        facts = self._admission.program_at(request.program, request.occur_time)
        sale = await self._sale(request, covers_brand)
        document = sale.document
        judged = await self._judging.judge(facts, document, self._members.resolve(request.program, request.member))
        evaluation = judged.evaluation
        where = Where(
            document.location_id, evaluation.operator, evaluation.region, document.channel, evaluation.revision
        )
        origin = self._admission.origin(asked, key, facts, judged.resolution, where, request.occur_time)
        sale_key = order_key(request.program, request.sale)
        part = OrderPart(
            document_key=sale_key,
            order_id=sale.order_id,
            document=document,
            awards=evaluation.awards,
            local_day=evaluation.local_day,
            read=evaluation.read,
            kept=judged.kept,
        )
        return ClaimOrder(origin, sale_key, part, facts.policies.claim_days)

    async def _sale(self, request: ClaimRequest, covers_brand: Callable[[str], bool]) -> PostedOrder:
        """The sale as it was posted and still is nobody's."""
        ref = request.sale
        posted = await self._outcomes.of_document(order_key(request.program, ref))
        # Read also where there is nothing to find: what is hidden must cost what is not there costs.
        home = "" if posted is None else posted.home
        view = await self._orders.order(request.program, home, order_id_of(request.program, ref))
        if posted is None or view is None or not all(map(covers_brand, view.order.document.brands)):
            raise refusals.order_not_found(ref)
        if not is_anonymous(home):
            raise refusals.order_not_claimable(ref, "claimed" if _named_nobody(posted) else "not anonymous")
        return view.order


def _named_nobody(posted: PostedDocument) -> bool:
    return isinstance(posted.answer, OrderAnswer) and posted.answer.state is OrderState.CLAIMABLE


def _intent(request: ClaimRequest) -> Plain:
    ref = request.sale
    return [
        "claim",
        member_intent(request.member),
        [ref.source, ref.document_id, ref.fulfilment_id],
        moment(request.occur_time),
    ]
