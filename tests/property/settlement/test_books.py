"""Whatever happens to a wallet, the books tie out with what the lots stand for and what the entities owe."""

from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from settlement_service.domain.accounts import Account
from settlement_service.domain.admission import Booking, Delivery
from settlement_service.domain.bookkeeping import entries_of
from settlement_service.domain.event import Event
from settlement_service.domain.totals import PointsChange, account_changes, brand_changes
from tests.property.settlement.lots import Lot
from tests.property.settlement.model import USD, World, worked_basket

ENTITIES = ("north", "harbor", "peak", "linden", "hq")
BRANDS = ENTITIES[:4]
RATES = (Fraction(4, 5), Fraction(1), Fraction(1, 3), Fraction(7, 1000))

Step = tuple[str, int, int, int]
Balances = dict[tuple[str, str, str, str], int]

steps = st.lists(
    st.tuples(
        st.sampled_from(("earn", "earn", "redeem", "redeem", "give_back", "expire", "restore")),
        st.integers(0, 11),
        st.integers(1, 400),
        st.integers(0, 11),
    ),
    max_size=25,
)


def played(history: list[Step]) -> World:
    """A world after a random history; every number picks among what is there."""
    world = World()
    for name, first, amount, second in history:
        STEPS[name](world, first, amount, second)
    return world


def _earn(world: World, first: int, amount: int, second: int) -> None:
    brand = BRANDS[first % 4]
    funders = ((brand, 10_000),) if second % 3 else ((brand, 6_500), (ENTITIES[(first + 1) % 5], 3_500))
    currency = "CAD" if second % 5 == 4 else USD
    lot = Lot(f"lot_{len(world.lots)}", brand, brand, funders, RATES[second % 4], currency)
    world.earn((lot, amount))


def _redeem(world: World, first: int, amount: int, second: int) -> None:
    world.redeem(BRANDS[first % 4], amount, Fraction(4, 5), "CAD" if second % 5 == 0 else USD)


def _give_back(world: World, first: int, amount: int, _second: int) -> None:
    earned = [lot for lot in world.lots if lot.lot_id not in world.returned]
    if earned:
        lot = earned[first % len(earned)]
        world.returned.add(lot.lot_id)
        world.give_back(lot, min(amount, world.granted(lot)))


def _expire(world: World, first: int, _amount: int, _second: int) -> None:
    if world.lots:
        world.expire(world.lots[first % len(world.lots)])


def _restore(world: World, first: int, _amount: int, _second: int) -> None:
    redemptions = sorted({burn.redemption for burn in world.burns if burn.redemption > 0 and not burn.restored})
    if redemptions:
        world.restore(redemptions[first % len(redemptions)])


STEPS: dict[str, Callable[[World, int, int, int], None]] = {
    "earn": _earn,
    "redeem": _redeem,
    "give_back": _give_back,
    "expire": _expire,
    "restore": _restore,
}


def balances(events: list[Event]) -> Balances:
    """Balance by entity, currency, account and counterparty, debits positive; zeros left out."""
    sums: Balances = defaultdict(int)
    for event in events:
        for entry in entries_of(event):
            for posting in entry.postings:
                sums[entry.entity, entry.currency, posting.account.value, posting.counterparty] += posting.amount
    return {key: amount for key, amount in sums.items() if amount}


def on(account: Account, books: Balances) -> dict[tuple[str, str], int]:
    """Balances of one account by entity and currency."""
    return {
        (entity, currency): amount for (entity, currency, name, _), amount in books.items() if name == account.value
    }


@given(steps)
def test_every_entry_balances_in_its_entity_and_currency(history: list[Step]) -> None:
    for event in played(history).events:
        for entry in entries_of(event):
            assert sum(posting.amount for posting in entry.postings) == 0


@given(steps)
def test_what_one_entity_owes_another_is_owed(history: list[Step]) -> None:
    books = balances(played(history).events)
    due_to = {
        (entity, other, currency): -amount
        for (entity, currency, account, other), amount in books.items()
        if account == Account.DUE_TO.value
    }
    due_from = {
        (other, entity, currency): amount
        for (entity, currency, account, other), amount in books.items()
        if account == Account.DUE_FROM.value
    }
    assert due_to == due_from


@given(steps)
def test_due_to_is_the_sum_of_the_obligations(history: list[Step]) -> None:
    world = played(history)
    due_to = {
        (entity, other, currency): -amount
        for (entity, currency, account, other), amount in balances(world.events).items()
        if account == Account.DUE_TO.value
    }
    assert due_to == {key: amount for key, amount in world.owed.items() if amount}


@given(steps)
def test_liability_and_receivable_are_what_the_lots_stand_for(history: list[Step]) -> None:
    world = played(history)
    liability: dict[tuple[str, str], int] = defaultdict(int)
    receivable: dict[tuple[str, str], int] = defaultdict(int)
    for lot in world.lots:
        carried = lot.stands_for
        for (entity, _), part in zip(lot.funders, lot.shares(carried), strict=True):
            (liability if carried > 0 else receivable)[entity, lot.currency] -= part
    books = balances(world.events)
    assert on(Account.POINTS_LIABILITY, books) == {key: amount for key, amount in liability.items() if amount}
    assert on(Account.MEMBER_RECEIVABLE, books) == {key: amount for key, amount in receivable.items() if amount}


@given(steps)
def test_repayments_clear_inside_each_entity(history: list[Step]) -> None:
    assert on(Account.REPAYMENT_CLEARING, balances(played(history).events)) == {}


@given(steps)
def test_all_accounts_of_an_entity_sum_to_zero(history: list[Step]) -> None:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for (entity, currency, _, _), amount in balances(played(history).events).items():
        sums[entity, currency] += amount
    assert set(sums.values()) <= {0}


@given(steps)
def test_brand_totals_are_what_the_lots_hold(history: list[Step]) -> None:
    world = played(history)
    closing: dict[str, int] = defaultdict(int)
    debt: dict[str, int] = defaultdict(int)
    for (_, brand, _, _), change in brand_changes(bookings(world.events)):
        closing[brand] += change.outstanding
        debt[brand] += change.debt
    brands = {lot.brand for lot in world.lots}
    assert closing == {brand: sum(lot.remaining for lot in world.lots if lot.brand == brand) for brand in brands}
    assert debt == {brand: sum(max(0, -lot.remaining) for lot in world.lots if lot.brand == brand) for brand in brands}


@given(steps, st.integers(1, 7))
def test_totals_do_not_depend_on_how_events_are_batched(history: list[Step], size: int) -> None:
    booked = bookings(played(history).events)
    in_parts: dict[object, int] = defaultdict(int)
    points_in_parts: dict[object, PointsChange] = defaultdict(PointsChange)
    for start in range(0, len(booked), size):
        for key, change in account_changes(booked[start : start + size]):
            in_parts[key] += change
        for brand, part in brand_changes(booked[start : start + size]):
            points_in_parts[brand].points += part.points
    assert {key: amount for key, amount in in_parts.items() if amount} == dict(account_changes(booked))
    assert {key: part.points for key, part in points_in_parts.items()} == {
        key: change.points for key, change in brand_changes(booked)
    }


@given(steps)
@settings(max_examples=50)
def test_a_history_unwound_whole_leaves_no_balance_but_income_and_expense(history: list[Step]) -> None:
    world = played([step for step in history if step[0] != "expire"])
    while open_redemptions := {burn.redemption for burn in world.burns if burn.redemption > 0 and not burn.restored}:
        world.restore(max(open_redemptions))
    for lot in list(world.lots):
        if lot.remaining > 0:
            world.give_back(lot, lot.remaining)
    kept = {Account.PROMOTIONAL_EXPENSE.value, Account.SETTLEMENT_GAIN_LOSS.value}
    left = {key: amount for key, amount in balances(world.events).items() if key[2] not in kept}
    assert all(lot.remaining == 0 for lot in world.lots)
    assert left == {}


def bookings(events: list[Event]) -> list[Booking]:
    """Events as they would be booked."""
    return [
        Booking(
            Delivery(event.program, event.partition, event.position, event.hash, "", event, bytes),
            event,
            entries_of(event),
        )
        for event in events
    ]


def test_the_worked_basket_has_its_positions_after_each_step() -> None:
    events = worked_basket().events
    expected = [
        {},
        {"north": -32, "harbor": -157, "peak": -51, "linden": 240},
        {"north": -32, "harbor": -64, "peak": -144, "linden": 240},
        {"north": -96, "peak": -144, "linden": 240},
    ]
    for steps_taken, positions in enumerate(expected, start=1):
        assert net(events[:steps_taken]) == positions


def test_the_worked_basket_returned_whole_leaves_no_position_and_320_points() -> None:
    world = worked_basket()
    world.restore(1)
    assert net(world.events) == {}
    assert [lot.remaining for lot in world.lots] == [40, 0, 60, 120, 100]


def net(events: list[Event]) -> dict[str, int]:
    """Net positions from the books; zeros left out."""
    sums: dict[str, int] = defaultdict(int)
    for (entity, _, account, _), amount in balances(events).items():
        if account in (Account.DUE_TO.value, Account.DUE_FROM.value):
            sums[entity] += amount
    return {entity: amount for entity, amount in sums.items() if amount}
