"""What holds for every text: a normal form is its own, is clean, and joins only what the kind's rule joins."""

import re
import unicodedata
from typing import Literal

import idna
from hypothesis import example, given
from hypothesis import strategies as st

from identity_service.domain import emails, phones
from identity_service.domain.identifiers import IdentifierKind, MalformedIdentifierError, normalized

EXACT = (IdentifierKind.WEB_ACCOUNT, IdentifierKind.APP, IdentifierKind.POS)

PLAUSIBLE = {
    IdentifierKind.CARD: st.from_regex(re.compile(r"[A-Za-z0-9 -]{1,70}"), fullmatch=True),
    IdentifierKind.PHONE: st.from_regex(re.compile(r"\+[ (]?[1-9]([ ).-]{0,2}[0-9]){5,15}"), fullmatch=True),
    IdentifierKind.EMAIL: st.one_of(
        st.emails(),
        st.from_regex(re.compile(r" ?[A-Za-zａ-ｚ0-9.+-]{1,9}@[A-Za-z0-9]{1,9}\.[a-z]{2,5} ?"), fullmatch=True),
    ),
    IdentifierKind.WEB_ACCOUNT: st.from_regex(re.compile(r"[a-z0-9]{1,8}:[!-~]{1,20}"), fullmatch=True),
    IdentifierKind.APP: st.from_regex(re.compile(r"[!-~]{1,40}"), fullmatch=True),
    IdentifierKind.POS: st.from_regex(re.compile(r"[a-z0-9]{1,8}:[!-~]{1,20}"), fullmatch=True),
}


def texts(kind: IdentifierKind) -> st.SearchStrategy[str]:
    return st.one_of(PLAUSIBLE[kind], PLAUSIBLE[kind], st.text(max_size=300))


pairs = st.sampled_from(IdentifierKind).flatmap(lambda kind: st.tuples(st.just(kind), texts(kind)))


def form_of(kind: IdentifierKind, text: str) -> str | None:
    try:
        return normalized(kind, text).value
    except MalformedIdentifierError:
        return None


@given(pairs)
@example((IdentifierKind.EMAIL, "ﬀ@example.com"))
@example((IdentifierKind.EMAIL, "\u212a@example.com"))
def test_a_normal_form_is_its_own_normal_form(pair: tuple[IdentifierKind, str]) -> None:
    form = form_of(*pair)
    assert form is None or form_of(pair[0], form) == form


@given(pairs)
def test_a_normal_form_is_printable_ascii_without_spaces(pair: tuple[IdentifierKind, str]) -> None:
    form = form_of(*pair)
    assert form is None or re.fullmatch(r"[!-~]{1,256}", form)


@given(pairs, st.characters(categories=["Cc", "Cf", "Cs", "Co", "Cn"]), st.integers(0, 40))
def test_a_control_character_anywhere_is_refused(pair: tuple[IdentifierKind, str], control: str, place: int) -> None:
    kind, text = pair
    assert form_of(kind, text[:place] + control + text[place:]) is None


@given(st.sampled_from(EXACT).flatmap(lambda kind: st.tuples(st.just(kind), texts(kind))))
def test_ids_of_other_systems_are_kept_as_they_are(pair: tuple[IdentifierKind, str]) -> None:
    assert form_of(*pair) in (None, pair[1])


@given(texts(IdentifierKind.CARD))
def test_a_card_keeps_its_letters_and_digits_in_order(text: str) -> None:
    form = form_of(IdentifierKind.CARD, text)
    assert form in (None, text.upper().replace(" ", "").replace("-", ""))


@given(texts(IdentifierKind.PHONE))
def test_a_phone_keeps_its_digits_in_order_but_for_a_trunk_prefix(text: str) -> None:
    """Argentina alone also puts a 9 before mobile numbers that were written with 15."""
    form = form_of(IdentifierKind.PHONE, text)
    if form is None or form.startswith("+54"):
        return
    written = iter(character for character in unicodedata.normalize("NFKC", text) if character.isdigit())
    assert all(digit in written for digit in form[1:])


@given(texts(IdentifierKind.EMAIL))
def test_an_email_joins_only_compatible_characters_and_case(text: str) -> None:
    form = form_of(IdentifierKind.EMAIL, text)
    if form is None:
        return
    written = unicodedata.normalize("NFKC", text).strip(" ")
    local, _, domain = written.rpartition("@")
    assert form.rpartition("@")[0] == local.lower()
    assert form.rpartition("@")[2] == (domain.lower() if domain.isascii() else form.rpartition("@")[2])


def folded(word: str) -> str:
    """Compatible characters and case are one, and nothing else: said by Unicode's tables alone, without idna's."""
    one_by_one = (one.lower() if one in "ßẞς" else one.casefold() for one in unicodedata.normalize("NFKC", word))
    return unicodedata.normalize("NFC", "".join(one_by_one))


@given(st.text(st.characters(categories=["L", "M", "N"]), min_size=1, max_size=6))
@example("exam\ufe0fple")
@example("exam\u034fple")
@example("\u115fexample")
@example("Straße")
@example("ΟΔΟΣ")
def test_a_domain_of_any_script_joins_only_compatible_characters_and_case(word: str) -> None:
    """Above all nothing that cannot be seen goes away."""
    form = form_of(IdentifierKind.EMAIL, f"jane@{word}.com")
    assert form is None or idna.decode(form.partition("@")[2]) == f"{folded(word)}.com"


# A model of E.164 of its own: country codes as ITU-T assigned them, no library.
CODES = ("1", "7", "20", "27", "33", "39", "44", "49", "61", "81", "86", "212", "353", "358", "420", "972")
PLAIN_NUMBERS = st.builds(
    lambda code, rest: f"+{code}{rest}", st.sampled_from(CODES), st.from_regex(r"[2-79][0-9]{8,9}", fullmatch=True)
)


@given(PLAIN_NUMBERS)
def test_a_number_in_e164_is_its_own_form_or_none(number: str) -> None:
    """So no two of them are ever one."""
    assert form_of(IdentifierKind.PHONE, number) in (None, number)


@given(PLAIN_NUMBERS, st.lists(st.tuples(st.integers(3, 12), st.sampled_from(" .-()")), max_size=4), st.booleans())
def test_however_a_number_is_spaced_it_is_one(number: str, marks: list[tuple[int, str]], wide: bool) -> None:
    text = number
    for place, mark in sorted(marks, reverse=True):
        text = text[:place] + mark + text[place:]
    if wide:
        text = "".join(chr(ord(character) + 0xFEE0) if character.isdigit() else character for character in text)
    form = form_of(IdentifierKind.PHONE, number)
    assert form_of(IdentifierKind.PHONE, text) in (form, None if "(" in text or ")" in text else form)


@given(texts(IdentifierKind.PHONE) | PLAIN_NUMBERS)
@example("+4402079460018")
@example("+78001234567")
@example("+5491112345678")
def test_the_fast_way_to_a_phone_gives_what_the_slow_one_gives(text: str) -> None:
    if phones.is_plain(text):
        assert phones.parsed(text, None) == text


@given(texts(IdentifierKind.EMAIL) | st.from_regex(re.compile(r"[a-z0-9.=+-]{1,6}@([a-z0-9-]{1,5}\.){1,3}[a-z]{2,5}")))
@example("a@b.test")
@example("a@ab--cd.com")
@example("a@xn--mnchen-3ya.de")
def test_the_fast_way_to_an_email_gives_what_the_slow_one_gives(text: str) -> None:
    if emails.is_plain(text):
        assert emails.read(text) == text


@given(st.emails())
def test_case_does_not_make_another_email(text: str) -> None:
    form = form_of(IdentifierKind.EMAIL, text)
    assert form_of(IdentifierKind.EMAIL, text.upper()) == form
    assert form_of(IdentifierKind.EMAIL, text.lower()) == form


@given(
    st.sampled_from(["münchen", "ångström", "пример", "例え", "παράδειγμα", "café"]), st.sampled_from(["NFC", "NFD"])
)
def test_composed_decomposed_and_encoded_domains_are_one(word: str, form: Literal["NFC", "NFD"]) -> None:
    written = unicodedata.normalize(form, f"jane@{word}.example")
    encoded = f"jane@{idna.encode(word).decode()}.example"
    assert form_of(IdentifierKind.EMAIL, written) == form_of(IdentifierKind.EMAIL, encoded) == encoded


LATIN_AND_LIKE = st.sampled_from([("a", "а"), ("e", "е"), ("o", "о"), ("p", "р"), ("c", "с"), ("o", "ο")])


@given(LATIN_AND_LIKE, st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.from_regex(r"[a-z]{1,5}", fullmatch=True))
def test_a_letter_that_looks_like_another_is_refused(pair: tuple[str, str], before: str, after: str) -> None:
    latin, alike = pair
    assert form_of(IdentifierKind.EMAIL, f"jane@{before}{latin}{after}.com") is not None
    assert form_of(IdentifierKind.EMAIL, f"jane@{before}{alike}{after}.com") is None
    assert form_of(IdentifierKind.EMAIL, f"{before}{alike}{after}@example.com") is None
    assert form_of(IdentifierKind.CARD, f"{before}{alike}{after}") is None


SHORT = 9
"""Shorter texts may be words of the sentence that refuses them."""


@given(st.sampled_from(IdentifierKind), st.text(max_size=300), st.sampled_from(["", "DE", "US", "XX", "de"]))
def test_every_text_is_an_identifier_or_is_refused_without_being_repeated(
    kind: IdentifierKind, text: str, region: str
) -> None:
    told = ""
    try:
        assert normalized(kind, text, region).value.isascii()
    except MalformedIdentifierError as error:
        told = str(error)
    assert len(text) < SHORT or text not in told
