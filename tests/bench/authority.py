"""What authority adds to a call: `python -m tests.bench.authority`.

In one run, on one stack: whole calls of GetWallet and PostOrder through the network, and beside them, in turn, each
layer by itself: judging role and divisions, clearing what may not be seen, and reading over the guarded pool instead of
the open one: with one scope, with two in turns over two connections, and with two over one, which is told anew each
time as where there are more scopes than connections. The share is layers by whole call.
"""

import asyncio
import itertools
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.type.v1 import role_pb2
from pydantic import SecretStr

from chassis.runtime.caller import Caller, set_caller
from chassis.runtime.contract import ServiceContract
from chassis.runtime.guarded import open_guarded_database
from chassis.runtime.interceptors.authority import authority
from chassis.runtime.interceptors.visibility import visibility
from chassis.runtime.postgres import open_database
from chassis.runtime.scope import Scope, set_scope
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from identity_service.domain.members import MemberKey as Person
from identity_service.store.people import PostgresPeople
from ledger_service.domain.accrual import MemberKey
from ledger_service.store.reader import PostgresReader
from tests.support.mesh import Till, line, member, open_till
from tests.support.servers import throwaway_stack

PROGRAM = "bench-authority"
ROUNDS = 400
WARM_UP = 60
MOST = 0.15
_METHODS = ServiceContract.of(ledger.DESCRIPTOR.services_by_name["LedgerService"], role_pb2.roles).methods
_HERE, _THERE = Scope(PROGRAM, "*", "*", "*"), Scope(f"{PROGRAM},another", "*", "*", "*")
Work = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Layers:
    """Median microseconds of each thing that was measured."""

    micros: Mapping[str, float]

    def added(self, call: str, reading: str = "wallet, guarded") -> float:
        """By how much a call is longer than it would be without authority; GetWallet reads, PostOrder does not."""
        judged = self.micros[f"{call}: judged"] - self.micros[f"{call}: bare"]
        guarded = self.micros[reading] - self.micros["wallet, open"] if call == "GetWallet" else 0.0
        added = max(0.0, judged) + max(0.0, guarded)
        return added / (self.micros[call] - added)


async def measure(stack: LocalStack) -> Layers:
    """One run: everything in turn, so that what disturbs the machine disturbs all of it."""
    url, people = (SecretStr(stack.database(service).url) for service in ("ledger", "identity"))
    async with (
        open_till(stack, PROGRAM) as till,
        open_database(url, application_name="bench", pool_size=1) as plain,
        open_guarded_database(url, application_name="bench", pool_size=1) as guarded,
        open_guarded_database(url, application_name="bench", pool_size=2) as turns,
        open_guarded_database(url, application_name="bench", pool_size=1) as changing,
        open_database(people, application_name="bench", pool_size=1) as people_plain,
        open_guarded_database(people, application_name="bench", pool_size=1) as people_guarded,
    ):
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        ana = await till.enroll("ANA")
        await till.sell(ana, "SALE-0", "mall-1", [line(1, "NORTH", 10_000)])
        work = _calls(till, ana) | _judged(till, ana)
        pools = {"open": plain, "guarded": guarded, "guarded, in turns": turns, "guarded, told anew": changing}
        for name, pool in pools.items():
            there = _THERE if pool in (turns, changing) else _HERE
            work[f"wallet, {name}"] = _read(PostgresReader(pool), MemberKey(PROGRAM, ana), _HERE, there)
        for name, pool in (("open", people_plain), ("guarded", people_guarded)):
            work |= _told(PostgresPeople(pool), ana, name)
        return Layers({name: statistics.median(taken) * 1e6 for name, taken in (await _in_turn(work)).items()})


async def _in_turn(work: Mapping[str, Work]) -> Mapping[str, list[float]]:
    taken: dict[str, list[float]] = {name: [] for name in work}
    for number in range(WARM_UP + ROUNDS):
        for name, call in work.items():
            began = time.perf_counter()
            await call()
            if number >= WARM_UP:
                taken[name].append(time.perf_counter() - began)
    return taken


def _calls(till: Till, ana: str) -> dict[str, Work]:
    numbers = itertools.count(1)

    async def post() -> None:
        await till.sell(ana, f"SALE-{next(numbers)}", "mall-1", [line(1, "NORTH", 1_000)])

    return {"GetWallet": lambda: till.wallet(ana), "PostOrder": post}


def _judged(till: Till, ana: str) -> dict[str, Work]:
    """An rpc's interceptors around nothing, and nothing by itself; a till's token of one place and some brands."""
    order = till.order("JUDGED", "mall-1", [line(number, "NORTH", 100) for number in range(1, 11)])
    wallet = ledger.GetWalletRequest(program_id=PROGRAM, member=member(ana))
    sale = ledger.PostOrderRequest(program_id=PROGRAM, request_id="judged", member=member(ana), order=order)
    names = frozenset({"NORTH", "HARBOR"})
    caller = Caller("till", frozenset({PROGRAM}), frozenset({"POS"}), names, frozenset({"east"}), frozenset({"mall-1"}))
    work: dict[str, Work] = {}
    for name, request, answer in (
        ("GetWallet", wallet, ledger.GetWalletResponse()),
        ("PostOrder", sale, ledger.PostOrderResponse()),
    ):
        answer.wallet.standings.add(ladder_id="tier")

        async def inner(_request: Any, _context: Any, answer: Any = answer) -> Any:
            return answer

        judged = authority()(_METHODS[name], visibility(_METHODS[name], inner))

        async def run(behaviour: Any = judged, request: Any = request) -> None:
            set_caller(caller, lambda: caller)
            await behaviour(request, None)

        work[f"{name}: judged"] = run

        async def bare(behaviour: Any = inner, request: Any = request) -> None:
            set_caller(caller, lambda: caller)
            await behaviour(request, None)

        work[f"{name}: bare"] = bare
    return work


def _read(reader: PostgresReader, wallet: MemberKey, *scopes: Scope) -> Work:
    turns, now = itertools.cycle(scopes), datetime.now(UTC)

    async def run() -> None:
        set_scope(next(turns))
        await reader.wallet(wallet, [wallet.member], now, True)

    return run


def _told(people: PostgresPeople, ana: str, pool: str) -> dict[str, Work]:
    """A whole person, and what she agreed to."""
    member = Person.of(PROGRAM, ana)

    async def person() -> None:
        set_scope(_HERE)
        await people.person(member)

    async def consents() -> None:
        set_scope(_HERE)
        await people.read(lambda changes: changes.last_consents([member]))

    return {f"person, {pool}": person, f"consents, {pool}": consents}


def page(layers: Layers) -> str:
    """The figures as lines of text."""
    lines = [f"{name:32}{micros:10.1f} µs" for name, micros in layers.micros.items()]
    shares = {call: layers.added(call) for call in ("GetWallet", "PostOrder")}
    shares["GetWallet, two scopes in turns"] = layers.added("GetWallet", "wallet, guarded, in turns")
    shares["GetWallet, told anew each time"] = layers.added("GetWallet", "wallet, guarded, told anew")
    for read in ("person", "consents"):
        shares[f"reading: {read}"] = layers.micros[f"{read}, guarded"] / layers.micros[f"{read}, open"] - 1
    for call, share in shares.items():
        held = "yes" if share <= MOST else "NO"
        lines.append(f"authority adds to {call:32}{share:8.1%}   at most {MOST:.0%}: {held}")
    return "\n".join(lines)


async def _main() -> None:
    async with throwaway_stack(*("rules", "identity", "ledger", "settlement")) as stack:
        print(page(await measure(stack)))


if __name__ == "__main__":
    asyncio.run(_main())
