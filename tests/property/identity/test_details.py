"""Profiles: a change sets what it names and nothing else, and what is told of a change is what differs."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from identity_service.domain.consents import Preference, PreferenceRecord, most_of_a_brand
from identity_service.domain.person import (
    Birthday,
    DetailsChange,
    PersonDetails,
    birth_date,
    changed_details,
    is_birth_date,
    language_form,
    with_told,
)
from identity_service.domain.profile import MonthDay, Profile

words = st.sampled_from(["", "Ada", "loc-1"])
days = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: MonthDay(day.month, day.day))
born = st.none() | st.builds(Birthday, days, st.none() | st.integers(1850, 2030)) | st.just(Birthday(None))
pairs = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["", "1", "2"]))
names = ("given_name", "family_name", "display_name", "language", "home_location_id", "home_brand_id")
details = st.builds(
    PersonDetails,
    told=st.builds(Profile, st.none() | days, st.just(("vip",))),
    attributes=pairs.map(lambda some: {key: value for key, value in some.items() if value}),
    **dict.fromkeys(names, words),
)
changes = st.builds(DetailsChange, birthday=born, attributes=pairs, **dict.fromkeys(names, st.none() | words))


@given(details, changes)
def test_a_change_sets_what_it_names_and_leaves_the_rest(before: PersonDetails, change: DetailsChange) -> None:
    after = change.applied(before)
    for name in names:
        named = getattr(change, name)
        assert getattr(after, name) == (getattr(before, name) if named is None else named)
    if change.birthday is None:
        assert (after.told, after.birth_year) == (before.told, before.birth_year)
    else:
        assert (after.told.birthday, after.birth_year) == (change.birthday.day, change.birthday.year)
    for key in "abc":
        expected = change.attributes.get(key, before.attributes.get(key, ""))
        assert after.attributes.get(key, "") == expected
    assert "" not in after.attributes.values()
    assert after.told.segments == before.told.segments


@given(details, changes)
def test_a_change_is_told_where_something_differs_and_made_once(before: PersonDetails, change: DetailsChange) -> None:
    after = change.applied(before)
    assert bool(changed_details(before, after)) == (after != before)
    assert change.applied(after) == after


@given(details, st.none() | days)
def test_of_another_birthday_the_year_is_not_known(before: PersonDetails, day: MonthDay | None) -> None:
    after = with_told(before, Profile(day, ()))
    assert after.birth_year == (before.birth_year if day == before.told.birthday else None)


@given(st.integers(1, 3000), days)
def test_a_date_of_birth_is_one_of_the_calendar(year: int, day: MonthDay) -> None:
    try:
        expected = date(year, day.month, day.day) if year >= 1850 else None
    except ValueError:
        expected = None
    assert birth_date(Birthday(day, year)) == expected
    assert is_birth_date(year, day, date(2026, 7, 6)) == (expected is not None and expected <= date(2026, 7, 6))


@given(st.from_regex(r"[A-Za-z]{1,4}(-[A-Za-z0-9]{1,5}){0,3}", fullmatch=True))
def test_a_language_has_one_form_whatever_its_case(text: str) -> None:
    form = language_form(text)
    assert language_form(text.upper()) == language_form(text.lower()) == form
    assert form is None or (language_form(form) == form and form.lower() == text.lower())


preference = st.builds(Preference, st.sampled_from(["", "N"]), st.sampled_from("abcd"), st.sampled_from(["", "x"]))


@given(st.lists(preference, unique_by=lambda one: one.matter), st.lists(preference, unique_by=lambda one: one.matter))
def test_the_most_of_a_brand_are_counted_as_they_would_stand(kept: list[Preference], said: list[Preference]) -> None:
    now = datetime(2026, 7, 6, tzinfo=UTC)
    records = [PreferenceRecord("mem_1", n, one, now, "", "") for n, one in enumerate(kept, start=1) if one.value]
    standing = {one.matter: one.value for one in [*(r.said for r in records), *said]}
    counts = [sum(1 for (b, _), value in standing.items() if b == brand and value) for brand in ("", "N")]
    assert most_of_a_brand(records, said) == max(counts)
