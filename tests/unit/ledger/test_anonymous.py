"""A sale that names nobody is kept and earns nothing until somebody claims it."""

from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.answers import OrderAnswer
from ledger_service.domain.apply import Applied
from ledger_service.domain.event import EventType
from ledger_service.domain.order import OrderState, is_anonymous
from tests.support.pure_ledger import PureLedger, sold
from tests.support.pure_sales import anonymous_sale, nobody


def posted() -> tuple[PureLedger, Applied]:
    ledger = PureLedger()
    return ledger, ledger.run(anonymous_sale(ledger, "d1", [sold(1, 4000, "north")]))


def answered() -> OrderAnswer:
    answer = posted()[1].answer
    assert isinstance(answer, OrderAnswer)
    return answer


def test_it_can_be_claimed() -> None:
    assert answered().state is OrderState.CLAIMABLE


def test_its_answer_names_no_member() -> None:
    assert answered().member_id == ""


def test_it_earns_nothing_yet() -> None:
    assert answered().earned == ()


def test_its_event_moves_nothing() -> None:
    event = posted()[1].event
    assert (event.type, event.movements, event.chain_heads) == (EventType.ORDER_POSTED, (), ())


def test_its_home_is_its_documents() -> None:
    ledger, applied = posted()
    [order] = ledger.state.orders.values()
    assert order.home == nobody("d1") == applied.event.root
    assert is_anonymous(order.home)


def test_two_sales_that_name_nobody_share_no_home() -> None:
    assert nobody("d1") != nobody("d2")


def test_the_wallet_behind_it_is_empty() -> None:
    ledger, _ = posted()
    wallet = ledger.state.wallets[MemberKey("prg", nobody("d1"))]
    assert (wallet.version, wallet.balance, wallet.positive) == (1, 0, 0)


def test_no_member_has_an_id_that_looks_like_it() -> None:
    assert not is_anonymous("mem_0123456789abcdef")
    assert not is_anonymous("anonymous")


def test_it_says_again_that_its_time_was_clamped() -> None:
    ledger = PureLedger()
    command = anonymous_sale(ledger, "d1", [sold(1, 4000, "north")])
    answer = ledger.run(type(command)(command.origin, command.order, time_clamped=True)).answer
    assert isinstance(answer, OrderAnswer)
    assert answer.time_clamped
