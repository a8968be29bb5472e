"""Netting by the figures of DOMAIN §9, and at its edges."""

from collections.abc import Iterable
from fractions import Fraction

import pytest

from chassis.values.integers import INT64_MAX
from chassis.values.refusal import Refusal
from chassis.values.rounding import Ratio
from settlement_service.domain.netting.conversion import Rate
from settlement_service.domain.netting.faults import FaultKind, NotNettable
from settlement_service.domain.netting.legs import Line, legs_of
from settlement_service.domain.netting.nets import Flow, Nets
from settlement_service.domain.netting.netting import CurrencyNetting, Terms, net
from settlement_service.domain.netting.payments import Clearing, Method, Payment
from settlement_service.domain.netting.zero_sum import zero_sum_groups

EACH = Terms(Method.MULTILATERAL)
PAIRWISE = Terms(Method.BILATERAL)
IN_USD = Terms(Method.MULTILATERAL, "USD", (Rate("cad", "CAD", Ratio(7353, 10_000)), Rate("jpy", "JPY", Ratio(2, 3))))

FLOWS = """
A B 250, A C 50, A D 250, B A 300, B C 150, B D 300, C A 270, C B 230, C D 400, D A 600, D B 500, D C 300
"""


def line(line_id: str, debtor: str, creditor: str, minor_units: int, currency: str = "USD") -> Line:
    return Line(line_id, debtor, creditor, currency, minor_units)


def the_twelve() -> list[Line]:
    flows = [flow.split() for flow in FLOWS.split(",")]
    return [line(f"{debtor}{creditor}", debtor, creditor, int(amount)) for debtor, creditor, amount in flows]


def netted(lines: list[Line], terms: Terms = EACH) -> CurrencyNetting:
    [currency] = net(lines, terms).currencies
    return currency


def payments(netting: CurrencyNetting) -> list[tuple[str, str, int]]:
    made = [instruction.payment for instruction in netting.instructions]
    return [(payment.debtor, payment.creditor, payment.minor_units) for payment in made]


def _flows_of(nets: Nets, *entities: str) -> list[Flow]:
    return [flow for flow in nets.flows if {*entities} <= {flow.debtor, flow.creditor}]


def _lines_behind(flows: Iterable[Flow]) -> tuple[str, ...]:
    return tuple(sorted(line_id for flow in flows for settled in flow.legs for line_id in settled.leg.line_ids))


def test_the_twelve_flows_are_3600_gross() -> None:
    nets = netted(the_twelve()).nets
    assert (nets.gross_total, nets.gross_count) == (3_600, 12)


def test_the_twelve_flows_are_1000_in_6_bilateral_payments() -> None:
    netting = netted(the_twelve(), PAIRWISE)
    assert (netting.nets.bilateral_total, len(netting.instructions)) == (1_000, 6)
    assert payments(netting) == [
        ("B", "A", 50),
        ("C", "A", 220),
        ("C", "B", 80),
        ("C", "D", 100),
        ("D", "A", 350),
        ("D", "B", 200),
    ]


def test_the_twelve_flows_are_850_multilateral() -> None:
    nets = netted(the_twelve()).nets
    assert nets.multilateral_total == 850
    assert [(position.entity, position.minor_units) for position in nets.positions] == [
        ("A", 620),
        ("B", 230),
        ("C", -400),
        ("D", -450),
    ]


def test_the_twelve_flows_are_cleared_by_three_payments() -> None:
    assert payments(netted(the_twelve())) == [("D", "A", 450), ("C", "B", 230), ("C", "A", 170)]


def test_a_payment_says_which_nets_it_clears_and_what_is_left_of_them() -> None:
    first, _, last = netted(the_twelve()).instructions
    assert (first.debtor, first.creditor) == (Clearing("D", -450, -450, 0), Clearing("A", 620, 620, 170))
    assert (last.debtor, last.creditor) == (Clearing("C", -400, -170, 0), Clearing("A", 620, 170, 0))


def test_a_net_says_which_lines_are_behind_it() -> None:
    nets = netted(the_twelve()).nets
    assert _lines_behind(_flows_of(nets, "A")) == ("AB", "AC", "AD", "BA", "CA", "DA")
    assert _lines_behind(_flows_of(nets, "D", "A")) == ("AD", "DA")


def test_disputed_lines_stay_out_and_are_named() -> None:
    netting = net([line("1", "A", "B", 70), Line("2", "A", "B", "USD", 30, disputed=True)], EACH)
    assert payments(netting.currencies[0]) == [("A", "B", 70)]
    assert _lines_behind(netting.currencies[0].nets.flows) == ("1",)
    assert netting.disputed == ("2",)


def test_what_was_undone_beyond_what_was_owed_is_owed_back() -> None:
    lines = [line("1", "A", "B", 20), line("2", "A", "B", -50), line("3", "B", "A", 5)]
    [flow] = netted(lines).nets.flows
    assert (flow.debtor, flow.creditor, flow.minor_units) == ("B", "A", 35)
    assert _lines_behind([flow]) == ("1", "2", "3")


def test_lines_that_cancel_out_pay_nothing_and_are_still_told() -> None:
    netting = netted([line("1", "A", "B", 20), line("2", "A", "B", -20)])
    assert payments(netting) == []
    assert _lines_behind(_flows_of(netting.nets, "A")) == ("1", "2")
    assert (netting.nets.gross_total, netting.nets.gross_count) == (0, 0)


def test_nothing_owed_is_nothing_paid() -> None:
    assert net([], EACH).currencies == ()


def test_currencies_are_netted_apart_without_a_settlement_currency() -> None:
    netting = net([line("1", "A", "B", 70), line("2", "B", "A", 30, "CAD")], EACH)
    assert [(each.nets.currency, payments(each)) for each in netting.currencies] == [
        ("CAD", [("B", "A", 30)]),
        ("USD", [("A", "B", 70)]),
    ]


def test_legs_are_converted_and_rounded_before_they_are_netted() -> None:
    netting = netted([line("1", "A", "B", 70), line("2", "B", "A", 45, "CAD"), line("3", "B", "A", 2, "JPY")], IN_USD)
    assert payments(netting) == [("A", "B", 70 - 33 - 1)]


def test_a_leg_says_what_was_rounded_at_which_rate() -> None:
    [flow] = netted([line("1", "B", "A", 2, "JPY")], IN_USD).nets.flows
    [leg] = flow.legs
    assert (leg.leg.minor_units, leg.minor_units, leg.rate_id, leg.rounding) == (2, 1, "jpy", Fraction(-1, 3))


def test_half_a_minor_unit_is_the_creditors() -> None:
    terms = Terms(Method.MULTILATERAL, "USD", (Rate("half", "CAD", Ratio(1, 2)),))
    assert payments(netted([line("1", "A", "B", 7, "CAD")], terms)) == [("A", "B", 4)]


def test_a_leg_that_is_rounded_to_nothing_is_told_and_not_paid() -> None:
    terms = Terms(Method.MULTILATERAL, "USD", (Rate("r", "JPY", Ratio(1, 3)),))
    netting = netted([line("1", "A", "B", 1, "JPY")], terms)
    assert payments(netting) == []
    assert netting.nets.flows[0].legs[0].rounding == Fraction(-1, 3)


def test_nobody_pays_one_to_whom_no_chain_of_obligations_leads() -> None:
    # Over both groups three payments were enough, 3 to 3, 1 to 1, 2 to 2, all between strangers.
    lines = [line("1", "A", "C", 1), line("2", "B", "C", 2), line("3", "X", "Y", 2), line("4", "X", "Z", 1)]
    assert payments(netted(lines)) == [("B", "C", 2), ("A", "C", 1), ("X", "Y", 2), ("X", "Z", 1)]


def test_what_cancelled_out_connects_nobody() -> None:
    lines = [line("1", "A", "C", 1), line("2", "B", "C", 2), line("3", "X", "Y", 2), line("4", "X", "Z", 1)]
    cancelled = [line("5", "A", "X", 9), line("6", "A", "X", -9)]
    assert payments(netted([*lines, *cancelled])) == payments(netted(lines))


def test_nets_that_cancel_out_in_groups_take_fewer_payments_than_the_largest_first() -> None:
    assert zero_sum_groups({"a": 5, "b": 4, "c": -3, "d": -2, "e": -4}) == (("a", "c", "d"), ("b", "e"))
    assert zero_sum_groups({"a": 8, "b": 7, "c": -6, "d": -2, "e": -4, "f": -3}) == (("a", "c", "d"), ("b", "e", "f"))


def test_of_more_nets_than_are_divided_exactly_equal_and_opposite_ones_are_still_paired() -> None:
    nets = {f"e{number:02}": 2**number for number in range(13)} | {"z": 1 - 2**13, "p": 5, "q": -5}
    pair, rest = zero_sum_groups(nets)[::-1]
    assert (pair, len(rest)) == (("p", "q"), 14)


@pytest.mark.parametrize(
    ("faulty", "kind"),
    [
        ([line("1", "A", "A", 1)], FaultKind.LINE_MALFORMED),
        ([line("1", "", "A", 1)], FaultKind.LINE_MALFORMED),
        ([line("", "A", "B", 1)], FaultKind.LINE_MALFORMED),
        ([line("1", "A", "B", INT64_MAX + 1)], FaultKind.LINE_MALFORMED),
        ([line("1", "A", "B", 1), line("1", "A", "C", 1)], FaultKind.LINE_TWICE),
        ([line("1", "A", "B", 1, "XXX")], FaultKind.CURRENCY_UNKNOWN),
        ([Line("1", "A", "A", "USD", 1, disputed=True)], FaultKind.LINE_MALFORMED),
    ],
)
def test_lines_that_cannot_be_netted_are_refused_with_a_reason(faulty: list[Line], kind: FaultKind) -> None:
    with pytest.raises(NotNettable) as refused:
        net([line("good", "A", "B", 1), *faulty], EACH)
    assert [fault.kind for fault in refused.value.faults] == [kind]


@pytest.mark.parametrize(
    ("currency", "rates", "kind"),
    [
        ("USD", (), FaultKind.RATE_MISSING),
        ("USD", (Rate("a", "CAD", Ratio(0, 1)),), FaultKind.RATE_MALFORMED),
        ("USD", (Rate("a", "CAD", Ratio(3, 4)), Rate("b", "CAD", Ratio(2, 3))), FaultKind.RATE_MALFORMED),
        ("USD", (Rate("a", "CAD", Ratio(3, 4)), Rate("b", "USD", Ratio(2, 3))), FaultKind.RATE_MALFORMED),
        ("XXX", (Rate("a", "CAD", Ratio(3, 4)),), FaultKind.CURRENCY_UNKNOWN),
    ],
)
def test_rates_that_cannot_be_used_are_refused_with_a_reason(
    currency: str, rates: tuple[Rate, ...], kind: FaultKind
) -> None:
    with pytest.raises(NotNettable) as refused:
        net([line("1", "A", "B", 1, "CAD")], Terms(Method.MULTILATERAL, currency, rates))
    assert [fault.kind for fault in refused.value.faults] == [kind]


@pytest.mark.parametrize(
    "lines",
    [
        [line("1", "A", "B", INT64_MAX), line("2", "A", "B", 1)],
        [line("1", "A", "B", INT64_MAX), line("2", "B", "A", 1)],
    ],
)
def test_what_does_not_fit_64_bits_is_refused(lines: list[Line]) -> None:
    with pytest.raises(Refusal, match="AMOUNT_OUT_OF_RANGE"):
        net(lines, EACH)


def test_what_does_not_fit_64_bits_after_conversion_is_refused() -> None:
    terms = Terms(Method.MULTILATERAL, "USD", (Rate("r", "CAD", Ratio(2, 1)),))
    with pytest.raises(Refusal, match="AMOUNT_OUT_OF_RANGE"):
        net([line("1", "A", "B", INT64_MAX, "CAD")], terms)


def test_a_sum_that_fits_again_at_its_end_is_not_refused() -> None:
    lines = [line("1", "A", "B", INT64_MAX), line("2", "A", "B", INT64_MAX), line("3", "A", "B", -INT64_MAX)]
    [leg] = legs_of(lines)
    assert leg.minor_units == INT64_MAX


def test_the_largest_amount_there_is_can_be_paid() -> None:
    [instruction] = netted([line("1", "A", "B", INT64_MAX)]).instructions
    assert instruction.payment == Payment("A", "B", "USD", INT64_MAX)
