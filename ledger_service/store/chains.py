"""Recomputes the hash chains: movements per home, events per partition, and the anchors between them."""

from dataclasses import dataclass, field

from chassis.runtime.postgres import Database
from chassis.values.canonical import GENESIS, chained_json_hash
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.integrity import IntegrityCheck
from ledger_service.domain.movement import BIRTHS, Link, movement_hash
from ledger_service.store import codec
from ledger_service.store.reader import PostgresReader
from ledger_service.store.statements import SQL

PAGE = 1_000
MOST_FINDINGS = 20


@dataclass(slots=True)
class _Findings:
    checked: int = 0
    violations: int = 0
    named: list[str] = field(default_factory=list)

    def found(self, what: str) -> None:
        self.violations += 1
        if len(self.named) < MOST_FINDINGS:
            self.named.append(what)

    def outcome(self, description: str) -> IntegrityCheck:
        return IntegrityCheck("I7", description, self.checked, self.violations, tuple(self.named))


async def check_movement_chains(database: Database, program: str) -> IntegrityCheck:
    """Every movement is what its hash says, every chain is whole and ends where the log last anchored it."""
    findings = _Findings()
    anchors = await _anchors(database, program)
    reader = PostgresReader(database)
    bucket, member = -1, ""
    while page := await database.fetch(SQL.list_homes, program, bucket, member, PAGE):
        for row in page:
            bucket, member = row["bucket"], row["member"]
            end = Link(row["length"], row["hash"])
            await _check_chain(reader, MemberKey(program, member), end, findings)
            anchor = anchors.pop(member, None)
            if anchor is not None and anchor.length > end.length:
                findings.found(f"home {member}: the log knows {anchor.length} movements, {end.length} are there")
            elif anchor is not None and anchor.length == end.length and anchor != end:
                findings.found(f"home {member}: the log anchored another hash at movement {anchor.length}")
    for lost in anchors:
        findings.found(f"home {lost}: the log knows its movements, it is gone")
    return findings.outcome("movements are chained without gap, hash by hash, to what the log anchored")


async def _check_chain(reader: PostgresReader, home: MemberKey, end: Link, findings: _Findings) -> None:
    link = Link(0, GENESIS)
    while link.length < end.length:
        page = await reader.movements(home, link.length, PAGE)
        if not page:
            break
        for view in page:
            movement = view.movement
            findings.checked += 1
            if movement.sequence != link.length + 1:
                findings.found(f"home {home.member}: movement {link.length + 1} is missing")
                return
            born = view.accrual if movement.kind in BIRTHS else None
            if movement_hash(link.hash, home.program, movement, born) != movement.hash:
                findings.found(f"home {home.member}: movement {movement.sequence} is not what its hash says")
            link = Link(movement.sequence, movement.hash)
    if link.length < end.length or (link.length == end.length and link.hash != end.hash):
        findings.found(f"home {home.member}: the chain ends at {link.length}, it should at {end.length}")


async def _anchors(database: Database, program: str) -> dict[str, Link]:
    """The last end of each home's chain that the log knows. Read before the homes, which may have moved on since."""
    anchors: dict[str, Link] = {}
    for head in await database.fetch(SQL.read_heads):
        after = 0
        place = head["partition"], head["position"]
        while page := await database.fetch(SQL.read_events, place[0], after, place[1], [program], PAGE):
            after = page[-1]["position"]
            for row in page:
                for end in codec.decode_event(row["payload"]).chain_heads:
                    anchors[end.home] = end.link
    return anchors


async def check_event_chains(database: Database) -> IntegrityCheck:
    """The log of every partition is whole, hash by hash, up to its head."""
    findings = _Findings()
    for head in await database.fetch(SQL.read_head_hashes):
        await _check_log(database, head["partition"], head["position"], head["hash"], findings)
    return findings.outcome("events are chained without gap, hash by hash, up to the head of their partition")


async def _check_log(database: Database, partition: int, end: int, end_hash: bytes, findings: _Findings) -> None:
    position, last = 0, GENESIS
    while position < end:
        page = await database.fetch(SQL.read_payloads, partition, position, min(PAGE, end - position))
        for row in page:
            findings.checked += 1
            if row["position"] != position + 1:
                findings.found(f"partition {partition}: event {position + 1} is missing")
                return
            if chained_json_hash(last, "event/1", row["payload"]) != row["hash"]:
                findings.found(f"partition {partition}: event {row['position']} is not what its hash says")
            position, last = row["position"], row["hash"]
        if not page:
            break
    if (position, last) != (end, end_hash):
        findings.found(f"partition {partition}: the log ends at {position}, it should at {end}")
