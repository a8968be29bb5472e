"""Histories of the whole machine whose sales have local days, with tiers set by hand and daily looks in between; and a
ledger that has everything at hand to carry them out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.apply import Applied
from ledger_service.domain.commands import (
    ClaimOrder,
    Command,
    EndTier,
    ExchangeOrder,
    FollowStanding,
    Origin,
    PostOrder,
    SetTier,
)
from ledger_service.domain.order import ReturnState, is_anonymous, order_id_of
from ledger_service.domain.slice import Slice
from ledger_service.domain.standing.activity import DayActivity, of_homes
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.sale import activity_of
from ledger_service.domain.standing.standing import Standing, standing_of
from ledger_service.domain.standing.wallet import WalletStanding
from tests.property.ledger.machine.histories import crowds
from tests.property.ledger.standing.worlds import EDGES, FIRST, LAST, NAMES
from tests.support.pure_ledger import PureLedger


@dataclass(frozen=True)
class Step:
    """A command and the moment of its batch."""

    now: datetime
    command: Command


def story(seed: int, times: int, commands: int) -> list[Step]:
    """What members of the machine did, with days crowded where things go wrong."""
    chance, steps = Random(seed), list[Step]()
    set_before: list[tuple[Origin, str]] = []
    for number, one in enumerate(crowds(seed, times, commands).done):
        steps.append(Step(one.now, _dated(one.command)))
        origin = one.command.origin
        if not is_anonymous(origin.home) and chance.random() < 0.15:
            own = replace(
                origin, request_id=f"std-{number}", request=replace(origin.request, key=f"s{number}".encode())
            )
            steps.append(Step(one.now, _about_tiers(chance, own, one.now.date(), set_before)))
    return steps


def _about_tiers(
    chance: Random, origin: Origin, today: date, set_before: list[tuple[Origin, str]]
) -> SetTier | EndTier | FollowStanding:
    mine = [manual_id for of, manual_id in set_before if of.wallet == origin.wallet]
    match chance.randint(0, 3):
        case 0:
            return FollowStanding(origin, today + timedelta(days=chance.choice([0, 0, 1, 40])))
        case 1 if mine:
            return EndTier(origin, chance.choice(mine), today + timedelta(days=chance.choice([0, 1, 9])), "ann")
        case _:
            start = today + timedelta(days=chance.choice([0, 0, 1, 20]))
            end = chance.choice([None, start + timedelta(days=chance.randint(1, 60))])
            manual_id = f"tir-{origin.request_id}"
            set_before.append((origin, manual_id))
            return SetTier(origin, manual_id, "status", chance.choice(NAMES), start, end, "goodwill", "ben", "ann")


def _dated(command: Command) -> Command:
    """The command, whose sale has a local day that its document decides."""
    if not isinstance(command, PostOrder | ClaimOrder | ExchangeOrder):
        return command
    chance = Random(command.order.document.ref.document_id)
    anywhere = FIRST + timedelta(days=chance.randint(0, (LAST - FIRST).days))
    return replace(command, order=replace(command.order, local_day=chance.choice([*EDGES, anywhere])))


@dataclass(frozen=True)
class Outcome:
    """What became of a step."""

    step: Step
    applied: Applied | None
    reason: str


def carried_out(steps: Sequence[Step], *ladders: Ladder) -> Iterator[tuple[PureLedger, Outcome]]:
    """Each step, by a ledger that has everything at hand, as it is then."""
    ledger = PureLedger()
    ledger.state.ladders[ledger.program] = ladders
    for step in steps:
        ledger.now = step.now
        ledger.state.standings.setdefault(step.command.origin.wallet, WalletStanding(since=date.min))
        if isinstance(step.command, PostOrder | ExchangeOrder):
            _note_waiting(ledger.state, step.command)
        try:
            yield ledger, Outcome(step, ledger.run(step.command), "")
        except Refusal as refusal:
            yield ledger, Outcome(step, None, refusal.reason)


def _note_waiting(state: Slice, command: PostOrder | ExchangeOrder) -> None:
    """Which returns wait for a sale that comes, and which other sales of theirs are not the wallet's."""
    program, order_id = command.origin.program, command.order.order_id
    named = {
        one.return_id: {order_id_of(program, ref) for ref in one.document.sales}
        for one in state.returns.values()
        if one.state is ReturnState.PARKED
    }
    waiting = {return_id: sales for return_id, sales in named.items() if order_id in sales}
    state.parked[order_id] = tuple(waiting)
    others = {(program, sale) for sales in waiting.values() for sale in sales} & state.orders.keys()
    state.elsewhere = {sale[1] for sale in others if state.orders[sale].home not in command.origin.homes}


def sales_by_documents(state: Slice, homes: Sequence[str]) -> list[DayActivity]:
    """What each sale of homes counts for, from its document, its accruals and what has come back of it."""
    return [
        activity_of(
            order.document,
            order.local_day,
            [state.accruals[one] for one in state.order_accruals[order.program, order.order_id]],
            [line for (_, order_id, _), line in state.returned.items() if order_id == order.order_id],
        )
        for order in state.orders.values()
        if order.home in homes and not is_anonymous(order.home)
    ]


def activity_by_documents(state: Slice, homes: Sequence[str]) -> tuple[DayActivity, ...]:
    """What homes did, by day."""
    days = of_homes([sale] for sale in sales_by_documents(state, homes))
    return tuple(day for day in days if not day.is_empty)


def kept_standing(state: Slice, wallet: MemberKey, ladder: Ladder) -> Standing:
    """Where a member stands, by what is kept."""
    known = state.standings[wallet]
    rows = [known.days[day] for day in sorted(known.days)]
    return standing_of(ladder, known.tracks[ladder.ladder_id].track, rows, by_hand(state, wallet))


def by_hand(state: Slice, wallet: MemberKey) -> list[ManualTier]:
    """The tiers of a member that were set by hand."""
    return [tier.manual for tier in state.standings[wallet].manual.values()]
