"""From balances and totals at two moments to a statement: pure. Every amount is the figure that its name says."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from chassis.values.money import Money
from settlement_service.domain.books import Vector
from settlement_service.domain.chart import account_name
from settlement_service.domain.figure_names import (
    ACCOUNT_BALANCE,
    BRAND_LINE,
    BRAND_LINES,
    CLAIMS,
    DEBTS,
    FUNDING,
    POINTS,
    Family,
    FigureName,
    figure,
)
from settlement_service.domain.figure_selection import (
    PostingSelection,
    balance_of,
    line_selection,
    points_of,
    selection_of,
)
from settlement_service.domain.figures import Balance
from settlement_service.domain.program_facts import EntityFacts, ProgramFacts
from settlement_service.domain.standing import Standing
from settlement_service.domain.statement import (
    AccountLine,
    BrandLine,
    BrandStatement,
    Disputed,
    Funding,
    Header,
    Intercompany,
    PeriodHead,
    Statement,
    VoucherLine,
)

_STOCKS = ("closing", "receivable")
_FUNDING_ACCOUNT = "promotional_expense"


@dataclass(frozen=True, slots=True)
class StatementFigures:
    """What was read for a statement, in one snapshot. `netted` is what nettings of the period posted in the entity's
    books; `paid` what it was paid, less what it paid, by counterparty and currency."""

    period: PeriodHead
    up_to: Vector
    opening: Standing
    closing: Standing
    netted: Sequence[Balance]
    paid: Mapping[tuple[str, str], int]
    vouchers: Sequence[VoucherLine]
    cut_off_events: int
    disputed: Sequence[Disputed]


def statement_of(facts: ProgramFacts, entity: str, figures: StatementFigures) -> Statement:
    """The statement of one entity."""
    brands = _brands_of(facts, entity, figures)
    return Statement(
        header=Header(
            facts.program,
            facts.name,
            facts.point_name,
            facts.revision,
            facts.entities.get(entity, EntityFacts(entity, entity)),
            figures.period,
            figures.up_to,
        ),
        accounts=tuple(_accounts(facts, entity, figures)),
        intercompany=tuple(_intercompany(entity, figures)),
        brands=tuple(_brand(facts, brand, figures) for brand in brands),
        funding=tuple(_funding(entity, brands, figures)),
        vouchers=tuple(figures.vouchers),
        cut_off_events=figures.cut_off_events,
        disputed=tuple(figures.disputed),
    )


def _brands_of(facts: ProgramFacts, entity: str, figures: StatementFigures) -> list[str]:
    """Brands that the entity issues, also those that left the configuration: the points side of their accruals is in
    the issuer's books."""
    configured = {brand.brand_id for brand in facts.brands.values() if brand.entity == entity}
    booked = {
        balance.brand
        for balance in figures.closing.balances
        if balance.entity == entity and balance.currency == "" and balance.brand
    }
    return sorted(configured | booked)


def _accounts(facts: ProgramFacts, entity: str, figures: StatementFigures) -> Iterable[AccountLine]:
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for place, moment in enumerate((figures.opening, figures.closing)):
        for balance in moment.balances:
            if balance.entity == entity:
                sums[balance.currency, balance.account, balance.counterparty][place] += balance.amount
    lines = []
    for (currency, account, counterparty), (opening, closing) in sums.items():
        if opening == 0 == closing:
            continue
        name = account_name(facts.settlement, account)
        named = figure(ACCOUNT_BALANCE, entity, account, counterparty, currency or POINTS)
        lines.append(AccountLine(account, name.code, name.name, currency, counterparty, opening, closing, named))
    return sorted(lines, key=lambda line: (line.currency == "", line.currency, line.code, line.counterparty))


def _intercompany(entity: str, figures: StatementFigures) -> Iterable[Intercompany]:
    pairs = {
        (balance.counterparty, balance.currency)
        for moment in (figures.opening, figures.closing)
        for balance in moment.balances
        if balance.entity == entity and balance.account in ("due_to", "due_from")
    }
    for counterparty, currency in sorted(pairs | figures.paid.keys()):

        def stands(moment: Standing, counterparty: str = counterparty, currency: str = currency) -> int:
            return balance_of(_standing(entity, counterparty, currency), moment.balances, ())

        def flow(family: Family, counterparty: str = counterparty, currency: str = currency) -> tuple[int, str]:
            name = FigureName(family, (entity, counterparty, currency))
            selection = selection_of(name)
            assert isinstance(selection, PostingSelection)
            after = balance_of(selection, figures.closing.balances, figures.netted)
            return after - balance_of(selection, figures.opening.balances, ()), str(name)

        claims, claims_figure = flow(CLAIMS)
        debts, debts_figure = flow(DEBTS)
        yield Intercompany(
            counterparty,
            currency,
            opening=stands(figures.opening),
            claims=claims,
            debts=debts,
            netted=balance_of(_standing(entity, counterparty, currency), figures.netted, ()),
            paid=figures.paid.get((counterparty, currency), 0),
            open=stands(figures.closing),
            claims_figure=claims_figure,
            debts_figure=debts_figure,
        )


def _standing(entity: str, counterparty: str, currency: str) -> PostingSelection:
    return PostingSelection(entity, currency, {"due_to": 1, "due_from": 1}, counterparty)


def _brand(facts: ProgramFacts, brand: str, figures: StatementFigures) -> BrandStatement:
    def line(measure: str, title: str) -> BrandLine:
        selection = line_selection(brand, measure)
        points = points_of(selection, figures.closing.brands)
        if measure not in _STOCKS:
            points -= points_of(selection, figures.opening.brands)
        return BrandLine(measure, title, points, figure(BRAND_LINE, brand, measure))

    closing = line_selection(brand, "closing")
    opening = BrandLine(
        "opening", "Opening", points_of(closing, figures.opening.brands), figure(BRAND_LINE, brand, "closing")
    )
    configured = facts.brands.get(brand)
    return BrandStatement(
        brand,
        configured.name if configured else brand,
        (opening, *(line(measure, title) for measure, title in BRAND_LINES.items())),
        liability=_money(brand, figures.closing.balances, "points_liability", -1),
        receivable=_money(brand, figures.closing.balances, "member_receivable", 1),
    )


def _money(brand: str, balances: Iterable[Balance], account: str, sign: int) -> tuple[Money, ...]:
    sums: dict[str, int] = defaultdict(int)
    for balance in balances:
        if balance.brand == brand and balance.account == account:
            sums[balance.currency] += sign * balance.amount
    return tuple(Money(currency, amount) for currency, amount in sorted(sums.items()) if amount)


def _funding(entity: str, brands: Sequence[str], figures: StatementFigures) -> Iterable[Funding]:
    """Of the entity's brands by whoever paid, and of all brands that it paid for."""
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    _add_funding(sums, figures.closing.balances, lambda amount: amount)
    _add_funding(sums, figures.opening.balances, lambda amount: -amount)
    for (brand, funder, currency), amount in sorted(sums.items()):
        if amount and (brand in brands or funder == entity):
            yield Funding(brand, funder, Money(currency, amount), figure(FUNDING, funder, brand, currency))


def _add_funding(
    sums: dict[tuple[str, str, str], int], balances: Iterable[Balance], signed: Callable[[int], int]
) -> None:
    for balance in balances:
        if balance.account == _FUNDING_ACCOUNT and balance.brand:
            sums[balance.brand, balance.entity, balance.currency] += signed(balance.amount)
