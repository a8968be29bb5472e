"""Balances of existing programs, through the running mesh into the books."""

from collections.abc import AsyncIterator, Awaitable

import pytest
import pytest_asyncio
from loyalty.identity.v1 import identity_service_pb2
from loyalty.ledger.v1 import balance_import_pb2, balance_import_service_pb2
from loyalty.type.v1 import member_pb2, points_pb2

from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from tests.integration.mesh.importing import Migration, open_migration, points
from tests.support.mesh import Till, line


@pytest_asyncio.fixture(scope="session")
async def migration(stack: LocalStack, shop: Till) -> AsyncIterator[Migration]:
    """Headquarters of the sandbox program."""
    await shop.enroll("IMPORT000")
    await shop.known()
    async with open_migration(stack, shop) as migration:
        yield migration


async def member_of(shop: Till, external_id: str, source: str) -> str:
    kind = member_pb2.IDENTIFIER_KIND_POS
    reference = member_pb2.Identifier(kind=kind, value=f"{source}:{external_id}")
    request = identity_service_pb2.ResolveMemberRequest(
        program_id=shop.program, member=member_pb2.MemberRef(identifier=reference)
    )
    return (await shop.mesh.identity.ResolveMember(request)).resolution.member_id


async def reason_of(call: Awaitable[object]) -> str:
    with pytest.raises(Refusal) as refused:
        await call
    return refused.value.reason


async def test_points_are_born_once_the_totals_are_confirmed_and_tie_out(shop: Till, migration: Migration) -> None:
    await migration.bring("bi-1", "attic", {"a1": "ATTIC1", "a2": ""})
    lines = [
        points(1, "a1", 1005, brand="NORTH"),
        points(2, "a2", 99, brand="NORTH", expires=None),
        points(3, "a2", 7, brand="HARBOR"),
        points(4, "nobody", 5, brand="HARBOR"),
        points(5, "a2", 3, brand="NORTH"),
    ]
    ratios = {"NORTH": (1, 10), "HARBOR": (3, 2)}
    staged = await migration.stage("bi-1", "attic", lines, ratios)
    cells = {(one.brand_id, one.expire_month): one for one in staged.totals.balances}
    assert cells["NORTH", "2027-03"].new_points == 100
    assert cells["NORTH", "2027-03"].remainder_parts == 5 + 3
    assert cells["NORTH", ""].new_points == 9
    assert cells["HARBOR", "2027-03"] == balance_import_pb2.BalanceTotal(
        brand_id="HARBOR", expire_month="2027-03", lines=1, old_points=7, new_points=10, remainder_parts=1
    )
    assert [(one.fault, one.lines) for one in staged.totals.refused] == [
        (balance_import_pb2.BALANCE_FAULT_MEMBER_NOT_FOUND, 1)
    ]
    first, second = await member_of(shop, "a1", "attic"), await member_of(shop, "a2", "attic")
    assert (await shop.wallet(first)).wallet.balance == 0
    done = await migration.commit("bi-1", staged.totals)
    assert done.proven
    assert done.born == done.totals.balances
    assert (await shop.wallet(first)).wallet.balance == 100
    assert (await shop.wallet(second)).wallet.balance == 19
    # Sent again, also under another id, nothing more is born.
    assert (await migration.commit("bi-1", staged.totals)).proven
    assert (await shop.wallet(second)).wallet.balance == 19
    spent = await shop.redeem(first, 50, "mall-1", "LINDEN")
    assert spent.wallet.balance == 50
    assert await shop.broken() == []


async def test_the_funders_that_were_agreed_carry_the_taken_over_points(shop: Till, migration: Migration) -> None:
    await migration.bring("bi-2", "barn", {"b1": ""})
    before = await shop.net_positions()
    funders = [
        points_pb2.Funder(entity_id="north", share_basis_points=4000),
        points_pb2.Funder(entity_id="peak", share_basis_points=6000),
    ]
    staged = await migration.stage("bi-2", "barn", [points(1, "b1", 1000)], {"NORTH": (1, 1)}, funders)
    await migration.commit("bi-2", staged.totals)
    member = await member_of(shop, "b1", "barn")
    await shop.redeem(member, 1000, "mall-1", "LINDEN")
    after = await shop.net_positions()
    moved = {entity: after.get(entity, 0) - before.get(entity, 0) for entity in ("north", "peak", "linden")}
    assert moved == {"north": -320, "peak": -480, "linden": 800}
    assert await shop.broken() == []


async def test_other_totals_bear_nothing(shop: Till, migration: Migration) -> None:
    await migration.bring("bi-3", "cellar", {"c1": ""})
    staged = await migration.stage("bi-3", "cellar", [points(1, "c1", 10)], {"NORTH": (1, 1)})
    wrong = balance_import_pb2.BalanceTotals.FromString(staged.totals.SerializeToString())
    wrong.balances[0].new_points = 11
    assert await reason_of(migration.commit("bi-3", wrong, "bi-3-commit")) == "CONTROL_TOTALS_DIFFER"
    assert (await shop.wallet(await member_of(shop, "c1", "cellar"))).wallet.balance == 0
    # What was refused has left no trace: corrected, it comes under its id.
    assert (await migration.commit("bi-3", staged.totals, "bi-3-commit")).proven
    assert await reason_of(migration.commit("bi-3", wrong, "bi-3-commit")) == "REQUEST_ID_REUSED"
    assert await reason_of(migration.abandon("bi-3", "bi-3-drop")) == "IMPORT_STATE"
    await migration.stage("bi-3b", "cellar", [], {"NORTH": (1, 1)})
    given_up = await migration.abandon("bi-3b", "bi-3-drop")
    assert given_up.state == balance_import_pb2.BALANCE_IMPORT_STATE_ABANDONED
    assert await migration.abandon("bi-3b", "bi-3-drop") == given_up
    assert await reason_of(migration.abandon("bi-3", "bi-3-drop")) == "REQUEST_ID_REUSED"


async def test_a_changed_line_and_unknown_brand_are_refused(migration: Migration) -> None:
    await migration.bring("bi-4", "dairy", {"d1": ""})
    await migration.stage("bi-4", "dairy", [points(1, "d1", 10)], {"NORTH": (1, 1)})
    with pytest.raises(Refusal) as refused:
        await migration.stage("bi-4", "dairy", [points(1, "d1", 11)], {"NORTH": (1, 1)})
    assert refused.value.reason == "IMPORT_LINE_CHANGED"
    with pytest.raises(Refusal) as refused:
        await migration.stage("bi-5", "dairy", [points(1, "d1", 10)], {"NOBRAND": (1, 1)})
    assert refused.value.reason == "BRAND_NOT_FOUND"
    request = balance_import_service_pb2.ListBalanceImportLinesRequest(program_id=migration.program, import_id="bi-4")
    assert list((await migration.balances.ListBalanceImportLines(request)).lines) == []


async def test_imported_points_are_debited_like_any_other(shop: Till, migration: Migration) -> None:
    """Bought on the old points, brought back: what is restored lies on the import's accrual again."""
    await migration.bring("bi-6", "eaves", {"e1": ""})
    staged = await migration.stage("bi-6", "eaves", [points(1, "e1", 300)], {"HARBOR": (1, 1)})
    await migration.commit("bi-6", staged.totals)
    member = await member_of(shop, "e1", "eaves")
    await shop.sell(member, "eaves-1", "north-1", [line(1, "NORTH", 1000)])
    assert (await shop.wallet(member)).wallet.balance == 310
