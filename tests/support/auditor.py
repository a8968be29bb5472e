"""An auditor of settlement: reads exports alone, shares no code with the service, and says all that is wrong.

The exported journal (CSV or JSON lines, docs/reference/journal_export.md) is one posting a record. From it the auditor
recomputes the chain of hashes, balances, who owes whom, every net, and whether payments settle a netting.
"""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from operator import itemgetter

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLEARED_BY = ("NETTING", "PAYMENT")
_DUE = ("due_to", "due_from")
_OF_POSTING = frozenset({
    "posting_number",
    "currency_code",
    "account",
    "account_code",
    "account_name",
    "counterparty_entity_id",
    "debit",
    "credit",
})  # fmt: skip

Record = Mapping[str, str]


@dataclass(frozen=True)
class Side:
    """A posting; debits above zero. No currency: points."""

    number: int
    currency: str
    account: str
    counterparty: str
    amount: int


@dataclass(frozen=True)
class Entry:
    """An entry with its postings in order; `record` is what the file says of it, `alike` if it says so every time."""

    number: int
    entity: str
    sides: tuple[Side, ...]
    record: Record
    alike: bool

    @property
    def money(self) -> tuple[Side, ...]:
        return tuple(side for side in self.sides if side.currency)

    @property
    def points(self) -> tuple[Side, ...]:
        return tuple(side for side in self.sides if not side.currency)

    @property
    def source(self) -> tuple[str, str]:
        """What it stands on: a voucher, or an event's place."""
        if self.record["voucher_id"]:
            return "voucher", self.record["voucher_id"]
        return "event", f"{self.record['partition']}/{self.record['position']}"

    @property
    def settles(self) -> bool:
        """True if it clears what was owed before, by netting or payment."""
        return bool(self.record["voucher_id"]) and self.record["kind"] in _CLEARED_BY


@dataclass(frozen=True)
class Payment:
    """A line of the exported payments."""

    payment_id: str
    debtor: str
    creditor: str
    currency: str
    minor_units: int


def journal_of(file: bytes) -> list[Entry]:
    """The entries of an exported journal, in the order of the file."""
    text = file.decode()
    if text.startswith("{") or not text:
        return _entries({key: str(value) for key, value in json.loads(line).items()} for line in text.splitlines())
    return _entries(csv.DictReader(io.StringIO(text, newline="")))


def payments_of(file: bytes) -> list[Payment]:
    """The payments of an exported CSV."""
    return [
        Payment(
            record["payment_id"],
            record["debtor_entity_id"],
            record["creditor_entity_id"],
            record["currency_code"],
            int(record["minor_units"]),
        )
        for record in csv.DictReader(io.StringIO(file.decode(), newline=""))
    ]


def audit_journal(program: str, entries: Sequence[Entry]) -> list[str]:
    """All that is wrong with a whole journal: numbers, balance, chain, and debts that only one side knows."""
    faults: list[str] = []
    previous = bytes(32)
    for expected, entry in enumerate(entries, start=1):
        if entry.number != expected:
            faults.append(f"entry {entry.number} stands where {expected} should")
        faults += _balance_faults(entry)
        made = sha256(previous + b"journal_entry/2\x00" + _content(program, entry)).digest()
        previous = bytes.fromhex(entry.record["entry_hash"])
        if made != previous:
            faults.append(f"entry {entry.number} is not what its hash says, or does not follow the one before")
    return faults + _mirror_faults(entries)


def positions_of(entries: Iterable[Entry], last_period: int | None = None) -> dict[str, dict[str, int]]:
    """What each entity is owed less what it owes, by currency, zeros left out. With a period: what arose up to its end,
    before any netting or payment."""
    nets: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for entry in entries:
        if last_period is not None and (entry.settles or int(entry.record["period_sequence"]) > last_period):
            continue
        for side in entry.money:
            if side.account in _DUE:
                nets[side.currency][entry.entity] += side.amount
    return {currency: kept for currency, of in nets.items() if (kept := {key: net for key, net in of.items() if net})}


def audit_payments(nets: Mapping[str, Mapping[str, int]], payments: Sequence[Payment]) -> list[str]:
    """All that is wrong with payments that are to settle nets, each currency by itself."""
    faults: list[str] = []
    if len({payment.payment_id for payment in payments}) < len(payments):
        faults.append("a payment is named twice")
    left = {(currency, entity): net for currency, of in nets.items() for entity, net in of.items()}
    for payment in payments:
        name, code = payment.payment_id, payment.currency
        if payment.minor_units <= 0 or payment.debtor == payment.creditor:
            faults.append(f"{name} pays nothing")
        for entity, signed in ((payment.debtor, payment.minor_units), (payment.creditor, -payment.minor_units)):
            key = (code, entity)
            if nets.get(code, {}).get(entity, 0) * signed >= 0:
                faults.append(f"{name}: {entity} is on the wrong side of it")
            left[key] = left.get(key, 0) + signed
    faults += [f"{entity} is left with {net} {currency}" for (currency, entity), net in sorted(left.items()) if net]
    for currency, of in sorted(nets.items()):
        count = sum(payment.currency == currency for payment in payments)
        if count > max(0, len(of) - 1):
            faults.append(f"{count} payments in {currency} among {len(of)} entities")
    return faults


def audit_clearing(nets: Mapping[str, Mapping[str, int]], entries: Iterable[Entry]) -> list[str]:
    """What netting took off the books must be exactly the nets it was made of."""
    cleared: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        if entry.record["voucher_id"] and entry.record["kind"] == "NETTING":
            for side in entry.money:
                if side.account in _DUE:
                    cleared[side.currency, entry.entity] -= side.amount
    expected = {(currency, entity): net for currency, of in nets.items() for entity, net in of.items()}
    keys = sorted(cleared.keys() | expected.keys())
    return [
        f"netting cleared {cleared.get(key, 0)} {key[0]} of {key[1]}, its net was {expected.get(key, 0)}"
        for key in keys
        if cleared.get(key, 0) != expected.get(key, 0)
    ]


def _entries(records: Iterable[Record]) -> list[Entry]:
    return [_entry(list(group)) for _, group in groupby(records, key=itemgetter("entry_number"))]


def _entry(records: Sequence[Record]) -> Entry:
    sides = (
        Side(
            int(record["posting_number"]),
            record["currency_code"],
            record["account"],
            record["counterparty_entity_id"],
            int(record["debit"]) - int(record["credit"]),
        )
        for record in records
    )
    said = [{name: text for name, text in record.items() if name not in _OF_POSTING} for record in records]
    return Entry(
        number=int(records[0]["entry_number"]),
        entity=records[0]["entity_id"],
        sides=tuple(sorted(sides, key=lambda side: side.number)),
        record=records[0],
        alike=all(each == said[0] for each in said),
    )


def _balance_faults(entry: Entry) -> list[str]:
    faults = []
    if [side.number for side in entry.sides] != list(range(1, len(entry.sides) + 1)):
        faults.append(f"entry {entry.number} lacks a posting")
    if not entry.alike:
        faults.append(f"the postings of entry {entry.number} say different things of it")
    if len({side.currency for side in entry.money}) > 1:
        faults.append(f"entry {entry.number} is in several currencies")
    for what, sides in (("money", entry.money), ("points", entry.points)):
        if sum(side.amount for side in sides) != 0:
            faults.append(f"entry {entry.number} is out of balance in {what}")
    return faults


def _mirror_faults(entries: Iterable[Entry]) -> list[str]:
    """By each event or voucher, what one owes the other is owed."""
    open_debts: dict[tuple[tuple[str, str], str, str, str], int] = defaultdict(int)
    for entry in entries:
        for side in entry.money:
            if side.account == "due_to":
                open_debts[entry.source, entry.entity, side.counterparty, side.currency] += side.amount
            elif side.account == "due_from":
                open_debts[entry.source, side.counterparty, entry.entity, side.currency] += side.amount
    return [
        f"{' '.join(source)}: {debtor} owes {creditor} {-amount} {currency} more than {creditor} is owed"
        for (source, debtor, creditor, currency), amount in sorted(open_debts.items())
        if amount
    ]


def _content(program: str, entry: Entry) -> bytes:
    """What an entry's hash covers, besides the hash before it."""
    record = entry.record
    content = [
        program,
        entry.number,
        entry.entity,
        entry.money[0].currency if entry.money else "",
        int(record["period_sequence"]),
        record["voucher_id"],
        "VOUCHER" if record["voucher_id"] else record["kind"],
        record["home_member_id"],
        _whole(record["movement_sequence"]),
        record["accrual_id"],
        record["rule_version"],
        record["order_id"],
        _whole(record["line_number"]),
        _whole(record["partition"]),
        _whole(record["position"]),
        (datetime.fromisoformat(record["post_time"]) - _EPOCH) // timedelta(microseconds=1),
        [[side.account, side.counterparty, side.amount] for side in entry.money],
        [[side.account, side.amount] for side in entry.points],
    ]
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def _whole(text: str) -> int:
    return int(text or 0)
