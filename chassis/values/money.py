"""Money: an ISO 4217 currency code and a signed 64-bit count of its minor units."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from chassis.values.integers import checked
from chassis.values.rounding import Ratio

_WITHOUT_MINOR = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DIGITS = "CLF UYW"
_TWO_DIGITS = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP
CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR
JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN
NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP
SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""

DIGITS: dict[str, int] = {
    code: digits
    for codes, digits in ((_WITHOUT_MINOR, 0), (_THREE_DIGITS, 3), (_FOUR_DIGITS, 4), (_TWO_DIGITS, 2))
    for code in codes.split()
}
"""Minor-unit digits by currency code (ISO 4217, active codes)."""


def is_currency(code: str) -> bool:
    """True if `code` is an active ISO 4217 currency code."""
    return code in DIGITS


def minor_units(amount: Decimal | str, currency: str) -> int:
    """A decimal amount of major units as minor units; ValueError if it has more digits than the currency."""
    exact = Decimal(amount)
    if not exact.is_finite():
        raise ValueError(f"{amount} is not a number")
    # A fraction is exact; Decimal would round an amount of more than 28 digits to fit.
    scaled = Fraction(exact) * 10 ** DIGITS[currency]
    if scaled.denominator != 1:
        raise ValueError(f"{amount} has more digits than {currency} allows")
    return checked(scaled.numerator)


def minor_ratio(amount: Decimal | str, currency: str) -> Ratio:
    """A price in major units, of any precision, as an exact ratio of minor units (0.008 USD -> 4/5)."""
    return Ratio.of(Fraction(Decimal(amount)) * 10 ** DIGITS[currency])


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency. `minor_units` may be negative."""

    currency_code: str
    minor_units: int

    def __str__(self) -> str:
        digits = DIGITS[self.currency_code]
        return f"{Decimal(self.minor_units).scaleb(-digits):.{digits}f} {self.currency_code}"
