"""Histories to be decided again elsewhere: as they were, of members with several homes, or by a replay clock."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from chassis.values.refusal import Refusal
from ledger_service.domain.apply import Applied
from ledger_service.domain.commands import Command, Origin, PostOrder, PostReturn, RedeemPoints
from ledger_service.domain.order import DocumentRef, SaleHome
from tests.property.ledger.twin import Done, Twin
from tests.support.pure_ledger import PureLedger


def crowded(seed: int, crowds: int, commands: int) -> Twin:
    """Crowds of so many commands of three members at one moment, days apart."""
    twin = Twin(Random(seed).randint)
    for _ in range(crowds):
        for _ in range(commands):
            twin.command()
        twin.wait()
    return twin


def decided(done: Sequence[Done], change: Callable[[Command], Command]) -> tuple[PureLedger, list[Done]]:
    """The same commands with a change to each, as the state machine decides them with everything at hand."""
    ledger, again = PureLedger(), []
    for one in done:
        ledger.now = one.now
        command = change(one.command)
        applied: Applied | None = None
        reason = ""
        try:
            applied = ledger.run(command)
        except Refusal as refusal:
            reason = refusal.reason
        again.append(Done(one.now, command, applied, reason))
    return ledger, again


class Merged:
    """Every member has two more homes, and its sales come to any of them."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._homes: dict[DocumentRef, str] = {}

    def __call__(self, command: Command) -> Command:
        """The command with the homes of its wallet, and under one of them."""
        root = command.origin.wallet.member
        homes = (root, f"{root}-card", f"{root}-web")
        if isinstance(command, PostReturn):
            sales = tuple(SaleHome(one.sale, self._homes.get(one.sale, root)) for one in command.returned.sales)
            returned = replace(command.returned, sales=sales)
            return replace(command, origin=_at(command.origin, sales[0].home, homes), returned=returned)
        home = self._random.choice(homes)
        if isinstance(command, RedeemPoints):
            return replace(command, origin=_at(command.origin, root, homes))
        if isinstance(command, PostOrder):
            self._homes[command.order.document.ref] = home
        return replace(command, origin=_at(command.origin, home, homes))


def by_replay_clock(command: Command) -> Command:
    """The command in a program whose clock is the replay of its orders."""
    return replace(command, origin=replace(command.origin, replay_clock=True))


def _at(origin: Origin, home: str, homes: tuple[str, ...]) -> Origin:
    return replace(origin, home=home, homes=homes)
