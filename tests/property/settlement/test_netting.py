"""Any obligations are cleared by few payments, and only payments that clear them pass."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from chassis.values.rounding import Ratio
from settlement_service.domain.netting.conversion import Rate
from settlement_service.domain.netting.legs import Line
from settlement_service.domain.netting.netting import CurrencyNetting, Netting, Terms, net
from settlement_service.domain.netting.payments import Method, Payment
from settlement_service.domain.netting.verification import payment_faults
from settlement_service.domain.netting.zero_sum import zero_sum_groups
from tests.property.settlement import netting_model as model

ENTITIES = ("north", "harbor", "linden", "peak", "hq", "op-1", "op-2")
CURRENCIES = ("USD", "CAD", "JPY")


@st.composite
def some_lines(draw: st.DrawFn, largest: int = 10**12) -> list[Line]:
    """Lines between up to seven entities; small amounts make nets that cancel out in groups."""
    limit = draw(st.sampled_from((3, 50, largest)))
    entities = ENTITIES[: draw(st.integers(2, len(ENTITIES)))]
    pairs = st.lists(st.sampled_from(entities), min_size=2, max_size=2, unique=True)
    drawn = draw(
        st.lists(
            st.tuples(pairs, st.sampled_from(CURRENCIES), st.integers(-limit // 3, limit), st.integers(0, 7)),
            max_size=25,
        )
    )
    return [
        Line(f"line-{number}", debtor, creditor, currency, amount, disputed=dice == 0)
        for number, ((debtor, creditor), currency, amount, dice) in enumerate(drawn)
    ]


ratios = st.fractions(min_value=Fraction(1, 500), max_value=500, max_denominator=100_000).map(Ratio.of)
in_usd = st.builds(lambda cad, jpy: ("USD", (Rate("cad", "CAD", cad), Rate("jpy", "JPY", jpy))), ratios, ratios)
terms_of = st.builds(lambda method, way: Terms(method, *way), st.sampled_from(Method), st.just(("", ())) | in_usd)
each_in_usd = in_usd.map(lambda way: Terms(Method.MULTILATERAL, *way))


def paid(netting: Netting) -> list[Payment]:
    return [instruction.payment for currency in netting.currencies for instruction in currency.instructions]


def nets(currency: CurrencyNetting) -> dict[str, int]:
    return {position.entity: position.minor_units for position in currency.nets.positions}


@given(some_lines(), terms_of)
def test_our_payments_clear_the_lines(lines: list[Line], terms: Terms) -> None:
    assert payment_faults(lines, terms, paid(net(lines, terms))) == ()


@given(some_lines(), terms_of)
def test_nets_are_what_the_model_finds_and_sum_to_zero(lines: list[Line], terms: Terms) -> None:
    owed = model.debts(lines, terms)
    for currency in net(lines, terms).currencies:
        assert nets(currency) == model.net_positions(owed, currency.nets.currency)
        assert sum(nets(currency).values()) == 0


@given(some_lines(), terms_of)
def test_flows_are_what_the_model_finds(lines: list[Line], terms: Terms) -> None:
    ours = {
        (currency.nets.currency, flow.debtor, flow.creditor): flow.minor_units
        for currency in net(lines, terms).currencies
        for flow in currency.nets.flows
    }
    assert Counter(ours) == model.debts(lines, terms)


@given(some_lines(), terms_of, st.randoms(use_true_random=False))
def test_the_order_of_input_does_not_matter(lines: list[Line], terms: Terms, random: Random) -> None:
    shuffled = random.sample(lines, len(lines))
    rates = tuple(random.sample(terms.rates, len(terms.rates)))
    assert net(shuffled, replace(terms, rates=rates)) == net(lines, terms)


@given(some_lines(), terms_of, st.integers(-(10**9), 10**9))
def test_how_an_obligation_is_cut_into_lines_does_not_matter(lines: list[Line], terms: Terms, part: int) -> None:
    cut = [
        piece
        for line in lines
        for piece in (
            replace(line, line_id=f"{line.line_id}.a", minor_units=line.minor_units - part),
            replace(line, line_id=f"{line.line_id}.b", minor_units=part),
        )
    ]
    assert paid(net(cut, terms)) == paid(net(lines, terms))


@given(some_lines(), terms_of)
def test_every_line_is_in_one_leg_or_disputed_and_each_leg_is_the_sum_of_its_lines(
    lines: list[Line], terms: Terms
) -> None:
    netting = net(lines, terms)
    by_id = {line.line_id: line for line in lines}
    legs = [leg.leg for currency in netting.currencies for flow in currency.nets.flows for leg in flow.legs]
    assert sorted([*netting.disputed, *(line_id for leg in legs for line_id in leg.line_ids)]) == sorted(by_id)
    for leg in legs:
        behind = [by_id[line_id] for line_id in leg.line_ids]
        assert leg.minor_units == sum(
            line.minor_units if line.debtor == leg.debtor else -line.minor_units for line in behind
        )
        assert {line.currency for line in behind} == {leg.currency}


@given(some_lines(), each_in_usd)
def test_roundings_are_within_half_a_unit_a_leg_and_cancel_out_over_all(lines: list[Line], terms: Terms) -> None:
    carried: Counter[str] = Counter()
    for currency in net(lines, terms).currencies:
        for flow in currency.nets.flows:
            for leg in flow.legs:
                exact = leg.leg.minor_units * (
                    model.rate(terms, leg.leg.currency) if leg.leg.currency != "USD" else Fraction(1)
                )
                assert leg.minor_units - leg.rounding == exact
                assert -Fraction(1, 2) < leg.rounding <= Fraction(1, 2)
                carried[flow.creditor] += leg.rounding  # type: ignore[assignment]
                carried[flow.debtor] -= leg.rounding  # type: ignore[assignment]
    assert sum(carried.values()) == 0


@given(some_lines(), st.just(Terms(Method.MULTILATERAL)) | each_in_usd)
def test_payments_are_the_fewest_among_connected_entities_and_never_n(lines: list[Line], terms: Terms) -> None:
    owed = model.debts(lines, terms)
    for currency in net(lines, terms).currencies:
        positions = model.net_positions(owed, currency.nets.currency)
        fewest = sum(
            model.fewest_payments({entity: positions[entity] for entity in group})
            for group in model.connected(owed, currency.nets.currency)
        )
        assert len(currency.instructions) == fewest
        assert fewest <= max(0, sum(amount != 0 for amount in positions.values()) - 1)


@given(some_lines(), terms_of)
def test_nobody_pays_a_stranger(lines: list[Line], terms: Terms) -> None:
    owed = model.debts(lines, terms)
    for payment in paid(net(lines, terms)):
        assert any({payment.debtor, payment.creditor} <= each for each in model.connected(owed, payment.currency))


@given(some_lines(), st.just(Terms(Method.MULTILATERAL)) | each_in_usd)
def test_clearings_lead_every_net_to_zero_step_by_step(lines: list[Line], terms: Terms) -> None:
    for currency in net(lines, terms).currencies:
        standing = nets(currency)
        for instruction in currency.instructions:
            payment = instruction.payment
            for clearing, entity, change in (
                (instruction.debtor, payment.debtor, payment.minor_units),
                (instruction.creditor, payment.creditor, -payment.minor_units),
            ):
                assert (clearing.entity, clearing.net, clearing.before) == (
                    entity,
                    nets(currency)[entity],
                    standing[entity],
                )
                standing[entity] += change
                assert clearing.after == standing[entity]
        assert not any(standing.values())


@given(some_lines(), terms_of)
def test_each_stage_of_netting_pays_no_more_than_the_one_before(lines: list[Line], terms: Terms) -> None:
    for currency in net(lines, terms).currencies:
        totals = currency.nets
        assert totals.multilateral_total <= totals.bilateral_total <= totals.gross_total
        expected = totals.bilateral_total if terms.method is Method.BILATERAL else totals.multilateral_total
        assert sum(instruction.payment.minor_units for instruction in currency.instructions) == expected


@given(some_lines(), terms_of, st.data())
def test_payments_that_were_tampered_with_are_refused(lines: list[Line], terms: Terms, data: st.DataObject) -> None:
    payments = paid(net(lines, terms))
    assume(payments)
    index = data.draw(st.integers(0, len(payments) - 1))
    payment = payments[index]
    others = [entity for entity in (*ENTITIES, "stranger") if entity not in (payment.debtor, payment.creditor)]
    changed = data.draw(
        st.sampled_from(
            (
                [],
                [payment, payment],
                [replace(payment, minor_units=payment.minor_units + 1)],
                [replace(payment, minor_units=payment.minor_units - 1)],
                [replace(payment, debtor=payment.creditor, creditor=payment.debtor)],
                [replace(payment, debtor=data.draw(st.sampled_from(others)))],
                [replace(payment, creditor=data.draw(st.sampled_from(others)))],
                [replace(payment, currency="EUR")],
            )
        )
    )
    assert payment_faults(lines, terms, [*payments[:index], *changed, *payments[index + 1 :]]) != ()


@given(st.lists(st.integers(-9, 9), max_size=7))
def test_groups_divide_the_nets_as_finely_as_can_be(amounts: list[int]) -> None:
    amounts = [*amounts, -sum(amounts)]
    given_nets = {f"e{number}": amount for number, amount in enumerate(amounts)}
    groups = zero_sum_groups(given_nets)
    assert sorted(entity for group in groups for entity in group) == sorted(e for e, a in given_nets.items() if a)
    assert all(sum(given_nets[entity] for entity in group) == 0 for group in groups)
    assert sum(len(group) - 1 for group in groups) == model.fewest_payments(given_nets)


@given(st.lists(st.integers(-(10**15), 10**15), min_size=20, max_size=60))
def test_many_entities_take_fewer_payments_than_there_are_nets(amounts: list[int]) -> None:
    lines = [
        Line(f"{number}", *(("hub", f"e{number}") if amount > 0 else (f"e{number}", "hub")), "USD", abs(amount))
        for number, amount in enumerate(amounts)
    ]
    terms = Terms(Method.MULTILATERAL)
    netting = net(lines, terms)
    assert payment_faults(lines, terms, paid(netting)) == ()
    assert len(paid(netting)) <= max(
        0, sum(position.minor_units != 0 for position in netting.currencies[0].nets.positions) - 1
    )
