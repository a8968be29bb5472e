"""What was booked for points spent, held against the agreements; figures by hand."""

from chassis.values.calendar import Interval
from chassis.values.rounding import Ratio
from settlement_service.domain.booked_lines import BookedLine
from settlement_service.domain.price_check import PriceCheck
from settlement_service.domain.program_facts import Agreement, ProgramFacts
from settlement_service.domain.reconciliation_run import FoundDifference, LineFault
from tests.unit.settlement.booked import line
from tests.unit.settlement.events import NOON


def facts(share: str = "1", until: bool = False) -> ProgramFacts:
    interval = Interval(None, NOON) if until else Interval(None, None)
    agreements = [Agreement("agr", "", "", interval, share_of_face=Ratio.of(share))]
    if until:
        agreements.append(Agreement("new", "", "", Interval(NOON, None), share_of_face=Ratio.of("0.5")))
    return ProgramFacts("harborside", "rev_1", agreements=tuple(agreements))


def booked(price: int, value: int = 157) -> BookedLine:
    return line(
        ("north", "points_liability", "", 80),
        ("north", "due_to", "linden", -price),
        ("linden", "due_from", "north", price),
        value=value,
        price=price,
    )


def differences(of: BookedLine, by: ProgramFacts) -> tuple[FoundDifference, ...]:
    check = PriceCheck()
    check.take(of, by)
    return check.differences()


def test_a_price_by_the_agreement_is_in_order() -> None:
    assert differences(booked(157), facts()) == ()


def test_a_cent_too_much_is_named_with_movement_and_agreement() -> None:
    [found] = differences(booked(158), facts())
    assert (found.figure, found.expected, found.booked) == ("prices.north.linden.USD", 157, 158)
    [named] = found.lines
    assert (named.fault, named.home, named.sequence, named.agreement_id) == (LineFault.DIFFERS, "mem_1", 1, "agr")


def test_terms_that_ended_before_the_capture_may_have_been_fixed_by_its_authorization() -> None:
    assert differences(booked(157), facts(until=True)) == ()
    assert differences(booked(79), facts(until=True)) == ()
    [found] = differences(booked(100), facts(until=True))
    assert found.expected == 79


def test_a_price_without_an_agreement_is_named() -> None:
    [found] = differences(booked(157), ProgramFacts("harborside", "rev_1"))
    assert [each.fault for each in found.lines] == [LineFault.NO_TERMS]


def test_own_points_cost_their_part_of_the_face() -> None:
    mine = line(
        ("linden", "redemption_clearing", "", -157),
        redeemer="linden",
        funders=(("linden", 10_000),),
        value=157,
        price=156,
    )
    [found] = differences(mine, facts())
    assert (found.figure, found.expected, found.booked) == ("prices.linden.linden.USD", 157, 156)


def test_under_reserve_the_price_is_what_goes_through_beside_the_draw() -> None:
    """North's liability falls by 80, which it draws; it owes the reserve 157: together 77."""
    through = line(
        ("north", "points_liability", "", 80),
        ("north", "reserve_deposit", "hq", -80),
        ("north", "due_to", "hq", -77),
        ("hq", "reserve_held", "north", 80),
        ("hq", "due_from", "north", 77),
        ("hq", "due_to", "linden", -157),
        ("linden", "due_from", "hq", 157),
        policy="RESERVE",
        reserve="hq",
        value=157,
        price=157,
    )
    assert through.owed == {("north", "USD"): 157}
    assert differences(through, facts()) == ()


def test_under_none_the_redeemer_bears_the_face_by_funder() -> None:
    of = (("north", 6_000), ("harbor", 4_000))
    rightly = (("linden", "redemption_expense", "north", 94), ("linden", "redemption_expense", "harbor", 63))
    assert differences(line(*rightly, policy="NONE", funders=of, value=157), facts()) == ()
    wrongly = (("linden", "redemption_expense", "north", 95), ("linden", "redemption_expense", "harbor", 62))
    found = differences(line(*wrongly, policy="NONE", funders=of, value=157), facts())
    assert [(each.figure, each.expected, each.booked) for each in found] == [
        ("borne.harbor.linden.USD", 63, 62),
        ("borne.north.linden.USD", 94, 95),
    ]


def test_a_debt_under_none_is_named() -> None:
    [found, *_] = differences(line(("north", "due_to", "linden", -5), policy="NONE", value=0, price=5), facts())
    assert (found.figure, found.expected, found.booked) == ("prices.north.linden.USD", 0, 5)


def test_what_was_booked_before_prices_were_kept_is_counted_and_left_alone() -> None:
    check = PriceCheck()
    check.take(line(known=False), facts())
    assert (check.checked, check.unknown, check.differences()) == (0, 1, ())
