"""``python -m deploy.local.close``: closes two months of the demo program and prints the second one.

Uses the mesh that runs on the data directory, or starts one and stops it again. Loads the demo's orders first where
they are not there yet. A month that is closed already is printed as it was signed. Exit code 0 only if every figure
holds.

Environment: LOYALTY_DATA_DIR, LOYALTY_PORT_BASE, and NO_COLOR.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from loyalty.rules.v1 import program_pb2
from loyalty.settlement.v1 import (
    as_of_pb2,
    books_pb2,
    reconciliation_service_pb2,
    revenue_service_pb2,
    settlement_service_pb2,
)
from rich.console import Console

from deploy.local.close import report, settled
from deploy.local.close.steps import Closed, Paid, People, Person, close, export, pay, taken_away
from deploy.local.demo.office import Office
from deploy.local.demo.place import Place, open_place
from deploy.local.demo.sample import enough_orders
from deploy.local.demo.screen import Screen
from deploy.local.demo.story import PROGRAM, live
from deploy.local.demo.telling import told
from deploy.local.finance import open_finance
from deploy.local.mesh import open_mesh
from deploy.local.settings import StackSettings

PERIODS = ("2017-12", "2018-01")
"""The year of shopping up to its end, and the January after it."""

_NAMES = {"accountant": "Ada Ledger", "treasurer": "Theo Bank", "approver": "Nora Second"}
_RESERVE_HOLDER = "common-table"
"""Who would hold the reserve, had the group one: its holding."""


def main() -> int:
    """Close and print; 0 if everything held, 1 if not, 130 if it was interrupted."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local.close", description="A month's close.")
    parser.add_argument(
        "--orders", type=enough_orders, metavar="N", help="upload only the first N orders of the sample"
    )
    screen = Screen()
    return told(screen, "close", _run(screen, parser.parse_args().orders))


async def _run(screen: Screen, orders: int | None) -> None:
    settings = StackSettings.from_environment()
    screen.title("A month's close of the demo program")
    async with open_place(settings, lambda step: screen.note(f"   {step}")) as place, AsyncExitStack() as stack:
        with screen.waiting("the demo's orders are posted, where they are not there yet"):
            await live(Screen(Console(quiet=True)), place, orders)
        people = [await _person(stack, place, role, name) for role, name in _NAMES.items()]
        token = place.token("close-office", (PROGRAM,), ("HEADQUARTERS_ADMIN",))
        desk = await stack.enter_async_context(open_mesh(place.peer, token))
        program = await Office(desk, PROGRAM).configuration()
        await _close_and_tell(screen, People(*people), program, settings.data_dir / "close")


async def _person(stack: AsyncExitStack, place: Place, role: str, name: str) -> Person:
    token = place.token(role, (PROGRAM,), ("FINANCE",))
    return Person(name, await stack.enter_async_context(open_finance(place.peer, token)))


async def _close_and_tell(screen: Screen, people: People, program: program_pb2.Program, folder: Path) -> None:
    with screen.waiting("the months are cut, reconciled, signed and paid"):
        closed = [await close(people.accountant, PROGRAM, period) for period in PERIODS]
        paid = await pay(people, PROGRAM, PERIODS[-1], folder)
    names = {entity.entity_id: entity.name for entity in program.entities}
    await _tell(screen, people.accountant, names, closed, paid)
    await export(people.treasurer, PROGRAM, PERIODS[-1], sorted(names), folder)
    report.tell_files(screen, taken_away(PERIODS[-1], folder))


async def _tell(
    screen: Screen, person: Person, names: report.Names, closed: Sequence[Closed], paid: Paid | None
) -> None:
    period = PERIODS[-1]
    report.tell_sign_off(screen, closed)
    entities = await _tell_books(screen, person, names, period)
    settled.tell_payments(screen, paid, names)
    await _tell_reports(screen, person, names, report.carried(entities))


async def _tell_books(
    screen: Screen, person: Person, names: report.Names, period: str
) -> Sequence[books_pb2.EntityBooks]:
    books, as_of = person.finance.books, as_of_pb2.AsOf(period=period)
    span = settlement_service_pb2.SPAN_BEGINNING_PERIOD
    brands = await books.GetBrandBooks(
        settlement_service_pb2.GetBrandBooksRequest(program_id=PROGRAM, as_of=as_of, span=span)
    )
    report.tell_points(screen, brands.brands)
    answers = [
        await books.GetEntityBooks(
            settlement_service_pb2.GetEntityBooksRequest(program_id=PROGRAM, entity_id=entity, as_of=as_of, span=span)
        )
        for entity in sorted(names)
    ]
    entities = [answer.books for answer in answers]
    report.tell_trial_balances(screen, entities, names)
    return entities


async def _tell_reports(screen: Screen, person: Person, names: report.Names, carried: Mapping[str, int]) -> None:
    finance, period = person.finance, PERIODS[-1]
    deferred = await finance.revenue.GetDeferredRevenue(
        revenue_service_pb2.GetDeferredRevenueRequest(program_id=PROGRAM, period=period)
    )
    stands = await finance.revenue.GetPointsLiability(
        revenue_service_pb2.GetPointsLiabilityRequest(program_id=PROGRAM, period=period)
    )
    settled.tell_revenue(screen, deferred.brands, stands.liabilities, carried)
    compared = await finance.reconciliation.CompareSettlementPolicies(
        reconciliation_service_pb2.CompareSettlementPoliciesRequest(
            program_id=PROGRAM, period=period, reserve_entity_id=_RESERVE_HOLDER
        )
    )
    settled.tell_policies(screen, compared, names)


if __name__ == "__main__":
    sys.exit(main())
