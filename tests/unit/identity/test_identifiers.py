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
        (PHONE, "+44 (0)20 7946 0018", "+442079460018"),
        (PHONE, "+4402079460018", "+442079460018"),
        (PHONE, "＋４９ ３０ １２３４５６７", "+49301234567"),
        (PHONE, "+39 06 1234567", "+39061234567"),
        (PHONE, "+54 11 15-1234-5678", "+5491112345678"),
        (PHONE, "+80012345678", "+80012345678"),
        (EMAIL, "jane@münchen.de", "jane@xn--mnchen-3ya.de"),
        (EMAIL, "jane@mu\u0308nchen.de", "jane@xn--mnchen-3ya.de"),
        (EMAIL, "jane@XN--MNCHEN-3YA.de", "jane@xn--mnchen-3ya.de"),
        (EMAIL, "jane@例え.jp", "jane@xn--r8jz45g.jp"),
        (EMAIL, "jane@straße.de", "jane@xn--strae-oqa.de"),
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
        (CARD, "-1234"),
        (CARD, " -1234"),
        (CARD, "+1234"),
        (CARD, "=1234"),
        (CARD, "@1234"),
        (CARD, "1" * 65),
        (PHONE, "4155550123"),
        (PHONE, "004915112345678"),
        (PHONE, "+0415555012"),
        (PHONE, "+1 (0)415 555 0123"),
        (PHONE, "+999123456789"),
        (PHONE, "+1415555012"),
        (PHONE, "+1 415 555 0123 ext. 4"),
        (PHONE, "+14155550123;ext=4"),
        (PHONE, "tel:+14155550123"),
        (PHONE, "++14155550123"),
        (PHONE, "+1+4155550123"),
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
        (EMAIL, "=1+1@example.com"),
        (EMAIL, "+1@example.com"),
        (EMAIL, "-jane@example.com"),
        (EMAIL, "jane@exаmple.com"),
        (EMAIL, "jane@xn--exmple-4nf.com"),
        (EMAIL, "jane@аррӏе.com"),
        (EMAIL, "jane@xn--zz"),
        (EMAIL, "jane@example.test"),
        (EMAIL, "jane@ab--cd.com"),
        (EMAIL, "jane@" + "ab." * 90 + "com"),
        (EMAIL, "jаne@example.com"),
        (EMAIL, "j" * 65 + "@example.com"),
        (WEB, "jane"),
        (WEB, ":jane"),
        (WEB, "shop:"),
        (WEB, "shop:jane doe"),
        (POS, "till:ä"),
        (APP, "a b"),
        (APP, "=token"),
        (APP, "@token"),
    ],
)
def test_what_is_not_clearly_valid_is_refused(kind: IdentifierKind, written: str) -> None:
    with pytest.raises(MalformedIdentifierError):
        normalized(kind, written)


@pytest.mark.parametrize(
    ("written", "region", "normal"),
    [
        ("030 1234567", "DE", "+49301234567"),
        ("(415) 555-0123", "US", "+14155550123"),
        ("1 415 555 0123", "US", "+14155550123"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("06 1234567", "IT", "+39061234567"),
        ("8 (812) 123-45-67", "RU", "+78121234567"),
        ("0049 30 1234567", "DE", "+49301234567"),
        ("011 49 30 1234567", "US", "+49301234567"),
        ("+49 30 1234567", "US", "+49301234567"),
        ("＋４９３０１２３４５６７", "US", "+49301234567"),
        ("０３０１２３４５６７", "DE", "+49301234567"),
    ],
)
def test_a_number_as_dialled_in_its_region_is_the_international_one(written: str, region: str, normal: str) -> None:
    assert normalized(PHONE, written, region).value == normal


@pytest.mark.parametrize(
    ("written", "region"),
    [("555-0123", "US"), ("1", "DE"), ("030 1234567", "de"), ("030 1234567", "XX"), ("1-800-FLOWERS", "US")],
)
def test_what_a_region_does_not_make_clear_is_refused(written: str, region: str) -> None:
    with pytest.raises(MalformedIdentifierError):
        normalized(PHONE, written, region)


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
