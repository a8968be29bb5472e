"""What judging costs: with very many rules against few that pay as often, and in one call against many.

Rules are judged in one process without gRPC, another basket every time. Calls go to the running rules service, whose
program and baskets are those of the demo's year.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import cycle

from loyalty.rules.v1 import rules_service_pb2 as pb
from loyalty.rules.v1.rules_service_pb2_grpc import RulesServiceStub

from chassis.runtime.channel import connect
from deploy.local.demo.sample import read_sample
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from rules_service.conditions.cel import CelConditions
from rules_service.domain.compiled_program import CompiledProgram, compile_program
from rules_service.domain.evaluate import evaluate
from rules_service.domain.order import Order
from tests.bench.children import child
from tests.bench.claims import Claim
from tests.bench.figures import Spread, counted, fine, ratio, spread, table
from tests.bench.laps import Lap, drive_in_turn
from tests.bench.memory import MEGABYTE
from tests.bench.promotions import A_FAMILY, AWARDS, LINES, basket_of, program_of
from tests.bench.rounds import InTurn, Measured, rates

FEW, MANY = 10, 10_000
LONGEST_WITH_MANY = 1.3
"""A basket against many rules, by the same against few."""
BASKETS = 100
LEAST_TOGETHER = 5.0
"""Baskets a second in one call, by baskets a second in calls of one each."""
MOST_BYTES = 150 * MEGABYTE
"""Of many rules in memory."""

ALONE, TOGETHER = "one basket a call", f"{BASKETS} baskets a call"

_FAMILIES = (MANY - 1) // A_FAMILY
_LOOKED_AT = 50
"""So many families have a program of few rules of their own; baskets are of these."""
_RULES = pb.DESCRIPTOR.services_by_name["RulesService"]


def case_name(what: str | int) -> str:
    """Its name among the measured."""
    return f"judging, {what}" if isinstance(what, str) else f"judging, {what:,} rules"


def rules_case() -> InTurn:
    """The same baskets against few rules and against many, in turn."""
    conditions = CelConditions()
    families = range(0, _FAMILIES, _FAMILIES // _LOOKED_AT)
    many = compile_program("rev_many", program_of(range(_FAMILIES), MANY), conditions)
    pairs = [(_few(family, conditions), many, basket_of(family)) for family in families]
    for few, all_rules, basket in pairs:
        assert _awards(few, basket) == _awards(all_rules, basket) == AWARDS
    turns = [cycle([(few, basket) for few, _, basket in pairs]), cycle([(many, basket) for _, many, basket in pairs])]

    async def once(side: int) -> None:
        evaluate(*next(turns[side]))

    return InTurn(
        [case_name(FEW), case_name(MANY)],
        lambda seconds: drive_in_turn([lambda: once(0), lambda: once(1)], seconds),
    )


@asynccontextmanager
async def calls_case(stack: LocalStack) -> AsyncIterator[InTurn]:
    """A hundred baskets of the demo in one call and in a hundred, one after the other, in turn."""
    token = stack.secrets.mint_token("bench", programs=["*"], roles=["HEADQUARTERS_ADMIN", "SERVICE"])
    async with connect(stack.peer("rules"), _RULES, lambda: token) as channel:
        stub = RulesServiceStub(channel)
        files = [
            pb.ProgramFile(path=str(path.relative_to(PROGRAMS / "demo")), content=path.read_text())
            for path in sorted((PROGRAMS / "demo").rglob("*.yaml"))
        ]
        await stub.ApplyProgram(pb.ApplyProgramRequest(program_id="demo", request_id="bench", files=files))
        asked = [pb.EvaluateOrder(program_id="demo", order=sale.order) for sale in read_sample(BASKETS)]
        alone = [pb.EvaluateOrdersRequest(orders=[one]) for one in asked]
        together = pb.EvaluateOrdersRequest(orders=asked)
        answer = await stub.EvaluateOrders(together)
        assert all(result.HasField("evaluation") for result in answer.results)

        async def one_by_one() -> None:
            for request in alone:
                await stub.EvaluateOrders(request)

        async def at_once() -> None:
            await stub.EvaluateOrders(together)

        async def laps(seconds: float) -> Sequence[Lap]:
            return await drive_in_turn([one_by_one, at_once], seconds)

        yield InTurn([case_name(ALONE), case_name(TOGETHER)], laps)


async def rules_memory() -> int:
    """Bytes that a process grows by when it makes a program of many rules ready, the program itself included."""
    async with child("tests.bench.rules_memory") as process:
        return int((await process.ask({"rules": MANY, "families": _FAMILIES}))["bytes"])


def judging_goals(measured: Measured, rules_bytes: int) -> list[Claim]:
    """Each with its figure."""
    longer, gain = _longer(measured), _gain(measured)
    text = f"a basket of {LINES} lines, {MANY:,} rules: at most {LONGEST_WITH_MANY:g} times as long as with {FEW}"
    return [
        Claim(text, fine(longer), longer.middle <= LONGEST_WITH_MANY),
        Claim(
            f"{BASKETS} baskets in one call: at least {LEAST_TOGETHER:g} times as many a second",
            fine(gain),
            gain.middle >= LEAST_TOGETHER,
        ),
        Claim(
            f"{MANY:,} rules: under {MOST_BYTES // MEGABYTE} MB",
            f"{rules_bytes / MEGABYTE:.0f} MB",
            rules_bytes < MOST_BYTES,
        ),
    ]


def judging_table(measured: Measured) -> str:
    """What was measured."""
    rows = []
    for what, baskets in ((FEW, 1), (MANY, 1), (ALONE, BASKETS), (TOGETHER, BASKETS)):
        a_second = counted(spread([rate * baskets for rate in rates(measured, case_name(what))]))
        middle = fine(spread([1e3 * lap.p50 / baskets for lap in measured[case_name(what)]]))
        rows.append((f"{what:,} rules" if isinstance(what, int) else what, a_second, middle))
    return table(("baskets judged", "a second", "µs each"), rows)


def _longer(measured: Measured) -> Spread:
    few, many = ([lap.p50 for lap in measured[case_name(rules)]] for rules in (FEW, MANY))
    return ratio(many, few)


def _gain(measured: Measured) -> Spread:
    alone, together = ([lap.p50 for lap in measured[case_name(way)]] for way in (ALONE, TOGETHER))
    return ratio(alone, together)


def _few(family: int, conditions: CelConditions) -> CompiledProgram:
    """The family's rules among others that select none of its goods."""
    return compile_program("rev_few", program_of((family, family + 1), FEW), conditions)


def _awards(program: CompiledProgram, basket: Order) -> int:
    return sum(len(line.awards) for line in evaluate(program, basket).lines)
