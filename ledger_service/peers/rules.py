"""Rules: what orders earn (asked in batches, each of one program) and what points are worth (remembered while it cannot
have changed)."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import grpc
from loyalty.rules.v1 import rules_service_pb2 as messages
from loyalty.rules.v1.rules_service_pb2_grpc import RulesServiceStub

from chassis.runtime.grouped_batcher import GroupedBatcher
from chassis.runtime.item_refusal import refusal_from
from chassis.values.refusal import Code, Refusal
from ledger_service.domain.facts import MemberFacts
from ledger_service.domain.order import OrderDocument
from ledger_service.domain.redemption import RedemptionTerms
from ledger_service.peers.rules_facts import facts_message
from ledger_service.peers.rules_messages import evaluation_of, terms_of
from ledger_service.use_cases.judging_ports import Bought
from ledger_service.use_cases.ports import Evaluation, Programs
from ledger_service.wire.orders import order_message

LARGEST_BATCH = 100
MOST_PROGRAMS = 1_000
"""So many are asked about at a time."""
LARGEST_REQUEST_BYTES = 3 * 1024 * 1024
"""Well below what a service takes; an order that is larger by itself came in one request, and goes out in one."""
LARGEST_BESIDE_A_DRAFT = 512 * 1024
"""With a draft of the largest size it is still less than a service takes."""
ASK_ALONE = frozenset({Code.DEADLINE_EXCEEDED, Code.UNAVAILABLE})
"""So a request fails for what one of its orders takes; the others are judged when they are asked about alone."""
REMEMBERED = 10_000
REVISIONS_REMEMBERED = 32
"""Of so many revisions the sentences of all rules are kept; they never change."""


class _Question(NamedTuple):
    """An order with what is told of who bought it, and the revision that judges it (empty: the live one); `told`: with
    what became of the rules."""

    program: str
    order: OrderDocument
    member: MemberFacts | None
    revision: str = ""
    told: bool = False

    def message(self, explain: bool = False) -> messages.EvaluateOrder:
        """As rules are asked."""
        return messages.EvaluateOrder(
            program_id=self.program,
            order=order_message(self.order),
            revision=self.revision,
            explain=explain,
            member=None if self.member is None else facts_message(self.member),
        )


class _Place(NamedTuple):
    program: str
    revision: str
    location: str
    brand: str
    currency: str


class RulesPeer:
    """See `use_cases.ports.Rules`."""

    def __init__(self, channel: grpc.aio.Channel, programs: Programs) -> None:
        self._stub = RulesServiceStub(channel)
        self._programs = programs
        self._terms: dict[_Place, list[RedemptionTerms]] = {}
        self._descriptions: dict[tuple[str, str], dict[str, str]] = {}
        # Orders of one program may take long to judge; those of another do not wait for them.
        self._batcher: GroupedBatcher[_Question, Evaluation] = GroupedBatcher(
            "rules", self._evaluate, max_size=LARGEST_BATCH, max_groups=MOST_PROGRAMS
        )

    async def evaluate(
        self, program: str, order: OrderDocument, revision: str | None = None, member: MemberFacts | None = None
    ) -> Evaluation:
        """What the order earns at a revision (None: the live one); rules' refusal if it cannot be judged."""
        return await self._batcher.submit(program, _Question(program, order, member, revision or ""))

    async def preview(
        self, program: str, order: OrderDocument, explain: bool, member: MemberFacts | None = None
    ) -> Evaluation:
        """What the order would earn at the live revision, with what became of rules that pay nothing; with `explain` of
        all."""
        question = _Question(program, order, member, told=True)
        if not explain:
            return await self._batcher.submit(program, question)
        # By itself: its answer may be a thousand times longer than others.
        response = await self._stub.EvaluateOrders(messages.EvaluateOrdersRequest(orders=[question.message(explain)]))
        [evaluation] = _evaluations([question], response)
        if isinstance(evaluation, Exception):
            raise evaluation
        return evaluation

    async def _evaluate(self, questions: Sequence[_Question]) -> Sequence[Evaluation | Exception]:
        evaluations: list[Evaluation | Exception] = []
        for portion in _portions([question.message() for question in questions]):
            asked = questions[len(evaluations) :][: len(portion)]
            evaluations += await self._together(asked, portion)
        return evaluations

    async def _together(
        self, questions: Sequence[_Question], orders: Sequence[messages.EvaluateOrder]
    ) -> Sequence[Evaluation | Exception]:
        """What the orders earn, asked in one request; if that fails for the time it takes, once more in one each."""
        try:
            response = await self._stub.EvaluateOrders(messages.EvaluateOrdersRequest(orders=orders))
        except Refusal as refusal:
            if len(orders) == 1 or refusal.code not in ASK_ALONE:
                return [refusal] * len(orders)
            alone = (self._together([question], [order]) for question, order in zip(questions, orders, strict=True))
            return [evaluation for [evaluation] in await asyncio.gather(*alone)]
        return _evaluations(questions, response)

    async def judge(
        self, program: str, sales: Sequence[Bought], files: Sequence[tuple[str, str]]
    ) -> Sequence[Evaluation | Refusal]:
        """What sales would earn by files that are not live; see `use_cases.judging_ports.Drafts`."""
        draft = messages.ProgramDraft(
            program_id=program, files=[messages.ProgramFile(path=path, content=text) for path, text in files]
        )
        questions, results = [_Question(program, *sale) for sale in sales], list[Evaluation | Refusal]()
        for portion in _portions([question.message() for question in questions], LARGEST_BESIDE_A_DRAFT):
            response = await self._stub.EvaluateOrders(messages.EvaluateOrdersRequest(orders=portion, draft=draft))
            results += _evaluations(questions[len(results) :][: len(portion)], response)
        return results

    async def redemption_terms(
        self, program: str, location: str, brand: str, currency: str, occur_time: datetime
    ) -> RedemptionTerms:
        """The terms at a brand and place. A revision never changes, so its terms are asked for once per span of
        time in which they hold."""
        place = _Place(program, self._programs.facts(program).revision, location, brand, currency)
        for known in self._terms.get(place, ()):
            if _holds(known, occur_time):
                return known
        request = messages.QuoteRedemptionRequest(
            program_id=program, location_id=location, brand_id=brand, currency_code=currency
        )
        request.occur_time.FromDatetime(occur_time)
        terms = terms_of((await self._stub.QuoteRedemption(request)).terms)
        if terms.revision == place.revision:
            self._remember(place, terms)
        return terms

    async def rule_description(self, program: str, revision: str, rule_id: str) -> str:
        """A rule's sentence as a revision states it; empty if it has no such rule."""
        key = (program, revision)
        if key not in self._descriptions:
            found = await self._stub.GetProgram(messages.GetProgramRequest(program_id=program, revision=revision))
            if len(self._descriptions) >= REVISIONS_REMEMBERED:
                self._descriptions.clear()
            rules = found.revision.program.earn_rules
            self._descriptions[key] = {rule.rule_id: rule.description for rule in rules}
        return self._descriptions[key].get(rule_id, "")

    def _remember(self, place: _Place, terms: RedemptionTerms) -> None:
        if len(self._terms) >= REMEMBERED:
            self._terms.clear()
        self._terms.setdefault(place, []).append(terms)


def _holds(terms: RedemptionTerms, when: datetime) -> bool:
    return (terms.start_time is None or terms.start_time <= when) and (terms.end_time is None or when < terms.end_time)


def _evaluations(
    questions: Sequence[_Question], response: messages.EvaluateOrdersResponse
) -> list[Evaluation | Refusal]:
    return [
        refusal_from(result.refusal)
        if result.WhichOneof("result") == "refusal"
        else evaluation_of(result.evaluation, question.told)
        for question, result in zip(questions, response.results, strict=True)
    ]


def _portions(
    orders: Sequence[messages.EvaluateOrder], most_bytes: int = LARGEST_REQUEST_BYTES
) -> Iterator[Sequence[messages.EvaluateOrder]]:
    """The orders in requests of bounded size, in order: orders of many callers share a request."""
    portion: list[messages.EvaluateOrder] = []
    size = 0
    for order in orders:
        own = order.ByteSize()
        if portion and size + own > most_bytes:
            yield portion
            portion, size = [], 0
        portion.append(order)
        size += own
    if portion:
        yield portion
