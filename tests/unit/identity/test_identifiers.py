"""Normal forms of identifiers, and what is refused."""

import pytest

from identity_service.domain.identifiers import IdentifierKind, MalformedIdentifierError, normalized

CARD, PHONE, EMAIL = IdentifierKind.CARD, IdentifierKind.PHONE, IdentifierKind.EMAIL
WEB, APP, POS = IdentifierKind.WEB_ACCOUNT, IdentifierKind.APP, IdentifierKind.POS


@pytest.mark.parametrize(
    ("kind", "written", "normal"),
    [
        (CARD, "6001-2345 6789", "600123456789"),
        (CARD, "ab-12 cd", "AB12CD"),
        (PHONE, "+1 (415) 555-0123", "+14155550123"),
        (PHONE, "+49.30.1234567", "+49301234567"),
        (EMAIL, "Jane.Doe+shop@Example.COM", "jane.doe+shop@example.com"),
        (EMAIL, "ｊane@ｅxample.com", "jane@example.com"),
        (EMAIL, "  jane@example.com ", "jane@example.com"),
        (EMAIL, "oﬃce@example.com", "office@example.com"),
        (WEB, "north-shop:Jane D".replace(" ", "_"), "north-shop:Jane_D"),
        (POS, "till7:000123", "till7:000123"),
        (APP, "550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000"),
    ],
)
def test_a_value_has_one_normal_form(kind: IdentifierKind, written: str, normal: str) -> None:
    assert normalized(kind, written).value == normal


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (CARD, "-"),
        (CARD, "12_34"),
        (CARD, "12·34"),
        (CARD, "ıd1"),
        (CARD, "１２３４"),
        (CARD, "1" * 65),
        (PHONE, "4155550123"),
        (PHONE, "004915112345678"),
        (PHONE, "+0415555012"),
        (PHONE, "+44 (0)20 7946 0018"),
        (PHONE, "+49 30 123456/7"),
        (PHONE, "+1234567890123456"),
        (PHONE, "+123456"),
        (PHONE, "+1415555CALL"),
        (PHONE, "+١٤١٥٥٥٥٠١٢٣"),
        (EMAIL, "jane"),
        (EMAIL, "jane@localhost"),
        (EMAIL, "jane@@example.com"),
        (EMAIL, "jane..doe@example.com"),
        (EMAIL, ".jane@example.com"),
        (EMAIL, "jane@-example.com"),
        (EMAIL, "jane@example.c"),
        (EMAIL, "jane@127.0.0.1"),
        (EMAIL, "jane doe@example.com"),
        (EMAIL, "Jane <jane@example.com>"),
        (EMAIL, '"jane"@example.com'),
        (EMAIL, "straße@example.com"),
        (EMAIL, "jаne@example.com"),
        (EMAIL, "j" * 65 + "@example.com"),
        (WEB, "jane"),
        (WEB, ":jane"),
        (WEB, "shop:"),
        (WEB, "shop:jane doe"),
        (POS, "till:ä"),
        (APP, "a b"),
    ],
)
def test_what_is_not_clearly_valid_is_refused(kind: IdentifierKind, written: str) -> None:
    with pytest.raises(MalformedIdentifierError):
        normalized(kind, written)


@pytest.mark.parametrize("kind", IdentifierKind)
@pytest.mark.parametrize(
    "written",
    ["", "A1\0", "A1\n", "\x7fA1", "A\u200b1", "\u202eA1", "A1\ue000", "A\u0378", "x" * 257, "x" * 65_536],
    ids=["empty", "nul", "newline", "delete", "zero-width", "right-to-left", "private", "unassigned", "257", "64K"],
)
def test_control_characters_and_lengths_are_refused_for_every_kind(kind: IdentifierKind, written: str) -> None:
    with pytest.raises(MalformedIdentifierError):
        normalized(kind, written)


def test_a_refusal_does_not_repeat_the_value() -> None:
    with pytest.raises(MalformedIdentifierError) as refused:
        normalized(EMAIL, "zqpersonal")
    assert "zqpersonal" not in str(refused.value)
