"""What a batch writes, as the columns of one statement (`sql/write_batch.sql`): each row once, in its last state."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from chassis.values.canonical import chained_json_hash
from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.apply.outcome import Applied
from ledger_service.domain.movement import Link, MovementRef
from ledger_service.domain.order import ReturnedLine
from ledger_service.domain.redemption import Burn
from ledger_service.domain.slice import Changes, LineKey
from ledger_service.domain.wallet import Wallet
from ledger_service.store import codec, rows
from ledger_service.use_cases.ports import Application, Head, Refused

Rows = Iterable[rows.Values]


@dataclass(slots=True)
class LastStates:
    """The last state of every row that the commands of a batch touched."""

    wallets: dict[MemberKey, Wallet] = field(default_factory=dict)
    new_wallets: set[MemberKey] = field(default_factory=set)
    chains: dict[MemberKey, Link] = field(default_factory=dict)
    accruals: dict[str, Accrual] = field(default_factory=dict)
    born: set[str] = field(default_factory=set)
    burns: dict[tuple[str, MovementRef], Burn] = field(default_factory=dict)
    returned: dict[LineKey, ReturnedLine] = field(default_factory=dict)

    def take(self, changes: Changes) -> None:
        """Takes in what one command changed, over what earlier ones did."""
        wallet = changes.wallet
        if wallet.version == 1:
            # Its first command: the wallet is not in the database yet.
            self.new_wallets.add(wallet.key)
        self.wallets[wallet.key] = wallet
        self.chains.update(changes.chains)
        self.accruals.update(changes.accruals)
        self.born.update(changes.born)
        self.burns.update({(burn.program, ref): burn for ref, burn in changes.burns.items()})
        self.returned.update(changes.returned)

    @property
    def known_wallets(self) -> list[Wallet]:
        """Wallets that were in the database before the batch."""
        return [wallet for key, wallet in self.wallets.items() if key not in self.new_wallets]


def written(head: Head, applied: Sequence[Application], refused: Sequence[Refused]) -> tuple[list[object], int, Head]:
    """The parameters of the statement, how many known wallets it must find unchanged, and the lane's new head."""
    states = LastStates()
    for application in applied:
        states.take(application.applied.changes)
    events, last_hash = _event_rows(head, [application.applied for application in applied])
    new_head = Head(head.partition, head.epoch, head.position + len(applied), last_hash)
    parts = [*_key_parts(applied, refused), *_state_parts(states), *_document_parts(applied), *_log_parts(applied)]
    parameters: list[object] = [column for values, width in parts for column in rows.columns(values, width)]
    parameters += rows.columns(events, 8)
    parameters += [head.partition, head.epoch, head.position, new_head.position, new_head.hash]
    return parameters, len(states.known_wallets), new_head


def _key_parts(applied: Sequence[Application], refused: Sequence[Refused]) -> Iterator[tuple[Rows, int]]:
    """What became of the claimed keys: a place in the log, or a refusal to be given again."""
    requests: list[rows.Values] = [(a.command.origin.request.key, *a.applied.event.position, None) for a in applied]
    requests += [(r.command.origin.request.key, None, None, codec.encode_refusal(r.refusal)) for r in refused if r.kept]
    yield requests, 4
    yield (
        ((a.command.document_key, *a.applied.event.position) for a in applied if a.command.document_key is not None),
        3,
    )


def _state_parts(states: LastStates) -> Iterator[tuple[Rows, int]]:
    yield (rows.wallet_values(states.wallets[key]) for key in states.new_wallets), 14
    yield map(rows.wallet_values, states.known_wallets), 14
    yield ((rows.bucket(*key), *key, *link) for key, link in states.chains.items()), 5
    accruals = states.accruals.values()
    yield (rows.accrual_values(accrual) for accrual in accruals if accrual.accrual_id in states.born), 32
    yield (rows.balance_values(accrual) for accrual in accruals if accrual.accrual_id not in states.born), 9
    yield map(rows.burn_values, states.burns.values()), 11
    yield map(rows.returned_line_values, states.returned.values()), 8


def _document_parts(applied: Sequence[Application]) -> Iterator[tuple[Rows, int]]:
    changes = [application.applied.changes for application in applied]
    yield (rows.order_values(change.order) for change in changes if change.order is not None), 8
    yield (rows.return_values(c.posted_return) for c in changes if c.posted_return is not None), 6
    yield (rows.redemption_values(c.redemption) for c in changes if c.redemption is not None), 15


def _log_parts(applied: Sequence[Application]) -> Iterator[tuple[Rows, int]]:
    moves = [
        (application.applied.event, recorded.movement)
        for application in applied
        for recorded in application.applied.event.movements
    ]
    yield (rows.movement_values(event.program, movement, event.position) for event, movement in moves), 25
    yield (row for event, movement in moves for row in rows.obligation_values(event.program, movement)), 10


def _event_rows(head: Head, applied: Sequence[Applied]) -> tuple[list[rows.Values], bytes]:
    """The events, each chained to the one before it, and the hash of the last."""
    last = head.hash
    events: list[rows.Values] = []
    for one in applied:
        event, payload = one.event, codec.encode(one.event)
        last = chained_json_hash(last, "event/1", payload)
        answer = codec.encode(one.answer)
        events.append((*event.position, event.program, event.type.value, event.post_time, payload, answer, last))
    return events, last
