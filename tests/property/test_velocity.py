"""Token buckets against an exact model: never more than burst + rate · t, never refused below it, waits exact."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from chassis.runtime.velocity.buckets import Buckets, Charge
from chassis.runtime.velocity.rate import MICROSECONDS, Rate

RATES = st.builds(Rate, st.integers(1, 50), st.integers(1, 90), st.integers(1, 40))
STEPS = st.lists(
    st.tuples(st.integers(0, 20 * MICROSECONDS), st.integers(1, 5), st.sampled_from("ab"), st.booleans()), max_size=40
)


class Model:
    """Fractions of tokens, computed from the whole history each time."""

    def __init__(self, rate: Rate) -> None:
        self.rate, self.tokens, self.at = rate, Fraction(rate.burst), 0

    def fill(self, now: int) -> None:
        added = Fraction((now - self.at) * self.rate.count, self.rate.seconds * MICROSECONDS)
        self.tokens, self.at = min(Fraction(self.rate.burst), self.tokens + added), now


@given(RATES, STEPS)
def test_it_takes_exactly_what_the_model_has(rate: Rate, steps: list[tuple[int, int, str, bool]]) -> None:
    now = 0
    buckets, models = Buckets(lambda: now), {key: Model(rate) for key in "ab"}
    for pause, cost, key, undo in steps:
        now += pause
        charge, model = Charge("limit", rate, key, min(cost, rate.burst)), models[key]
        model.fill(now)
        too_soon = buckets.take([charge])
        assert (too_soon is None) == (model.tokens >= charge.cost)
        if too_soon is None:
            model.tokens -= charge.cost
            if undo:
                buckets.give_back([charge])
                model.tokens += charge.cost
        else:
            lacking = charge.cost - model.tokens
            exact = lacking * rate.seconds * MICROSECONDS / rate.count
            assert exact <= too_soon.wait < exact + 1


@given(RATES, STEPS)
def test_no_stretch_of_time_has_more_than_burst_and_rate_allow(
    rate: Rate, steps: list[tuple[int, int, str, bool]]
) -> None:
    now = 0
    buckets, taken = Buckets(lambda: now), list[tuple[int, int]]()
    for pause, cost, _key, _undo in steps:
        now += pause
        cost = min(cost, rate.burst)
        if buckets.take([Charge("limit", rate, "a", cost)]) is None:
            taken.append((now, cost))
    for first, (begin, _) in enumerate(taken):
        for last in range(first, len(taken)):
            span = taken[last][0] - begin
            in_span = sum(cost for _, cost in taken[first : last + 1])
            assert in_span * rate.unit <= rate.full + span * rate.count


@given(RATES, STEPS)
def test_who_waits_as_told_is_let_in(rate: Rate, steps: list[tuple[int, int, str, bool]]) -> None:
    now = 0
    buckets = Buckets(lambda: now)
    for pause, cost, key, _undo in steps:
        now += pause
        charge = Charge("limit", rate, key, min(cost, rate.burst))
        too_soon = buckets.take([charge])
        if too_soon is not None:
            now += too_soon.wait - 1
            assert buckets.take([charge]) is not None
            now += 1
            assert buckets.take([charge]) is None


@given(RATES, STEPS)
def test_what_is_charged_afterwards_is_owed_and_paid_by_waiting(
    rate: Rate, steps: list[tuple[int, int, str, bool]]
) -> None:
    now = 0
    buckets, model = Buckets(lambda: now), Model(rate)
    for pause, cost, _key, known_before in steps:
        now += pause
        charge = Charge("limit", rate, "a", min(cost, rate.burst))
        model.fill(now)
        assert (buckets.ask([charge]) is None) == (model.tokens >= charge.cost)
        if not known_before:
            buckets.charge([charge])
            model.tokens = max(model.tokens - charge.cost, Fraction(-rate.burst))


@given(st.lists(st.text(max_size=3), max_size=300))
def test_invented_keys_do_not_grow_the_memory(keys: list[str]) -> None:
    buckets = Buckets(lambda: 0, most_keys=20)
    for key in keys:
        buckets.take([Charge("limit", Rate(1, 60, 5), key)])
    assert len(buckets) <= 20


def test_a_charge_that_one_limit_refuses_takes_nothing_of_the_others() -> None:
    buckets = Buckets(lambda: 0)
    wide, narrow = Rate(1, 60, 2), Rate(1, 60, 1)
    assert buckets.take([Charge("wide", wide, "a"), Charge("narrow", narrow, "a")]) is None
    refused = buckets.take([Charge("wide", wide, "a"), Charge("narrow", narrow, "a")])
    assert refused is not None
    assert (refused.limit, refused.wait) == ("narrow", 60 * MICROSECONDS)
    assert buckets.take([Charge("wide", wide, "a")]) is None
