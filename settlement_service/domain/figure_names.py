"""Names of figures: one grammar for everything that statements, books, positions and roll-ups show.

A name is parts joined by `.`; a `.` inside an id is written `%2E`, an empty part `-`, and `*` stands for all places.
None of these can be met in an id, so a name is read in one way only. docs/reference/figures.md is made from FAMILIES.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from chassis.values.ids import is_id
from chassis.values.money import is_currency
from settlement_service.domain import refusals
from settlement_service.domain.accounts import Account, PointAccount
from settlement_service.domain.event import Kind

EMPTY, ALL, POINTS = "-", "*", "points"


class Part(Enum):
    """What may stand in a place of a name."""

    ENTITY = "entity"
    BRAND = "brand"
    ACCOUNT = "account"
    COUNTERPARTY = "counterparty"
    UNIT = "currency or points"
    CURRENCY = "currency"
    LINE = "line"
    KIND = "kind"
    SIDE = "side"
    PLACE = "place"
    MEASURE = "measure"
    PARTY = "party"


@dataclass(frozen=True, slots=True)
class Family:
    """Names of one form: words of ours, and parts. `meaning` is a sentence; `example` a name of it."""

    form: tuple[str | Part, ...]
    meaning: str
    example: str

    @property
    def pattern(self) -> str:
        """As documentation writes it: `brand.<brand>.<line>`."""
        return ".".join(part if isinstance(part, str) else f"<{part.value}>" for part in self.form)


ACCOUNT_BALANCE = Family(
    ("entity", Part.ENTITY, "account", Part.ACCOUNT, Part.COUNTERPARTY, Part.UNIT),
    "Balance or change of an account in an entity's books, debits above zero; `-` where it is kept by no counterparty.",
    "entity.north.account.due_to.linden.USD",
)
FUNDING = Family(
    ("entity", Part.ENTITY, "funding", Part.BRAND, Part.CURRENCY),
    "What an entity paid for a brand's points at carrying value, less what was taken back (`promotional_expense`).",
    "entity.hq.funding.NORTH.USD",
)
CLAIMS = Family(
    ("entity", Part.ENTITY, "claims", Part.COUNTERPARTY, Part.CURRENCY),
    "What the counterparty came to owe the entity; nettings do not count.",
    "entity.linden.claims.north.USD",
)
DEBTS = Family(
    ("entity", Part.ENTITY, "debts", Part.COUNTERPARTY, Part.CURRENCY),
    "What the entity came to owe the counterparty, above zero; nettings do not count.",
    "entity.north.debts.linden.USD",
)
BRAND_LINE = Family(
    ("brand", Part.BRAND, Part.LINE),
    "A line of a brand's roll-forward, in points.",
    "brand.NORTH.earned",
)
BRAND_KIND = Family(
    ("brand", Part.BRAND, "kind", Part.KIND),
    "Points of all movements of one kind, as reconciliation counts them.",
    "brand.NORTH.kind.EARNED",
)
BRAND_MONEY = Family(
    ("brand", Part.BRAND, Part.SIDE, Part.CURRENCY),
    "What a brand's outstanding points (`liability`), or the points its members owe (`receivable`), stand for in the "
    "books of all funders.",
    "brand.NORTH.liability.USD",
)
OBLIGATION = Family(
    ("obligation", Part.ENTITY, Part.COUNTERPARTY, Part.CURRENCY),
    "What an entity owes another because of movements, as its own books have it; vouchers do not count.",
    "obligation.north.linden.USD",
)
CLAIM = Family(
    ("claim", Part.ENTITY, Part.COUNTERPARTY, Part.CURRENCY),
    "What an entity is owed by another because of movements, as its own books have it; vouchers do not count.",
    "claim.linden.north.USD",
)
POSITION = Family(
    ("position", Part.ENTITY, Part.COUNTERPARTY, Part.CURRENCY),
    "What an entity owes another now, after nettings and adjustments.",
    "position.north.linden.USD",
)
NET = Family(
    ("net", Part.ENTITY, Part.CURRENCY),
    "What an entity is owed less what it owes.",
    "net.linden.USD",
)
CARRYING = Family(
    ("carrying", Part.ENTITY, Part.CURRENCY, Part.SIDE),
    "What points stand for in a funder's books: the liability above zero, the receivable below.",
    "carrying.north.USD.liability",
)
RESERVE = Family(
    ("reserve", Part.ENTITY, Part.COUNTERPARTY, Part.CURRENCY),
    "What a reserve entity holds for a funder because of movements; vouchers do not count.",
    "reserve.hq.north.USD",
)
PLACE = Family(
    ("place", Part.PLACE, Part.PLACE, Part.PLACE, Part.BRAND, Part.MEASURE),
    "A measure of a roll-up in points, by region, operator and location of a brand; `*` for all of a level.",
    "place.south.fresh.L-00292.FRESH.issued",
)
PLACE_PARTY = Family(
    ("place", Part.PLACE, Part.PLACE, Part.PLACE, Part.BRAND, Part.MEASURE, Part.PARTY, Part.UNIT),
    "A measure of a roll-up that is kept by party or in money.",
    "place.south.*.*.FRESH.funding.hq.USD",
)

FAMILIES = (
    ACCOUNT_BALANCE,
    FUNDING,
    CLAIMS,
    DEBTS,
    BRAND_LINE,
    BRAND_KIND,
    BRAND_MONEY,
    OBLIGATION,
    CLAIM,
    POSITION,
    NET,
    CARRYING,
    RESERVE,
    PLACE,
    PLACE_PARTY,
)

_KINDS = frozenset(kind.value for kind in Kind)

BRAND_LINES = {
    "earned": "Earned",
    "redeemed_own": "Redeemed at the brand's own entity",
    "redeemed_cross": "Redeemed elsewhere",
    "redeemed_repayment": "Spent to repay other points",
    "restored": "Restored",
    "reversed": "Reversed with returned goods",
    "repaid": "Debt repaid by other points",
    "expired": "Expired",
    "adjusted": "Adjusted, imported and transferred, net",
    "closing": "Closing",
    "receivable": "of which owed by members",
}
"""Lines of a roll-forward with their titles, in the order they are read."""


@dataclass(frozen=True, slots=True)
class FigureName:
    """A figure, named. `parts` are the variable ones, unescaped, in the family's order; empty for `-`."""

    family: Family
    parts: tuple[str, ...]

    def __str__(self) -> str:
        rest = iter(self.parts)
        return joined(part if isinstance(part, str) else next(rest) for part in self.family.form)


def figure(family: Family, *parts: str) -> str:
    """The name of a figure."""
    return str(FigureName(family, parts))


def joined(parts: Iterable[str]) -> str:
    """Parts as a name that is read in one way only, also of figures that have no family (figure_names_page.py)."""
    return ".".join(map(_escaped, parts))


def parse(name: str) -> FigureName:
    """Reads a name. Refuses FIGURE_UNKNOWN."""
    words = name.split(".")
    for family in FAMILIES:
        parts = _match(family.form, words)
        if parts is not None:
            return FigureName(family, parts)
    raise refusals.figure_unknown(name)


def _match(form: Sequence[str | Part], words: Sequence[str]) -> tuple[str, ...] | None:
    if len(form) != len(words):
        return None
    parts: list[str] = []
    for expected, word in zip(form, words, strict=True):
        if isinstance(expected, str):
            if word != expected:
                return None
        elif _fits(expected, word):
            parts.append(_unescaped(word))
        else:
            return None
    return tuple(parts)


def _fits(part: Part, word: str) -> bool:
    text = _unescaped(word)
    if word != _escaped(text):
        return False
    match part:
        case Part.ACCOUNT:
            return text in _ACCOUNTS
        case Part.CURRENCY:
            return is_currency(text)
        case Part.UNIT:
            return text == POINTS or is_currency(text)
        case Part.LINE:
            return text in BRAND_LINES
        case Part.KIND:
            return text in _KINDS
        case Part.SIDE:
            return text in ("liability", "receivable")
        case Part.PLACE:
            return text in ("", ALL) or is_id(text)
        case Part.COUNTERPARTY | Part.PARTY | Part.BRAND:
            return text == "" or is_id(text)
        case _:
            return is_id(text)


_ACCOUNTS = frozenset(account.value for account in (*Account, *PointAccount))


def _escaped(text: str) -> str:
    return text.replace(".", "%2E") if text else EMPTY


def _unescaped(word: str) -> str:
    return "" if word == EMPTY else word.replace("%2E", ".")
