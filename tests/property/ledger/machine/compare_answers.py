"""What a command is answered, against what the model says."""

from collections.abc import Mapping

from chassis.values.money import Money
from ledger_service.domain.apply import Applied
from ledger_service.domain.wallet import WalletView
from tests.property.ledger.machine.account import Account


def answer_is(applied: Applied, account: Account, told: object) -> None:
    """The balance after it, and each field of the answer that the model tells; of money its number, or 0."""
    view: WalletView = applied.answer.wallet
    now = applied.event.post_time
    assert (view.balance, view.debt, view.held) == (account.balance, account.debt, account.all_held)
    assert (view.available, view.pending) == (account.available(now), account.pending(now))
    assert (view.root, view.version, view.as_of) == (account.root, account.version, now)
    if isinstance(told, Mapping):
        said = {name: _plain(getattr(applied.answer, name)) for name in told}
        assert said == told


def _plain(value: object) -> object:
    return 0 if value is None else value.minor_units if isinstance(value, Money) else value
