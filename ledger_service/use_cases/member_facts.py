"""Judging sales with what rules may look at of who bought (docs/adr/0040).

Where nothing in a program looks at members, rules and identity are asked at once, and nothing is read. Where something
does, who bought is asked first, then what is known of them, and both go to the rules.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date

from chassis.values.calendar import local_date, zone
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.facts import KeptFacts, MemberFacts
from ledger_service.domain.order import OrderDocument, PostedOrder, is_anonymous
from ledger_service.use_cases.judging_ports import Histories
from ledger_service.use_cases.ports import Evaluation, MemberRef, Members, ProgramFacts, Resolution, Rules
from ledger_service.use_cases.together import together

Ask = Callable[[MemberFacts | None], Awaitable[Evaluation]]
"""Has a sale judged with what is told of who bought it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Whose a sale is, what it earns, and what is kept of the member to judge it again; None: nothing was told."""

    resolution: Resolution
    evaluation: Evaluation
    kept: KeptFacts | None


class Judging:
    """Shared by the use cases that have sales judged."""

    def __init__(self, rules: Rules, members: Members, histories: Histories) -> None:
        self._rules = rules
        self._members = members
        self._histories = histories

    async def judge(self, facts: ProgramFacts, document: OrderDocument, who: Awaitable[Resolution]) -> Judged:
        """What a sale earns at the live revision if it is theirs whom `who` gives."""
        return await self.asked(
            facts, document, who, lambda told: self._rules.evaluate(facts.program, document, None, told)
        )

    async def asked(self, facts: ProgramFacts, document: OrderDocument, who: Awaitable[Resolution], ask: Ask) -> Judged:
        """The same, of whoever judges by the live revision."""
        told: MemberFacts | None = None
        if facts.looks_at_members:
            resolution = await who
            told = await self._told(facts, resolution, document)
            evaluation = await ask(told)
        else:
            evaluation, resolution = await together(ask(None), who)
        if told is None and evaluation.revision != facts.revision and not is_anonymous(resolution.member_id):
            # Rules know a newer revision than we do: it may look at members, or sell at a place we have not heard of.
            told = await self._facts(facts, resolution, evaluation.local_day)
            evaluation = await ask(told)
        kept = None if told is None else KeptFacts(told.history, told.profile.segments)
        return Judged(resolution, evaluation, kept)

    async def _told(self, facts: ProgramFacts, resolution: Resolution, document: OrderDocument) -> MemberFacts | None:
        """What rules are told of who buys now; None where nobody is named, or the place is none of the program's, which
        rules will say."""
        place = facts.places.get(document.location_id)
        if place is None or is_anonymous(resolution.member_id):
            return None
        return await self._facts(facts, resolution, local_date(document.occur_time, zone(place.time_zone)))

    async def told_again(self, order: PostedOrder) -> MemberFacts | None:
        """What rules are told of who bought a posted sale: what they were told then, and identity's as it is now. None
        if they were told nothing."""
        if order.facts is None or is_anonymous(order.home):
            return None
        resolution = await self._members.resolve(order.program, MemberRef(member_id=order.home))
        return MemberFacts(replace(resolution.profile, segments=order.facts.segments), order.facts.history)

    async def _facts(self, facts: ProgramFacts, resolution: Resolution, day: date) -> MemberFacts:
        wallet = MemberKey(facts.program, resolution.root)
        history = await self._histories.history(wallet, resolution.homes, facts.ladders, day)
        return MemberFacts(resolution.profile, history)
