"""The story from beginning to end: everything is done, then it is told."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.runtime.telemetry import Telemetry
from deploy.local.demo import plan
from deploy.local.demo.chapters import (
    basket,
    books,
    checks,
    circle,
    inside,
    person,
    private,
    program,
    receipt,
    wallet,
    worked,
    year,
)
from deploy.local.demo.desk import Desk
from deploy.local.demo.load import January, Loaded, enroll, upload, visit
from deploy.local.demo.office import Office
from deploy.local.demo.place import Place
from deploy.local.demo.sample import Sale, read_sample
from deploy.local.demo.screen import Screen
from deploy.local.demo.till import Till
from deploy.local.mesh import PROGRAMS, open_mesh
from deploy.local.registry import open_registry

PROGRAM = "demo"
LAST_MONTH = "2017-12"
"""The books are cut between the year of shopping and what happens in January."""
_TILL_ROLES = ("POS",)
_OFFICE_ROLES = ("HEADQUARTERS_ADMIN", "FINANCE")


@dataclass(frozen=True, slots=True)
class Happened:
    """What members of the demo program did, for the chapters that tell of it."""

    cards: Sequence[str]
    shopper: plan.History
    bought: basket.Basket
    july: circle.Visits
    paid: receipt.Receipt
    visited: January
    she: person.Known
    guest: private.Guest


@dataclass(frozen=True, slots=True)
class Callers:
    """A till and an office in each of the two programs."""

    till: Till
    office: Office
    desk: Desk
    basket_till: Till
    basket_office: Office
    manager: private.Manager


async def tell(screen: Screen, place: Place, telemetry: Telemetry, orders: int | None) -> None:
    """All chapters. What did not hold is in `screen.broken`; a Refusal that nobody expected ends the story."""
    began = time.monotonic()
    programs = (PROGRAM, worked.PROGRAM)
    till_token = place.token("demo-till", programs, _TILL_ROLES)
    office_token = place.token("demo-office", programs, _OFFICE_ROLES)
    manager_token = private.manager_token(place, PROGRAM)
    async with (
        open_mesh(place.peer, till_token) as shop,
        open_mesh(place.peer, office_token) as office,
        open_registry(place.peer, office_token) as registry,
        open_mesh(place.peer, manager_token) as niagara,
        open_registry(place.peer, manager_token) as members,
    ):
        callers = Callers(
            Till(shop, PROGRAM),
            Office(office, PROGRAM),
            Desk(registry, PROGRAM),
            Till(shop, worked.PROGRAM),
            Office(office, worked.PROGRAM),
            private.Manager(Desk(members, PROGRAM), Till(niagara, PROGRAM)),
        )
        await _tell(screen, place, telemetry, callers, read_sample(orders))
    screen.note(f"\nTold in {time.monotonic() - began:.1f} s.")


async def live(screen: Screen, place: Place, orders: int | None = None) -> None:
    """Everything that members do in the demo program, with the first `orders` of the sample or all of them; `screen` is
    told of the loading alone. What was done before is done again under the same request ids, and changes nothing."""
    till_token = place.token("demo-till", (PROGRAM,), _TILL_ROLES)
    office_token = place.token("demo-office", (PROGRAM,), _OFFICE_ROLES)
    async with (
        open_mesh(place.peer, till_token) as shop,
        open_mesh(place.peer, office_token) as mesh,
        open_registry(place.peer, office_token) as registry,
    ):
        office = Office(mesh, PROGRAM)
        await office.apply(PROGRAMS / PROGRAM)
        await _live(screen, Till(shop, PROGRAM), office, Desk(registry, PROGRAM), read_sample(orders))


async def _tell(screen: Screen, place: Place, telemetry: Telemetry, callers: Callers, sales: Sequence[Sale]) -> None:
    till, office = callers.till, callers.office
    await office.apply(PROGRAMS / PROGRAM)
    await callers.basket_office.apply(PROGRAMS / worked.PROGRAM)
    await program.tell(screen, office)
    happened = await _live(screen, till, office, callers.desk, sales)
    steps = await worked.play(callers.basket_till)
    telemetry.flush()

    cards = [*happened.cards, basket.CARD, circle.CARD]
    year.tell_january(screen, happened.visited)
    await wallet.tell(screen, till, office, happened.shopper)
    await receipt.tell(screen, office, happened.shopper, happened.paid)
    basket.tell(screen, happened.bought)
    await circle.tell(screen, till, office, cards, happened.july)
    await person.tell(screen, till, callers.desk, office, happened.she)
    await private.tell(screen, till, callers.desk, callers.manager, happened.she, happened.guest)
    await worked.tell(screen, callers.basket_till, callers.basket_office, steps)
    await books.tell_books(screen, till, office, [*cards, person.CARD, happened.guest.ref])
    await books.tell_positions(screen, till, office)
    await checks.tell(screen, [(office, till.cursor()), (callers.basket_office, callers.basket_till.cursor())])
    await inside.tell(screen, place.trace_dir, receipt.REQUEST_ID)


async def _live(screen: Screen, till: Till, office: Office, desk: Desk, sales: Sequence[Sale]) -> Happened:
    cards = sorted({sale.card for sale in sales})
    loaded = await _load(screen, till, sales, cards)
    by_card = plan.histories(sales, loaded.answers)
    shopper = plan.shopper_of(by_card)
    visits = plan.january(by_card, besides=shopper.card)
    with screen.waiting("settlement books what the ledger committed"):
        await office.positions(till.cursor())
    bought = await basket.play(till)
    july = await circle.play(till)
    met, guest = await person.meet(till, desk), await private.meet(till, desk)
    await office.cut(LAST_MONTH)
    paid = await receipt.play(till, shopper)
    with screen.progress("January's visits", len(visits)) as advance:
        visited = await visit(till, visits, advance)
    she = await person.join(till, desk, met)
    await desk.erase(guest.member_id)
    await office.positions(till.cursor())
    return Happened(cards, shopper, bought, july, paid, visited, she, guest)


async def _load(screen: Screen, till: Till, sales: Sequence[Sale], cards: Sequence[str]) -> Loaded:
    screen.chapter(
        "A year of shopping",
        """The orders are an extract of the public data set Complete Journey: baskets of 2017 in ten shops. Its
        publisher calls it simulated, after real shopping patterns; the cards belong to nobody. The program is a
        sandbox with a replay clock, so that 2017 can be now.""",
    )
    with screen.progress("cards enrolled", len(cards)) as advance:
        await enroll(till, cards, advance)
    with screen.progress("orders uploaded", len(sales)) as advance:
        loaded = await upload(till, sales, advance)
    year.tell_year(screen, loaded, len(cards))
    return loaded
