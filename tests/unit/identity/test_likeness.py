"""What speaks for two members being one person, and under which forms they meet."""

import pytest

from identity_service.domain.identifiers import IdentifierKind
from identity_service.domain.likeness import EXPLANATIONS, LEAST_SCORE, Evidence, Signal, compared, score_of
from identity_service.domain.members import MemberKey
from identity_service.domain.near import MOST_FORMS, Comparable, Known, near_forms, sound
from identity_service.domain.profile import MonthDay

PHONE, EMAIL = IdentifierKind.PHONE, IdentifierKind.EMAIL


def member(name: str, *identifiers: tuple[IdentifierKind, str], **known: object) -> Comparable:
    held = tuple(Known(kind, value, verified=True) for kind, value in identifiers)
    return Comparable(MemberKey.of("grove", name), held, **known)  # type: ignore[arg-type]


def signals(one: Comparable, other: Comparable, callers: int = 0) -> set[str]:
    return {evidence.signal.name for evidence in compared(one, other, callers)}


EMAILS = [
    ("jane.doe@example.com", "jane.doe+shop@example.com", "EMAIL_SAME_MAILBOX"),
    ("jane.doe@example.com", "janedoe@example.com", "EMAIL_SAME_MAILBOX"),
    ("jane.doe@gmail.com", "janedoe@googlemail.com", "EMAIL_SAME_MAILBOX"),
    ("janedoe@example.com", "janedeo@example.com", "EMAIL_LOCAL_PART_ALIKE"),
    ("janedoe@example.com", "jandoe@example.com", "EMAIL_LOCAL_PART_ALIKE"),
    ("janedoe@gmail.com", "janedoe@gmial.com", "EMAIL_DOMAIN_ALIKE"),
    ("janedoe@example.com", "janedoe@other.org", "EMAIL_OTHER_DOMAIN"),
]


@pytest.mark.parametrize(("one", "other", "expected"), EMAILS)
def test_near_emails_are_told_and_meet(one: str, other: str, expected: str) -> None:
    left, right = member("a", (EMAIL, one)), member("b", (EMAIL, other))
    assert signals(left, right) == signals(right, left) == {expected}
    assert set(near_forms(left)) & set(near_forms(right))


@pytest.mark.parametrize(
    ("one", "other"),
    [("anna@example.com", "anna@other.org"), ("ann@example.com", "ana@example.com"), ("a@b.com", "jane@b.com")],
)
def test_unlike_emails_and_short_ones_say_nothing(one: str, other: str) -> None:
    assert signals(member("a", (EMAIL, one)), member("b", (EMAIL, other))) == set()


@pytest.mark.parametrize("other", ["+14155550124", "+14155550132", "+1415555023"])
def test_phones_that_differ_by_a_digit_or_a_swap(other: str) -> None:
    assert signals(member("a", (PHONE, "+14155550123")), member("b", (PHONE, other))) == {"PHONE_ALIKE"}


def test_every_slip_of_a_phone_number_shares_a_form() -> None:
    number = "14155550123"
    mine = set(near_forms(member("a", (PHONE, f"+{number}"))))
    for place in range(len(number)):
        digit = "9" if number[place] != "9" else "8"
        changed = number[:place] + digit + number[place + 1 :]
        assert mine & set(near_forms(member("b", (PHONE, f"+{changed}"))))
        if place:
            swapped = number[: place - 1] + number[place] + number[place - 1] + number[place + 1 :]
            assert mine & set(near_forms(member("b", (PHONE, f"+{swapped}"))))


def test_names_in_any_order_and_writing() -> None:
    born = MonthDay(4, 12)
    one = member("a", given_name="Zoë", family_name="Meier", birthday=born, birth_year=1980)
    other = member("b", given_name="Meier", family_name="ZOE", birthday=born, birth_year=1980)
    assert signals(one, other) == {"NAME_ALIKE", "BIRTHDAY_SAME"}
    assert set(near_forms(one)) & set(near_forms(other))
    assert sound("meier") == sound("mayer") == sound("meyer")
    assert sound("schmidt") == sound("schmitt")


def test_what_speaks_against_takes_away() -> None:
    one = member("a", (PHONE, "+14155550123"), given_name="Ann", family_name="Lee", birthday=MonthDay(1, 2))
    other = member("b", (PHONE, "+14155550124"), given_name="Bo", family_name="Kim", birthday=MonthDay(3, 4))
    evidence = compared(one, other, 0)
    assert {each.signal for each in evidence if each.weight < 0} == {Signal.NAME_DIFFERS, Signal.BIRTHDAY_DIFFERS}
    assert score_of(evidence) < LEAST_SCORE < score_of(compared(one, member("c", (PHONE, "+14155550124")), 0))


def test_doubt_shrinks_by_shares_and_never_ends() -> None:
    half = Evidence(Signal.NAMED_TOGETHER, 100, 50)
    assert score_of([half]) == 50
    assert score_of([half, Evidence(Signal.NAME_ALIKE, 100, 40)]) == 70
    assert score_of([Evidence(signal, 100, 85) for signal in list(Signal)[:9]]) <= 100
    assert score_of([]) == 0


def test_an_explanation_names_no_value() -> None:
    assert set(EXPLANATIONS) == set(Signal)
    one, other = member("a", (EMAIL, "jane.doe@example.com")), member("b", (EMAIL, "janedoe@example.com"))
    for evidence in compared(one, other, 2):
        assert "jane" not in evidence.explanation
        assert "example" not in evidence.explanation


def test_forms_are_bounded_and_an_erased_member_has_none() -> None:
    many = [(PHONE, f"+1415555{number:07d}") for number in range(60)]
    assert len(near_forms(member("a", *many))) == MOST_FORMS
    assert near_forms(member("a", *many, erased=True)) == []
