"""What a batch writes, as the columns of one statement (`sql/write_batch.sql`): each row once, in its last state."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import add, itemgetter

from chassis.runtime.statements import Statement
from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.adjustment import Adjustment
from ledger_service.domain.apply.outcome import Applied
from ledger_service.domain.changes import ActivityChange, ActivityKey, Changes, LineKey, MixedKey, OrderKey
from ledger_service.domain.hold import Hold
from ledger_service.domain.movement import Link, MovementRef
from ledger_service.domain.order import PostedOrder, PostedReturn, ReturnedLine
from ledger_service.domain.redemption import Burn, Redemption
from ledger_service.domain.standing.following import KeptTrack
from ledger_service.domain.standing.wallet import HomeTier, StandingChanges
from ledger_service.domain.transfer import Transfer
from ledger_service.domain.wallet import Wallet
from ledger_service.store import codec, document_rows, rows, standings
from ledger_service.store.event_hash import event_hash
from ledger_service.store.statements import SQL
from ledger_service.use_cases.commit_ports import Application, Head, Refused

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
    orders: dict[OrderKey, PostedOrder] = field(default_factory=dict)
    new_orders: set[OrderKey] = field(default_factory=set)
    returns: dict[str, PostedReturn] = field(default_factory=dict)
    redemptions: dict[str, Redemption] = field(default_factory=dict)
    new_redemptions: set[str] = field(default_factory=set)
    holds: dict[str, Hold] = field(default_factory=dict)
    adjustments: dict[str, Adjustment] = field(default_factory=dict)
    transfers: dict[str, Transfer] = field(default_factory=dict)
    moved_orders: set[OrderKey] = field(default_factory=set)
    moved_sales: dict[bytes, str] = field(default_factory=dict)
    activity: dict[ActivityKey, ActivityChange] = field(default_factory=dict)
    mixed: Counter[MixedKey] = field(default_factory=Counter)
    tracks: dict[tuple[MemberKey, str], KeptTrack] = field(default_factory=dict)
    tier_records: list[rows.Values] = field(default_factory=list)
    home_tiers: dict[tuple[str, str], HomeTier] = field(default_factory=dict)

    @classmethod
    def of(cls, applied: Sequence[Application]) -> "LastStates":
        """What a batch's commands left behind."""
        states = cls()
        for application in applied:
            states.take(application.applied.changes)
        return states

    def take(self, changes: Changes) -> None:
        """Takes in what one command changed, over what earlier ones did."""
        self.new_wallets.update(changes.new_rows)
        self.wallets.update(changes.rows)
        self.chains.update(changes.chains)
        self.accruals.update(changes.accruals)
        self.born.update(changes.born)
        self.burns.update({(burn.program, ref): burn for ref, burn in changes.burns.items()})
        self.returned.update(changes.returned)
        self.orders.update(changes.orders)
        self.new_orders.update(changes.new_orders)
        self.returns.update(changes.returns)
        self.redemptions.update(changes.redemptions)
        self.new_redemptions.update(changes.new_redemptions)
        self.holds.update(changes.holds)
        self.adjustments.update(changes.adjustments)
        self.transfers.update(changes.transfers)
        self.moved_orders.update(changes.moved_orders)
        self.moved_sales.update(changes.moved_sales)
        for key, change in changes.activity.items():
            known = self.activity.get(key)
            self.activity[key] = change if known is None else ActivityChange(*map(add, known, change))
        self.mixed.update(changes.mixed)
        if changes.standing is not None:
            self._take_standing(changes.wallet.key, changes.standing)

    def _take_standing(self, root: MemberKey, changes: StandingChanges) -> None:
        self.tracks.update({(root, ladder_id): kept for ladder_id, kept in changes.tracks.items()})
        self.tier_records += standings.record_values(root, changes)
        self.home_tiers.update({(root.program, manual_id): tier for manual_id, tier in changes.manual.items()})

    @property
    def known_wallets(self) -> list[Wallet]:
        """Rows of homes that were in the database before the batch."""
        return [wallet for key, wallet in self.wallets.items() if key not in self.new_wallets]


def written(
    head: Head, states: LastStates, applied: Sequence[Application], refused: Sequence[Refused]
) -> tuple[list[object], Head]:
    """The parameters of the statement, and the lane's new head."""
    events, last_hash = _event_rows(head, [application.applied for application in applied])
    new_head = Head(head.partition, head.epoch, head.position + len(applied), last_hash)
    parts = [*_key_parts(applied, refused), *_state_parts(states), *_document_parts(states), *_log_parts(applied)]
    parts += _activity_parts(states)
    parameters: list[object] = [column for values, width in parts for column in rows.columns(values, width)]
    parameters += rows.columns(events, 8)
    parameters += [head.partition, head.epoch, head.position, new_head.position, new_head.hash]
    return parameters, new_head


def rare_parts(states: LastStates) -> Iterator[tuple[Statement, list[Sequence[object]]]]:
    """Statements for what few commands change, each with its columns; what nothing changed has none."""
    moved = [states.orders[key] for key in states.moved_orders]
    orders = [order for key, order in states.orders.items() if key not in states.new_orders | states.moved_orders]
    redemptions = [one for key, one in states.redemptions.items() if key not in states.new_redemptions]
    proven = [
        (one, one.proof) for key, one in states.redemptions.items() if key in states.new_redemptions and one.proof
    ]
    parts: list[tuple[Statement, list[rows.Values]]] = [
        (SQL.put_orders, list(map(document_rows.order_changes, orders))),
        (SQL.move_orders, list(map(document_rows.order_values, moved))),
        (SQL.put_redemptions, list(map(document_rows.redemption_changes, redemptions))),
        (SQL.put_redemption_proofs, [document_rows.proof_values(*one) for one in proven]),
        (SQL.put_holds, list(map(document_rows.hold_values, states.holds.values()))),
        (SQL.put_adjustments, list(map(document_rows.adjustment_values, states.adjustments.values()))),
        (SQL.put_transfers, list(map(document_rows.transfer_values, states.transfers.values()))),
        (SQL.move_sales, list(states.moved_sales.items())),
        (SQL.put_manual_tiers, [standings.home_tier_values(key[0], one) for key, one in states.home_tiers.items()]),
        (SQL.put_mixed, [_mixed_values(key, orders) for key, orders in sorted(states.mixed.items()) if orders]),
    ]
    for statement, values in parts:
        if values:
            yield statement, rows.columns(values, len(values[0]))
    if states.tracks:
        tracks = (standings.track_values(*place, kept) for place, kept in _by_key(states.tracks))
        yield SQL.put_standings, [*rows.columns(tracks, 9), *rows.columns(states.tier_records, 11)]


def _by_key(tracks: Mapping[tuple[MemberKey, str], KeptTrack]) -> list[tuple[tuple[MemberKey, str], KeptTrack]]:
    return sorted(tracks.items(), key=itemgetter(0))


def _mixed_values(key: MixedKey, orders: int) -> rows.Values:
    return rows.bucket(key.program, key.home), key.program, key.home, key.day, ",".join(key.brands), orders


def _key_parts(applied: Sequence[Application], refused: Sequence[Refused]) -> Iterator[tuple[Rows, int]]:
    """What became of the claimed keys: a place in the log, or a refusal to be given again."""
    requests: list[rows.Values] = [(a.command.origin.request.key, *a.applied.event.position, None) for a in applied]
    requests += [(r.command.origin.request.key, None, None, codec.encode_refusal(r.refusal)) for r in refused if r.kept]
    yield requests, 4
    yield ((entry.key, *a.applied.event.position) for a in applied for entry in a.command.entries), 3


def _state_parts(states: LastStates) -> Iterator[tuple[Rows, int]]:
    # In one order, as locks are taken: another lane may begin the same home at this moment.
    new = sorted(states.new_wallets, key=lambda key: (rows.bucket(*key), *key))
    yield (rows.wallet_values(states.wallets[key]) for key in new), 15
    yield map(rows.wallet_values, states.known_wallets), 15
    yield ((rows.bucket(*key), *key, *link) for key, link in states.chains.items()), 5
    accruals = states.accruals.values()
    yield (rows.accrual_values(accrual) for accrual in accruals if accrual.accrual_id in states.born), 40
    yield (rows.balance_values(accrual) for accrual in accruals if accrual.accrual_id not in states.born), 11
    yield map(document_rows.burn_values, states.burns.values()), 18
    yield map(document_rows.returned_line_values, states.returned.values()), 8


def _activity_parts(states: LastStates) -> Iterator[tuple[Rows, int]]:
    changes = sorted(states.activity.items())
    yield ((rows.bucket(key.program, key.home), *key, *change) for key, change in changes), 10


def _document_parts(states: LastStates) -> Iterator[tuple[Rows, int]]:
    yield (document_rows.order_values(states.orders[key]) for key in states.new_orders), 16
    yield map(document_rows.return_values, states.returns.values()), 10
    yield (document_rows.redemption_values(states.redemptions[key]) for key in states.new_redemptions), 18


def _log_parts(applied: Sequence[Application]) -> Iterator[tuple[Rows, int]]:
    moves = [
        (application.applied.event, recorded.movement)
        for application in applied
        for recorded in application.applied.event.movements
    ]
    yield (rows.movement_values(event.program, movement, event.position) for event, movement in moves), 26
    yield (row for event, movement in moves for row in rows.obligation_values(event.program, movement)), 11


def _event_rows(head: Head, applied: Sequence[Applied]) -> tuple[list[rows.Values], bytes]:
    """The events, each chained to the one before it, and the hash of the last."""
    last = head.hash
    events: list[rows.Values] = []
    for one in applied:
        event, payload = one.event, codec.encode(one.event)
        answer = codec.encode(one.answer)
        last = event_hash(last, payload, answer)
        events.append((*event.position, event.program, event.type.value, event.post_time, payload, answer, last))
    return events, last
