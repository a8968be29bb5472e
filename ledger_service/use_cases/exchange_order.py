"""Exchanging goods: stored answer → who, what and the sales that come back → the member's lane; anew if whose they are
changed meanwhile."""

from chassis.values.canonical import Plain
from chassis.values.refusal import Refusal
from ledger_service.domain.commands import ExchangeOrder, OrderPart, RequestKey
from ledger_service.domain.fingerprints import order_intent, order_key, return_intent
from ledger_service.domain.order import SaleHomes, order_id_of
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.again import again
from ledger_service.use_cases.member_facts import Judging
from ledger_service.use_cases.named_sales import NamedSales, return_part
from ledger_service.use_cases.ports import Outcome, Resolution
from ledger_service.use_cases.requests import member_intent
from ledger_service.use_cases.return_requests import ExchangeRequest
from ledger_service.use_cases.stale_facts import FactLanes


class ExchangeOrders:
    """A return and a sale in one commit. The sales that come back must be the member's."""

    def __init__(self, admission: Admission, sales: NamedSales, judging: Judging, lanes: FactLanes) -> None:
        self._admission = admission
        self._sales = sales
        self._judging = judging
        self._lanes = lanes

    async def __call__(self, caller: str, request: ExchangeRequest) -> Outcome:
        """The outcome of both."""
        asked = _asked(caller, request)
        key, kept = await self._admission.kept(asked)
        return kept if kept is not None else await again(lambda: self._exchanged(asked, key, request))

    async def _exchanged(self, asked: Asked, key: RequestKey, request: ExchangeRequest) -> Outcome:
        async def judged() -> ExchangeOrder | Outcome:
            return await self._judged(asked, key, request)

        made = await judged()
        return made if isinstance(made, Outcome) else await self._lanes.submit(made, judged)

    async def _judged(self, asked: Asked, key: RequestKey, request: ExchangeRequest) -> ExchangeOrder | Outcome:
        try:
            return await self._command(asked, key, request)
        except Refusal:
            ref = request.sold.ref
            exchanged = await self._admission.posted(key, order_key(request.program, ref), ref)
            if exchanged is None:
                raise
            return exchanged

    async def _command(self, asked: Asked, key: RequestKey, request: ExchangeRequest) -> ExchangeOrder:
        program, back, sold = request.program, request.returned, request.sold
        self._admission.program_at(program, back.occur_time)
        facts = self._admission.program_at(program, sold.occur_time)
        sales: SaleHomes = ()

        async def owner() -> Resolution:
            nonlocal sales
            sales = await self._sales.posted(program, back.sales)
            return await self._sales.member(program, request.member, sales)

        judged = await self._judging.judge(facts, sold, owner())
        evaluation = judged.evaluation
        where = Where(sold.location_id, evaluation.operator, evaluation.region, sold.channel, evaluation.revision)
        origin = self._admission.origin(asked, key, facts, judged.resolution, where, sold.occur_time)
        order = OrderPart(
            document_key=order_key(program, sold.ref),
            order_id=order_id_of(program, sold.ref),
            document=sold,
            awards=evaluation.awards,
            tenders=request.tenders,
            local_day=evaluation.local_day,
            read=evaluation.read,
            kept=judged.kept,
        )
        return ExchangeOrder(origin, return_part(facts, back, sales), order)


def _asked(caller: str, request: ExchangeRequest) -> Asked:
    member = member_intent(request.member)
    intent: Plain = [
        "exchange",
        return_intent(member, request.returned),
        order_intent(member, request.sold, request.tenders),
    ]
    return Asked(request.program, caller, request.request_id, intent)
