"""What invoices and payments need to know of a legal entity."""

import re
from dataclasses import dataclass

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


@dataclass(frozen=True, slots=True)
class EntityDetails:
    """Each may be empty: nothing is known. At most one of `iban` (without spaces) and `account_number` is not.

    `country` is ISO 3166-1 alpha-2, `bic` ISO 9362.
    """

    legal_name: str = ""
    tax_id: str = ""
    country: str = ""
    address: tuple[str, ...] = ()
    iban: str = ""
    account_number: str = ""
    bic: str = ""


NOTHING_KNOWN = EntityDetails()


def is_iban(text: str) -> bool:
    """True if `text`, without spaces, has the form of an IBAN and its check digits (ISO 13616, ISO 7064 mod 97-10).

    The first four characters go to the end, letters become numbers from 10 on, and 97 leaves 1: every wrong
    character and nearly every exchange of two is found. Which banks and branches there are is the bank's to say.
    """
    # A library such as schwifty is well kept, but brings 5 MB of registers of banks and needs pycountry to run.
    if not _IBAN.fullmatch(text):
        return False
    turned = text[4:] + text[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1
