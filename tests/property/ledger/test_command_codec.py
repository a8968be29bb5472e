"""Every command and every answer comes through the codec between ledger processes as it went in, whatever it holds."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values.money import Money
from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import Funder
from ledger_service.domain.answers import Answer
from ledger_service.domain.commands import Award, Command, OrderPart
from ledger_service.domain.facts import FactsRead, KeptFacts, PurchasesRead, TierRead
from ledger_service.domain.order import OrderDocument, OrderLine, Payment
from ledger_service.domain.standing.ladder import Benefits
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.store.command_codec import UnionCodec
from ledger_service.use_cases.lane_ports import Packed

COMMANDS: UnionCodec[Command] = UnionCodec(Command)
ANSWERS: UnionCodec[Answer] = UnionCodec(Answer)


def _mapping(kind: type) -> st.SearchStrategy[dict[object, object]]:
    keys, values = get_args(kind)
    return st.dictionaries(st.from_type(keys), st.from_type(values), max_size=3)


# Values that refuse to be made of just anything; all others are drawn from the annotations of their fields.
st.register_type_strategy(
    datetime,
    st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)),
)
st.register_type_strategy(Ratio, st.fractions(min_value=0).map(Ratio.of))
st.register_type_strategy(Mapping, _mapping)
st.register_type_strategy(
    Money, st.builds(Money, st.sampled_from(["USD", "EUR", "JPY"]), st.integers(-(2**63), 2**63 - 1))
)


_DAYS = st.dates(max_value=date(9000, 1, 1))
_WORDS = st.text(min_size=1)
st.register_type_strategy(
    ManualTier,
    st.builds(
        lambda manual_id, ladder_id, tier, start, days, reason, approver: ManualTier(
            manual_id, ladder_id, tier, start, None if days is None else start + timedelta(days=days), reason, approver
        ),
        st.text(), st.text(), _WORDS, _DAYS, st.none() | st.integers(0, 9_999), _WORDS, _WORDS,
    ),
)  # fmt: skip
st.register_type_strategy(
    Benefits,
    st.builds(
        Benefits,
        st.dictionaries(st.text(), st.from_type(Ratio), max_size=3).map(lambda table: tuple(table.items())),
        st.integers(0, 10_000),
        st.lists(st.text(), max_size=3).map(tuple),
    ),
)


def _few(kind: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    """Sales are deep: what they hold many of is drawn shorter than by itself."""
    return st.lists(st.from_type(kind), max_size=3).map(tuple)


st.register_type_strategy(Award, st.builds(Award, funders=_few(Funder)))
st.register_type_strategy(OrderLine, st.builds(OrderLine, categories=_few(str), attributes=_few(tuple[str, str])))
st.register_type_strategy(OrderDocument, st.builds(OrderDocument, lines=_few(OrderLine), payments=_few(Payment)))
st.register_type_strategy(FactsRead, st.builds(FactsRead, tiers=_few(TierRead), purchases=_few(PurchasesRead)))
st.register_type_strategy(
    OrderPart,
    st.builds(
        OrderPart,
        awards=_few(Award),
        local_day=st.dates(),
        read=st.from_type(FactsRead),
        kept=st.none() | st.from_type(KeptFacts),
    ),
)


@pytest.mark.parametrize("kind", get_args(Command), ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_a_command_comes_out_as_it_went_in(kind: type[Command], data: st.DataObject) -> None:
    command = data.draw(st.from_type(kind))
    assert COMMANDS.unpack(COMMANDS.pack(command)) == command


@pytest.mark.parametrize("kind", get_args(Answer), ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_an_answer_comes_out_as_it_went_in(kind: type[Answer], data: st.DataObject) -> None:
    answer = data.draw(st.from_type(kind))
    assert ANSWERS.unpack(ANSWERS.pack(answer)) == answer


def test_a_command_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="OfTomorrow"):
        COMMANDS.unpack(Packed("OfTomorrow", b"{}"))


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"origin": 1}'])
def test_a_body_that_is_not_of_its_class_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whatever it says
        COMMANDS.unpack(Packed("RedeemPoints", body))


def test_only_commands_are_packed() -> None:
    with pytest.raises(TypeError, match="str"):
        COMMANDS.pack("no command")  # type: ignore[arg-type]
