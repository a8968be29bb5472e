"""A ledger whose connections to PostgreSQL, and from its clients, can be cut, and what must be true of cut calls."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from google.protobuf.message import Message
from loyalty.ledger.v1 import correction_requests_pb2 as people
from loyalty.ledger.v1.standing_pb2 import EndTierResponse, SetTierResponse
from loyalty.ledger.v1.wallet_pb2 import Wallet

from chassis.runtime.transport import PLAIN
from chassis.values.ids import hash_of
from chassis.values.refusal import Refusal
from deploy.local.mesh import PROGRAMS, Mesh, open_mesh
from deploy.local.ports import LOOPBACK
from deploy.local.stack import LocalStack
from tests.fault.climbing import FILES, LADDER
from tests.fault.deeds import CALLER, KINDS, Bench, Deed
from tests.fault.deeds.spending import late
from tests.fault.grpc_talk import CallCuts
from tests.fault.histories import Call, windows
from tests.fault.many_ledgers import patiently
from tests.fault.postgres_talk import Cuts
from tests.fault.recording_ledger import recorded_in, recording
from tests.fault.relay import Relay, open_relay
from tests.fault.replay import History, Replay
from tests.load.acks import Answer
from tests.load.calls import RESPONSES, Intent, Told, make
from tests.load.client import HASTY_SECONDS
from tests.support.mesh import ALL_ROLES, Till, open_till

LEDGER = "ledger"
DATABASE_VARIABLE = "LEDGER_DATABASE_URL"
ANSWERED_WITHIN_SECONDS = 30.0
RECOVERED_WITHIN_SECONDS = 5.0
"""How long after its connection was cut a call is answered at the latest."""

_EVENTS = """
SELECT payload ->> 'caller' AS caller, payload ->> 'request_id' AS request_id, count(*) AS times
FROM (SELECT convert_from(payload, 'UTF8')::jsonb AS payload FROM event WHERE program = $1) AS log
GROUP BY 1, 2
"""
_REFUSALS = "SELECT key FROM request_key WHERE key = ANY ($1) AND refusal IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Made:
    """A deed and what it was told at last, after how many seconds."""

    deed: Deed
    told: Told
    seconds: float


@dataclass
class CutLedger:
    """The mesh, a till on a program of its own that calls the ledger directly, another mesh whose calls can be cut,
    and everything that was done."""

    stack: LocalStack
    till: Till
    cut_mesh: Mesh
    records: Path
    cuts: Cuts
    database: Relay
    call_cuts: CallCuts
    made: list[Made] = field(default_factory=list)

    async def ready(self, kind: str) -> Deed:
        """A deed of a kind, everything before it done without being cut."""
        return await KINDS[kind](Bench(self.till))

    async def ready_all(self) -> list[Deed]:
        """One of each kind."""
        return await asyncio.gather(*map(self.ready, KINDS))

    def key(self, deed: Deed, claim: int = 0) -> bytes:
        """The key that the deed's transaction claims."""
        return hash_of("request", self.till.program, *deed.claims[claim])

    async def do(self, deed: Deed, mesh: Mesh | None = None) -> Made:
        """Makes the deed's call, again under its id as long as it fails for the moment."""
        began = time.monotonic()
        while True:
            try:
                told = await make(mesh or self.till.mesh, deed.intent, ANSWERED_WITHIN_SECONDS)
                break
            except Refusal as refusal:
                if time.monotonic() > began + ANSWERED_WITHIN_SECONDS:
                    raise TimeoutError(f"{deed.intent.rpc} was not answered: {refusal}") from refusal
                await asyncio.sleep(0.02)
        made = Made(deed, told, time.monotonic() - began)
        self.made.append(made)
        return made

    async def abandon(self, deed: Deed) -> None:
        """Makes the deed's call once, without patience: it is carried out or not, and nobody asks again."""
        with suppress(Refusal):
            await make(self.till.mesh, deed.intent, HASTY_SECONDS)

    def late(self, deed: Deed) -> Intent:
        """What a deed that names an original request keeps from arriving."""
        return late(Bench(self.till), deed)

    async def ask(self, mesh: Mesh, intent: Intent) -> Answer:
        """The final answer to a call."""
        return (await patiently(lambda: make(mesh, intent, ANSWERED_WITHIN_SECONDS))).answer

    # --- what must be true

    async def prove(self) -> None:
        """Everything that was acknowledged is there once and is told again; every point is where it must be."""
        await asyncio.gather(*(self._told_again(made) for made in self.made))
        await self._once()
        await asyncio.gather(*(self._wallets_are_right(made) for made in self.made))
        assert await self.till.broken() == []
        self.made = []

    async def replay(self, calls: Sequence[Call] = ()) -> Replay:
        """Everything that was ever committed in the program, over again; `calls` tell when some of it was asked."""
        commands = recorded_in(self.records)
        url = self.stack.postgres.url(self.stack.database(LEDGER).name)
        history = await History.read(url, self.till.program, commands)
        replay = Replay(history, commands, windows(calls, self.till.program, CALLER), (LADDER,))
        await replay.run()
        return replay

    async def _told_again(self, made: Made) -> None:
        told = await patiently(lambda: make(self.till.mesh, made.deed.intent, ANSWERED_WITHIN_SECONDS))
        assert told.answer == made.told.answer, made.deed.intent.rpc
        assert told.replayed or told.answer.refusal is not None, made.deed.intent.rpc

    async def _once(self) -> None:
        """Each request is in the log once, or kept as refused."""
        connection = await asyncpg.connect(self.stack.postgres.url(self.stack.database(LEDGER).name))
        try:
            rows = await connection.fetch(_EVENTS, self.till.program)
            refused = {self.key(made.deed) for made in self.made if made.told.answer.refusal is not None}
            kept = {row["key"] for row in await connection.fetch(_REFUSALS, refused)}
        finally:
            await connection.close()
        times = {(row["caller"], row["request_id"]): row["times"] for row in rows}
        assert [request for request, count in times.items() if count != 1] == []
        for made in self.made:
            if made.told.answer.refusal is None:
                assert all(claim in times for claim in made.deed.claims), made.deed.intent.rpc
            else:
                assert made.deed.claims[0] not in times, made.deed.intent.rpc
        assert kept == refused

    async def _wallets_are_right(self, made: Made) -> None:
        """Nobody else moves the wallets of a deed: they are as its answer said, and what was sent is there."""
        deed, answer = made.deed, made.told.answer
        stored = (await self.till.wallet(deed.members[0])).wallet
        response = RESPONSES[deed.intent.rpc].FromString(answer.response) if answer.refusal is None else None
        if isinstance(response, SetTierResponse | EndTierResponse):
            assert [one.tier_id for one in stored.standings] == [response.standing.tier_id]
        elif response is not None:
            told = _wallet_of(response)
            assert (stored.version, stored.balance) == (told.version, told.balance), deed.intent.rpc
        if isinstance(deed.intent.request, people.TransferPointsRequest):
            assert (await self.till.wallet(deed.members[1])).wallet.balance == deed.intent.request.points


def _wallet_of(response: Message) -> Wallet:
    wallet: Wallet = getattr(response, "wallet")  # noqa: B009 - the answer of every other deed has one
    return wallet


@asynccontextmanager
async def cut_ledger_in(stack: LocalStack, program: str, records: Path) -> AsyncIterator[CutLedger]:
    """A running mesh whose ledger is started again behind a relay, and is put back afterwards."""
    cuts, call_cuts = Cuts(), CallCuts()
    port = int(stack.address(LEDGER).rpartition(":")[2])
    async with (
        open_relay(stack.postgres.settings.port, cuts.talk) as database,
        open_relay(port, call_cuts.talk) as calls,
        _behind(stack, database, records),
        open_till(stack, program) as till,
        open_mesh(
            lambda service: PLAIN.peer(f"{LOOPBACK}:{calls.port}") if service == LEDGER else stack.peer(service),
            stack.token(CALLER, programs=[program], roles=ALL_ROLES),
        ) as cut_mesh,
    ):
        await till.apply(PROGRAMS / "worked-basket", "worked-basket", FILES)
        first = await till.enroll("FIRST")
        await patiently(lambda: till.wallet(first), also="PROGRAM_NOT_FOUND")
        yield CutLedger(stack, till, cut_mesh, records, cuts, database, call_cuts)


@asynccontextmanager
async def _behind(stack: LocalStack, relay: Relay, records: Path) -> AsyncIterator[None]:
    """The ledger's process reaches PostgreSQL over the relay, and writes down what it commits."""
    usual = stack.process(LEDGER)
    url = usual.spec.environment[DATABASE_VARIABLE].replace(f":{relay.server_port}/", f":{relay.port}/")
    behind = recording(usual, records, {DATABASE_VARIABLE: url})
    await usual.stop()
    await behind.start()
    try:
        yield
    finally:
        await behind.stop()
        await usual.start()
