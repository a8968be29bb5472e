"""How program files write parties that keep books, and what that means."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

from rules_service.domain.entity_details import EntityDetails, is_iban
from rules_service.domain.program import LegalEntity
from rules_service.wire.file_scalars import line_of_text, one_or_many
from rules_service.wire.file_section import Section
from rules_service.wire.file_types import Name, line_schema, scalar, text_schema

# As long as a payment (ISO 20022 pain.001) carries them.
MOST_LEGAL_NAME, MOST_TAX_ID, MOST_ADDRESS_LINE, MOST_ADDRESS_LINES = 140, 35, 70, 7

_COUNTRY = "[A-Z]{2}"
_IBAN = "[A-Z]{2}[0-9]{2}[A-Z0-9 ]{11,40}"
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]{0,33}")


def country_code(value: object) -> str:
    """A country's two letters; which there are is checked with the rest of the program."""
    if not isinstance(value, str) or not re.fullmatch(_COUNTRY, value):
        raise ValueError("should be a country of ISO 3166 in two letters, such as US")
    return value


def bank_account(value: object) -> str:
    """An IBAN, with or without spaces, whose check digits are right."""
    text = value.replace(" ", "") if isinstance(value, str) else ""
    if not is_iban(text):
        raise ValueError("should be an IBAN whose check digits are right, such as GB29 NWBK 6016 1331 9268 19")
    return text


def bank(value: object) -> str:
    """A bank identifier."""
    if not isinstance(value, str) or not _BIC.fullmatch(value):
        raise ValueError("should be a BIC of 8 or 11 letters and digits, such as NWBKGB2L")
    return value


def other_account(value: object) -> str:
    """The number of an account that has no IBAN."""
    if not isinstance(value, str) or not _ACCOUNT.fullmatch(value):
        raise ValueError("should be an account number: letters, digits, spaces and . / - only, at most 34")
    return value


def _line(most: int) -> object:
    return scalar(line_of_text(most), line_schema(most))


AddressLine = Annotated[str, _line(MOST_ADDRESS_LINE)]
Address = Annotated[list[AddressLine], Field(max_length=MOST_ADDRESS_LINES)]


class EntitySection(Section):
    """A party that keeps books. All but its name is for invoices and payments."""

    name: Name
    """Its name."""
    legal_name: Annotated[str, _line(MOST_LEGAL_NAME)] = ""
    """Its registered name. Default: its name."""
    tax_id: Annotated[str, _line(MOST_TAX_ID)] = ""
    """Its tax registration, as printed on invoices."""
    country: Annotated[str, scalar(country_code, text_schema(f"^{_COUNTRY}$", "US"))] = ""
    """The country it is registered in, ISO 3166."""
    address: Annotated[Address, BeforeValidator(one_or_many, json_schema_input_type=AddressLine | Address)] = Field(
        default_factory=list
    )
    """Its postal address, one or many lines."""
    iban: Annotated[str, scalar(bank_account, text_schema(f"^{_IBAN}$", "GB29 NWBK 6016 1331 9268 19"))] = ""
    """The account that pays and is paid."""
    account_number: Annotated[str, scalar(other_account, line_schema(34))] = ""
    """That account, where there is no IBAN."""
    bic: Annotated[str, scalar(bank, text_schema(f"^({_BIC.pattern})$", "NWBKGB2L"))] = ""
    """Its bank, ISO 9362."""


def entity(entity_id: str, section: EntitySection) -> LegalEntity:
    """An entity."""
    details = EntityDetails(
        legal_name=section.legal_name,
        tax_id=section.tax_id,
        country=section.country,
        address=tuple(section.address),
        iban=section.iban,
        account_number=section.account_number,
        bic=section.bic,
    )
    return LegalEntity(entity_id, section.name, details)
