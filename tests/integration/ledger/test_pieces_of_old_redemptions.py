"""Redemptions made before pieces were kept get them from their movements, so that they can be restored too."""

import json
from importlib import resources

from tests.integration.ledger.house import House, Shop
from tests.support.pure_ledger import award, sold

PIECES = "SELECT convert_from(pieces, 'UTF8') FROM redemption"


async def test_the_migration_makes_the_pieces_that_are_kept_today(house: House) -> None:
    shop = Shop()
    lines = [sold(1, 100, "north"), sold(2, 100, "linden")]
    shared = {"linden": 4_000, "harbor": 6_000}
    awards = [award(1, 40, "north"), award(2, 60, "linden", ordinal=2, funders=shared)]
    await house.done(shop.pure.order_command("ana", "a1", lines, awards))
    await house.done(shop.spend("ana", 90))
    kept = await pieces(house)
    await house.owner("UPDATE redemption SET pieces = '[]'", statement())
    made = await pieces(house)
    assert [{"restored_points": 0, "restored_value": 0, "rates": []} | piece for piece in made] == kept
    assert [piece["agreements"] for piece in kept] == [["agreed"], ["", "agreed"]]
    assert await house.broken() == []


async def pieces(house: House) -> list[dict[str, object]]:
    [(text,)] = await house.rows(PIECES)
    found: list[dict[str, object]] = json.loads(str(text))
    return found


def statement() -> str:
    """The migration's statement about redemptions."""
    text = (resources.files("ledger_service.migrations") / "0006_obligations_undone.sql").read_text()
    return text[text.index("UPDATE redemption") :]
