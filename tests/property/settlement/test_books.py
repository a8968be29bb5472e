"""Whatever happens to a wallet, the books tie out with what the lots stand for and what the entities owe."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from settlement_service.domain.accounts import Account, PointAccount
from settlement_service.domain.admission import Booking, Delivery, admit
from settlement_service.domain.bookkeeping import entries_of
from settlement_service.domain.event import Event
from settlement_service.domain.program_facts import SettlementPolicy
from settlement_service.domain.roll_ups.places import place_changes
from settlement_service.domain.totals import account_changes, brand_changes, cohort_changes, sale_changes
from tests.property.settlement.lots import EARNED, Lot
from tests.property.settlement.model import USD, World, worked_basket
from tests.support.examples import examples

ENTITIES = ("north", "harbor", "peak", "linden", "hq")
BRANDS = ENTITIES[:4]
POLICIES = tuple(SettlementPolicy)
RESERVES = ("hq", "north")
"""One that issues nothing, and one that also issues, funds and redeems."""
RATES = (Fraction(4, 5), Fraction(1), Fraction(1, 3), Fraction(7, 1000))

Step = tuple[str, int, int, int]
Balances = dict[tuple[str, str, str, str], int]

steps = st.lists(
    st.tuples(
        st.sampled_from(("earn", "earn", "redeem", "redeem", "give_back", "expire", "restore", "transfer", "cut")),
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
    policy = POLICIES[(first + second) % len(POLICIES)]
    lot = Lot(
        f"lot_{len(world.lots)}",
        brand,
        brand,
        funders,
        RATES[second % 4],
        currency,
        policy=policy,
        reserve=RESERVES[amount % 2] if policy is SettlementPolicy.RESERVE else "",
        earned=EARNED + timedelta(days=20 * len(world.lots)),
    )
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


def _transfer(world: World, first: int, amount: int, _second: int) -> None:
    if world.lots:
        world.transfer(world.lots[first % len(world.lots)], amount)


def _cut(world: World, _first: int, _amount: int, _second: int) -> None:
    world.cut()


STEPS: dict[str, Callable[[World, int, int, int], None]] = {
    "earn": _earn,
    "redeem": _redeem,
    "give_back": _give_back,
    "expire": _expire,
    "restore": _restore,
    "transfer": _transfer,
    "cut": _cut,
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
            assert sum(posting.amount for posting in entry.points) == 0
            assert entry.postings or entry.points


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
    owed = dict(world.owed)
    for (funder, reserve, currency), held in in_reserve(world).items():
        owed[funder, reserve, currency] = owed.get((funder, reserve, currency), 0) + held
    assert due_to == {key: amount for key, amount in owed.items() if amount}


def in_reserve(world: World) -> dict[tuple[str, str, str], int]:
    """What funders' points under RESERVE stand for above zero, by funder, reserve and currency."""
    held: dict[tuple[str, str, str], int] = defaultdict(int)
    for lot in world.lots:
        if lot.reserve:
            for (funder, _), part in zip(lot.funders, lot.shares(max(lot.stands_for, 0)), strict=True):
                held[funder, lot.reserve, lot.currency] += part if funder != lot.reserve else 0
    return {key: amount for key, amount in held.items() if amount}


@given(steps)
def test_the_reserve_holds_what_its_points_stand_for(history: list[Step]) -> None:
    world = played(history)
    books = balances(world.events)
    held = {
        (funder, reserve, currency): -amount
        for (reserve, currency, account, funder), amount in books.items()
        if account == Account.RESERVE_HELD
    }
    paid_in = {
        (funder, reserve, currency): amount
        for (funder, currency, account, reserve), amount in books.items()
        if account == Account.RESERVE_DEPOSIT
    }
    assert held == paid_in == in_reserve(world)


@given(steps)
def test_the_points_side_is_what_the_lots_hold(history: list[Step]) -> None:
    world = played(history)
    sums: dict[tuple[str, PointAccount], int] = defaultdict(int)
    for event in world.events:
        for entry in entries_of(event):
            for posting in entry.points:
                sums[entry.entity, posting.account] += posting.amount
    for issuer in {lot.issuer for lot in world.lots}:
        lots = [lot.remaining for lot in world.lots if lot.issuer == issuer]
        assert sums[issuer, PointAccount.OUTSTANDING] == -sum(max(0, left) for left in lots)
        assert sums[issuer, PointAccount.OWED] == sum(max(0, -left) for left in lots)


@given(steps)
def test_under_none_the_redeemer_bears_what_points_were_worth(history: list[Step]) -> None:
    world = played(history)
    worth: dict[tuple[str, str], int] = defaultdict(int)
    for burn in world.burns:
        if burn.lot.policy is SettlementPolicy.NONE and not burn.restored:
            worth[burn.redeemer, burn.currency] += burn.value
    borne: dict[tuple[str, str], int] = defaultdict(int)
    for (entity, currency, account, _), amount in balances(world.events).items():
        if account == Account.REDEMPTION_EXPENSE:
            borne[entity, currency] += amount
    assert {key: amount for key, amount in borne.items() if amount} == {
        key: amount for key, amount in worth.items() if amount
    }


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
    for (_, brand, *_), change in brand_changes(bookings(world.events)):
        closing[brand] += change.outstanding
        debt[brand] += change.debt
    brands = {lot.brand for lot in world.lots}
    assert closing == {brand: sum(lot.remaining for lot in world.lots if lot.brand == brand) for brand in brands}
    assert debt == {brand: sum(max(0, -lot.remaining) for lot in world.lots if lot.brand == brand) for brand in brands}


@given(steps)
def test_points_are_counted_at_the_brand_where_they_were_spent(history: list[Step]) -> None:
    """Also if no event names a brand, as that of a sale does not whose tenders were captured with it."""
    world = played(history)
    expected: dict[tuple[str, str], int] = defaultdict(int)
    for burn in world.burns:
        if burn.redemption > 0:
            expected["REDEEMED", burn.redeemer] += burn.points
            expected["RESTORED", burn.redeemer] += burn.points if burn.restored else 0
    counted: dict[tuple[str, str], int] = defaultdict(int)
    for (_, _, kind, _, at, *_), change in brand_changes(bookings([replace(each, brand="") for each in world.events])):
        counted[kind, at] += change.points if at else 0
    assert {key: points for key, points in counted.items() if points} == {
        key: points for key, points in expected.items() if points
    }


@given(steps, st.integers(1, 7))
def test_totals_do_not_depend_on_how_events_are_batched(history: list[Step], size: int) -> None:
    booked = bookings(played(history).events)
    in_parts: dict[object, list[int]] = defaultdict(lambda: [0] * 5)
    for start in range(0, len(booked), size):
        for key, amounts in all_totals(booked[start : start + size]):
            in_parts[key] = [was + more for was, more in zip(in_parts[key], amounts, strict=True)]
    at_once = {key: amounts for key, amounts in all_totals(booked) if any(amounts)}
    assert {key: amounts for key, amounts in in_parts.items() if any(amounts)} == at_once


def all_totals(booked: list[Booking]) -> Iterator[tuple[object, list[int]]]:
    """Every total that a batch adds to, by name and key, as five amounts."""
    for account, posted in account_changes(entry for booking in booked for entry in booking.entries):
        yield ("account", *account), [posted.amount, posted.debits, 0, 0, 0]
    for brand, points in brand_changes(booked):
        yield ("brand", *brand), [points.points, points.outstanding, points.debt, 0, 0]
    for cohort, change in cohort_changes(booked):
        amounts = [change.points, change.outstanding, change.debt, change.liability, change.receivable]
        yield ("cohort", *cohort), amounts
    for sale, paid in sale_changes(booked):
        yield ("sale", *sale), [paid, 0, 0, 0, 0]
    for place, amount in place_changes(booked):
        yield ("place", *place), [amount, 0, 0, 0, 0]


@given(steps)
def test_what_is_outstanding_anywhere_is_told_by_the_flows_of_its_place(history: list[Step]) -> None:
    sums: dict[str, int] = defaultdict(int)
    for (*_, measure, _, _), amount in place_changes(bookings(played(history).events)):
        sums[measure] += amount
    assert sums["outstanding"] == (
        sums["issued"]
        - sums["reversed"]
        - sums["expired"]
        + sums["adjusted"]
        - sums["spent"]
        + sums["repaid"]
        + sums["given_back"]
    )
    assert sums["cross_in"] == sums["cross_out"]


@given(steps)
def test_every_event_belongs_to_the_period_of_the_next_barrier(history: list[Step]) -> None:
    cuts = 0
    for booking in bookings(played(history).events):
        assert booking.period_sequence == cuts + 1
        cuts += booking.event.event_type == "PERIOD_CUT"


@given(steps)
@settings(max_examples=examples(16))
def test_a_history_unwound_whole_leaves_no_balance_but_cents_of_rounding(history: list[Step]) -> None:
    world = played([step for step in history if step[0] not in ("expire", "transfer")])
    while open_redemptions := {burn.redemption for burn in world.burns if burn.redemption > 0 and not burn.restored}:
        world.restore(max(open_redemptions))
    for lot in list(world.lots):
        if lot.remaining > 0:
            world.give_back(lot, lot.remaining)
    # What a movement carries is rounded where it stands, so cents may stay between given points and the accounts where
    # their carrying value met their price; of a price in another currency that is FX clearing.
    kept = {Account.PROMOTIONAL_EXPENSE, Account.SETTLEMENT_GAIN_LOSS, Account.FX_CLEARING}
    left = {key: amount for key, amount in balances(world.events).items() if key[2] not in kept}
    assert all(lot.remaining == 0 for lot in world.lots)
    assert left == {}


def bookings(events: list[Event]) -> list[Booking]:
    """Events as they are booked."""
    deliveries = [
        Delivery(event.program, event.partition, event.position, event.hash, "", event, bytes) for event in events
    ]
    admission = admit({}, (), deliveries)
    assert not admission.faults
    return admission.bookings


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
