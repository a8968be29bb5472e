"""What holds for every text: a normal form is its own, is clean, and joins only what the kind's rule joins."""

import re
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

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
def test_a_phone_keeps_its_digits_in_order(text: str) -> None:
    form = form_of(IdentifierKind.PHONE, text)
    assert form in (None, "+" + "".join(character for character in text if character.isdigit()))


@given(texts(IdentifierKind.EMAIL))
def test_an_email_joins_only_compatible_characters_and_case(text: str) -> None:
    form = form_of(IdentifierKind.EMAIL, text)
    assert form in (None, unicodedata.normalize("NFKC", text).strip(" ").lower())
