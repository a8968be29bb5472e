"""Netting from end to end: lines → legs → flows → nets → payments, each step explained by the one before it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from settlement_service.domain.netting.conversion import Rate, SettledLeg, as_they_are, converted
from settlement_service.domain.netting.legs import Line, disputed_ids, legs_of
from settlement_service.domain.netting.nets import Nets, nets_of
from settlement_service.domain.netting.payments import Instruction, Method, instructions_for


@dataclass(frozen=True, slots=True)
class Terms:
    """How a program settles. `settlement_currency` empty: every currency by itself, and no rates are needed."""

    method: Method
    settlement_currency: str = ""
    rates: tuple[Rate, ...] = ()


@dataclass(frozen=True, slots=True)
class CurrencyNetting:
    """The nets of one currency and the payments that clear them."""

    nets: Nets
    instructions: tuple[Instruction, ...]


@dataclass(frozen=True, slots=True)
class Netting:
    """A netting: by currency, and the ids of disputed lines, which are in none of it."""

    currencies: tuple[CurrencyNetting, ...]
    disputed: tuple[str, ...]


def net(lines: Iterable[Line], terms: Terms) -> Netting:
    """Nets and payments of `lines`; the same for any order of lines and rates.

    Raises NotNettable for lines or rates that cannot be taken, AMOUNT_OUT_OF_RANGE for sums beyond 64 bits.
    """
    given = list(lines)
    legs = legs_of(given)
    currency = terms.settlement_currency
    settled = converted(legs, currency, terms.rates) if currency else as_they_are(legs)
    by_currency: dict[str, list[SettledLeg]] = defaultdict(list)
    for leg in settled:
        by_currency[leg.currency].append(leg)
    all_nets = [nets_of(code, by_currency[code]) for code in sorted(by_currency)]
    return Netting(
        tuple(CurrencyNetting(nets, instructions_for(nets, terms.method)) for nets in all_nets), disputed_ids(given)
    )
