"""Whatever is sold, brought back, cancelled or decided again: limits are counted as a naive book counts them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import PointRate
from ledger_service.domain.limits import NO_USE, BudgetKey, LimitHolder, LimitTerm, MemberLimit
from ledger_service.domain.order import ReturnBasis
from tests.property.ledger.limits_model import Book, Grant, Rule
from tests.support.examples import examples
from tests.support.pure_ledger import PureLedger, award, sold
from tests.support.pure_limits import limited
from tests.support.pure_people import People
from tests.support.pure_returns import Returns

MEMBERS = ("ana", "ben")
WORTHS = tuple(map(Fraction, ("1", "1/2", "2/5", "7/2", "0")))

CURRENCIES = st.sampled_from(("USD", "EUR"))
MOST = st.none() | st.integers(0, 120)
RULES = st.lists(
    st.builds(
        lambda *facts: facts,
        st.booleans(),
        MOST,
        MOST,
        st.booleans(),
        CURRENCIES,
    ),
    min_size=1,
    max_size=4,
)
LINE = st.tuples(st.integers(1, 90), st.sampled_from(WORTHS), st.integers(2, 5), st.integers(1, 15))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("sell"), st.sampled_from(MEMBERS), CURRENCIES, st.lists(LINE, min_size=1, max_size=4)),
        st.tuples(st.just("return"), st.integers(0, 30), st.integers(0, 3), st.integers(1, 5)),
        st.tuples(st.just("cancel"), st.integers(0, 30)),
        st.tuples(st.just("correct"), st.integers(0, 30), st.lists(st.integers(0, 120), min_size=4, max_size=4)),
    ),
    min_size=1,
    max_size=14,
)

Facts = tuple[bool, int | None, int | None, bool, str]


@dataclass
class Sale:
    """A sale and what its lines were judged by."""

    name: str
    member: str
    terms: tuple[tuple[LimitTerm, ...], ...]
    worths: tuple[Fraction, ...]
    currency: str
    open: bool = True


@dataclass
class Both:
    """The ledger and the book, told the same."""

    rules: list[Rule]
    ledger: PureLedger = field(default_factory=PureLedger)
    sales: list[Sale] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.book = Book({rule.name: rule for rule in self.rules})

    def sell(self, member: str, currency: str, lines: list[tuple[int, Fraction, int, int]]) -> None:
        name = f"sale-{len(self.sales)}"
        covering = [tuple(rule for place, rule in enumerate(self.rules) if mask >> place & 1) for *_, mask in lines]
        terms = tuple(tuple(_term(rule, currency) for rule in rules) for rules in covering)
        sale = Sale(name, member, terms, tuple(worth for _, worth, _, _ in lines), currency)
        goods = [sold(number, 1000, "north", pieces) for number, (_, _, pieces, _) in enumerate(lines, start=1)]
        awards = [self._award(sale, number, wanted) for number, (wanted, *_) in enumerate(lines, start=1)]
        answer = self.ledger.post_order(member, name, goods, awards)
        expected = [
            self.book.sell(name, number, Grant(member, wanted, 0, worth, currency, _names(rules), pieces))
            for number, ((wanted, worth, pieces, _), rules) in enumerate(zip(lines, covering, strict=True), start=1)
        ]
        assert [earned.granted for earned in answer.earned] == expected
        self.sales.append(sale)

    def bring_back(self, which: int, line: int, pieces: int) -> None:
        sale = self._sale(which)
        if sale is None or not sale.open:
            return
        number = line % len(sale.terms) + 1
        grant = self.book.grants[sale.name, number]
        pieces = min(pieces, grant.pieces - grant.back)
        if pieces == 0:
            return
        document = f"return-{self.ledger.requests}"
        self.ledger.give_back(sale.member, document, sale.name, {number: (ReturnBasis.QUANTITY, pieces)})
        grant.back += pieces

    def cancel(self, which: int) -> None:
        sale = self._sale(which)
        if sale is None or not sale.open:
            return
        grants = [grant for (name, _), grant in self.book.grants.items() if name == sale.name]
        if all(grant.back == grant.pieces for grant in grants):
            return
        Returns(self.ledger).cancel_sale(sale.member, sale.name)
        sale.open = False
        for grant in grants:
            grant.back = grant.pieces

    def correct(self, which: int, points: list[int]) -> None:
        sale = self._sale(which)
        if sale is None or not sale.open:
            return
        decided = list(zip(range(1, len(sale.terms) + 1), points, strict=False))
        awards = [self._award(sale, number, wanted) for number, wanted in decided if wanted]
        for _ in range(2):
            People(self.ledger).correct(sale.member, sale.name, awards)
        for number, wanted in decided:
            self.book.correct(sale.name, number, wanted)

    def check(self) -> None:
        """Both count the same."""
        for rule in self.rules:
            for member in MEMBERS:
                assert self._counted(rule, member) == self.book.used(rule, member), (rule, member)

    def _counted(self, rule: Rule, member: str) -> tuple[int, int]:
        if rule.of_member:
            return tuple(self.ledger.state.member_uses.get(MemberLimit("prg", member, rule.name, "ever"), NO_USE))  # type: ignore[return-value]
        share = self.ledger.state.budgets.get(BudgetKey("prg", rule.name, "ever"))
        return tuple(share.used if share else NO_USE)  # type: ignore[return-value]

    def _sale(self, which: int) -> Sale | None:
        return self.sales[which % len(self.sales)] if self.sales else None

    def _award(self, sale: Sale, number: int, wanted: int):  # type: ignore[no-untyped-def]
        rate = PointRate(sale.currency, Ratio.of(sale.worths[number - 1]))
        return limited(award(number, wanted, "north", rate=rate), *sale.terms[number - 1])


def _term(rule: Rule, currency: str) -> LimitTerm:
    """Only awards in a limit's own currency state its money."""
    holder = LimitHolder.MEMBER if rule.of_member else LimitHolder.PROGRAM
    cents = rule.cents if rule.currency == currency else None
    return LimitTerm(rule.name, holder, "ever", rule.points, cents, rule.soft)


def _names(rules: Iterable[Rule]) -> tuple[str, ...]:
    return tuple(rule.name for rule in rules)


def _named(rules: Iterable[Facts]) -> list[Rule]:
    return [Rule(f"limit-{place}", *rule) for place, rule in enumerate(rules)]


@settings(max_examples=examples(75), deadline=None)
@given(RULES, STEPS)
def test_limits_are_counted_as_a_naive_book_counts_them(rules: list[Facts], steps: list[tuple[object, ...]]) -> None:
    both = Both(_named(rules))
    deeds: dict[str, Callable[..., None]] = {
        "sell": both.sell,
        "return": both.bring_back,
        "cancel": both.cancel,
        "correct": both.correct,
    }
    for name, *arguments in steps:
        deeds[str(name)](*arguments)
        both.check()
