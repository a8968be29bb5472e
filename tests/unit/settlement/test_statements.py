"""Every statement is run by somebody, every refusal is told, and every command locks its request id before all else."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from inspect import getmembers, isfunction
from pathlib import Path

import pytest

import settlement_service
from chassis.runtime.statements import Statement
from settlement_service.domain import netting_refusals, refusals
from settlement_service.domain.command import command_of
from settlement_service.domain.reconciliation_run import Acceptance, Outcome, Run, RunKind
from settlement_service.domain.till_totals import ControlTotals, TillDay
from settlement_service.domain.voucher import Voucher, VoucherKind
from settlement_service.store.control_totals import ControlTotalsStore
from settlement_service.store.netting_desk import NettingDesks
from settlement_service.store.periods import PeriodsStore
from settlement_service.store.reconciliations import ReconciliationStore
from settlement_service.store.statements import SQL
from settlement_service.store.vouchers import VouchersStore
from settlement_service.use_cases.period_ports import Signing

SOURCE = "".join(
    path.read_text() for path in sorted(Path(settlement_service.__file__).parent.rglob("*.py")) if path.is_file()
)
NOW = datetime(2026, 11, 1, tzinfo=UTC)
COMMAND = command_of("harborside", "office", "r-1", "Verb", [])
VOUCHER = Voucher("harborside", "vch_1", VoucherKind.ADJUSTMENT, "why", "office", "Ann", "", "{}", NOW, ())
RUN = Run("harborside", "rec_1", RunKind.LEDGER, 0, "", "office", NOW, Outcome({}, 0, ()))


@pytest.mark.parametrize("name", [statement.name for statement in SQL])
def test_a_statement_is_run(name: str) -> None:
    assert re.search(rf"\bSQL\.{name}\b", SOURCE)


@pytest.mark.parametrize(
    "name",
    [name for module in (refusals, netting_refusals) for name, made in getmembers(module, isfunction)
     if made.__module__ == module.__name__ and not name.startswith("_")],
)  # fmt: skip
def test_a_refusal_is_told(name: str) -> None:
    assert len(re.findall(rf"\b{name}\(", SOURCE)) > 1


class ToldError(Exception):
    """The first statement of a transaction."""


class FirstStatement:
    """A database that says what it is asked first, and answers nothing."""

    async def in_transaction(self, work: Callable[["FirstStatement"], Awaitable[object]]) -> object:
        return await work(self)

    async def execute(self, statement: Statement, *_: object) -> int:
        raise ToldError(statement.name)

    fetch = fetchrow = fetchval = execute


async def _nothing(_: object) -> str:
    return ""


def _sign(_: object) -> Signing:
    raise AssertionError("nothing was read that could be signed")


@pytest.mark.parametrize(
    "carry_out",
    [
        lambda database: NettingDesks(database).carry_out(COMMAND, _nothing),
        lambda database: VouchersStore(database).book(COMMAND, VOUCHER),
        lambda database: PeriodsStore(database).close(COMMAND, "2026-10", (NOW, NOW), _sign),
        lambda database: ReconciliationStore(database).keep(RUN, COMMAND),
        lambda database: ReconciliationStore(database).accept(
            COMMAND, "rec_1", "net.a.USD", Acceptance("why", "Ann", "office", "", NOW), None
        ),
        lambda database: ControlTotalsStore(database).submit(
            COMMAND, TillDay("till", "L-1", "2026-10-31"), ControlTotals((), None), NOW
        ),
    ],
    ids=["netting", "voucher", "close", "run", "acceptance", "control totals"],
)
async def test_a_command_locks_its_request_id_before_all_else(
    carry_out: Callable[[FirstStatement], Awaitable[object]],
) -> None:
    """Else two commands under one id could each hold what the other waits for (store/request_keys.py)."""
    with pytest.raises(ToldError, match=r"^lock_request$"):
        await carry_out(FirstStatement())
