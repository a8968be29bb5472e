"""Profiles in versions, consents and preferences in records."""

import json
import random
from typing import Any

import pytest
from loyalty.identity.v1 import person_pb2
from loyalty.identity.v1 import person_service_pb2 as messages

from chassis.values.refusal import Refusal
from tests.integration.identity.calls import email, enroll, question, update
from tests.integration.identity.house import House, People, Stub
from tests.integration.identity.people import consent, consents, preferences, profile, said_of
from tests.integration.identity.test_bad_input import violations_of
from tests.integration.identity.test_records import audit_of
from tests.integration.identity.test_resolve_members import merge

EMAIL, SMS = person_pb2.CONTACT_CHANNEL_EMAIL, person_pb2.CONTACT_CHANNEL_SMS
MARKETING, PROFILING = person_pb2.CONSENT_PURPOSE_MARKETING, person_pb2.CONSENT_PURPOSE_PROFILING
EVERYTHING: dict[str, Any] = {
    "given_name": "Ada",
    "family_name": "Example",
    "display_name": "A.",
    "birthday": person_pb2.Birthday(month=2, day=29, year=2004),
    "language": "DE-ch",
    "home_location_id": "loc-4",
    "home_brand_id": "NORTH",
    "attributes": {"shoe-size": "38", "household": "2"},
}


async def enrolled(till: Stub, name: str) -> str:
    return str((await till.EnrollMember(enroll(email(name)))).member.member_id)


async def current(office: People, member: str) -> person_pb2.Profile:
    return (await office.GetProfile(messages.GetProfileRequest(program_id="grove", member_id=member))).profile


async def versions(office: People, member: str) -> list[person_pb2.ProfileVersion]:
    request = messages.ListProfileHistoryRequest(program_id="grove", member_id=member)
    return list((await office.ListProfileHistory(request)).versions)


async def last_consents(office: People, member: str) -> list[person_pb2.ConsentRecord]:
    return list(
        (await office.ListConsents(messages.ListConsentsRequest(program_id="grove", member_id=member))).consents
    )


async def likes(office: People, member: str) -> dict[tuple[str, str], str]:
    request = messages.ListPreferencesRequest(program_id="grove", member_id=member)
    told = (await office.ListPreferences(request)).preferences
    return {(one.preference.brand_id, one.preference.key): one.preference.value for one in told}


async def reason_of(call: object) -> str:
    with pytest.raises(Refusal) as refused:
        await call  # type: ignore[misc]
    return refused.value.reason


async def test_of_a_new_member_nothing_is_known(till: Stub, office: People) -> None:
    assert await current(office, await enrolled(till, "unknown")) == person_pb2.Profile()


async def test_a_profile_is_told_as_it_was_set(till: Stub, office: People) -> None:
    member = await enrolled(till, "profiled")
    answer = await office.UpdateProfile(profile(member, **EVERYTHING))
    assert answer.profile == person_pb2.Profile(**EVERYTHING | {"version": 1, "language": "de-CH"})
    assert await current(office, member) == answer.profile


async def test_what_is_absent_stays_and_what_is_empty_goes(till: Stub, office: People) -> None:
    member = await enrolled(till, "partly")
    await office.UpdateProfile(profile(member, **EVERYTHING))
    changed = await office.UpdateProfile(
        profile(member, given_name="Ida", display_name="", attributes={"household": "", "hat": "L"})
    )
    expected = person_pb2.Profile(**EVERYTHING | {"version": 2, "language": "de-CH", "given_name": "Ida"})
    expected.display_name = ""
    del expected.attributes["household"]
    expected.attributes["hat"] = "L"
    assert changed.profile == expected
    gone = await office.UpdateProfile(profile(member, birthday=person_pb2.Birthday()))
    assert not gone.profile.HasField("birthday")


async def test_every_version_stays_with_who_made_it_when_and_what_changed(till: Stub, office: People) -> None:
    member = await enrolled(till, "versions")
    await office.UpdateProfile(profile(member, given_name="Ada", language="en", request_id="v-1"))
    await till.UpdateMember(update(member, birthday=(3, 1), segments=["vip"], request_id="v-2"))
    await office.UpdateProfile(profile(member, birthday=person_pb2.Birthday(month=3, day=1, year=1990)))
    await till.UpdateMember(update(member, birthday=(3, 2)))
    told = await versions(office, member)
    assert [(list(one.changed_fields), one.caller) for one in told] == [
        (["given_name", "language"], "office"),
        (["birthday", "segments"], "till"),
        (["birthday"], "office"),
        (["birthday"], "till"),
    ]
    assert [one.profile.birthday.year for one in told] == [0, 0, 1990, 0]
    assert [one.request_id for one in told[:2]] == ["v-1", "v-2"]
    assert all(one.profile.given_name == "Ada" for one in told)


async def test_setting_what_is_so_makes_no_version(till: Stub, office: People) -> None:
    member = await enrolled(till, "idle")
    for _ in range(2):
        assert (await office.UpdateProfile(profile(member, **EVERYTHING))).profile.version == 1
    assert len(await versions(office, member)) == 1


async def test_a_repeat_shows_the_version_of_then(till: Stub, office: People) -> None:
    member = await enrolled(till, "of-then")
    request = profile(member, given_name="Ada")
    first = await office.UpdateProfile(request)
    await office.UpdateProfile(profile(member, given_name="Ida"))
    assert await office.UpdateProfile(request) == first
    request.given_name = "Eda"
    assert await reason_of(office.UpdateProfile(request)) == "REQUEST_ID_REUSED"


async def test_composed_and_decomposed_names_are_one(till: Stub, office: People) -> None:
    member = await enrolled(till, "composed")
    await office.UpdateProfile(profile(member, given_name="Zoe\u0308"))
    assert (await office.UpdateProfile(profile(member, given_name="Zo\u00eb"))).profile.version == 1


async def test_the_home_location_of_the_profile_goes_before_that_of_the_enrolment(till: Stub, office: People) -> None:
    member = (await till.EnrollMember(enroll(email("moved-house"), home_location_id="loc-1"))).member.member_id
    await office.UpdateProfile(profile(member, home_location_id="loc-2"))
    assert (await till.ResolveMember(question(member))).resolution.home_location_id == "loc-2"
    await office.UpdateProfile(profile(member, home_location_id=""))
    assert (await till.ResolveMember(question(member))).resolution.home_location_id == "loc-1"


async def test_locations_and_brands_are_those_of_the_live_revision(till: Stub, office: People) -> None:
    member = await enrolled(till, "nowhere")
    assert await reason_of(office.UpdateProfile(profile(member, home_location_id="loc-99"))) == "LOCATION_NOT_FOUND"
    assert await reason_of(office.UpdateProfile(profile(member, home_brand_id="EAST"))) == "BRAND_NOT_FOUND"
    assert await reason_of(office.SetConsents(consents(member, consent(brand="EAST")))) == "BRAND_NOT_FOUND"
    assert await reason_of(office.SetPreferences(preferences(member, {"a": "b"}, brand="EAST"))) == "BRAND_NOT_FOUND"
    refused = till.EnrollMember(enroll(email("nowhere-2"), home_location_id="loc-99"))
    assert await reason_of(refused) == "LOCATION_NOT_FOUND"


async def test_a_member_has_at_most_64_attributes(till: Stub, office: People) -> None:
    member = await enrolled(till, "many-attributes")
    await office.UpdateProfile(profile(member, attributes={f"a{n}": "x" for n in range(64)}))
    assert await reason_of(office.UpdateProfile(profile(member, attributes={"more": "x"}))) == "TOO_MANY_VALUES"
    await office.UpdateProfile(profile(member, attributes={"a0": "", "more": "x"}))
    faults = await violations_of(office.UpdateProfile(profile(member, attributes={f"b{n}": "x" for n in range(65)})))
    assert faults.keys() == {"attributes"}


async def test_all_faults_of_a_profile_are_listed_without_its_values(office: People) -> None:
    call = office.UpdateProfile(
        profile(
            "mem x",
            given_name="zq\u202e",
            family_name="=zq()",
            display_name="z" * 129,
            birthday=person_pb2.Birthday(month=2, day=29, year=2003),
            language="zq_zq",
            home_location_id="zq zq",
            attributes={"zq zq": "x", "k": "z" * 257},
        )
    )
    with pytest.raises(Refusal) as refused:
        await call
    assert {violation.field for violation in refused.value.violations} == {
        "member_id",
        "given_name",
        "family_name",
        "display_name",
        "birthday.year",
        "language",
        "home_location_id",
        "attributes",
    }
    assert "zq" not in f"{refused.value.message} {dict(refused.value.metadata)} {refused.value.violations}"


async def test_nobody_is_born_in_the_future(till: Stub, office: People) -> None:
    member = await enrolled(till, "unborn-yet")
    call = office.UpdateProfile(profile(member, birthday=person_pb2.Birthday(month=1, day=1, year=2199)))
    assert (await violations_of(call)).keys() == {"birthday.year"}


async def test_the_last_word_on_each_matter_counts_and_every_word_stays(till: Stub, office: People) -> None:
    member = await enrolled(till, "consenting")
    await office.SetConsents(
        consents(member, consent(day=1), consent(channel=SMS, day=1), consent(PROFILING, 0, day=1))
    )
    await office.SetConsents(consents(member, consent(granted=False, day=3, brand="NORTH")))
    await office.SetConsents(consents(member, consent(channel=SMS, granted=False, day=5)))
    late = await office.SetConsents(consents(member, consent(channel=SMS, day=2)))
    assert [record.number for record in late.records] == [6]
    assert said_of(await last_consents(office, member)) == [
        ("", 0, PROFILING, True),
        ("", EMAIL, MARKETING, True),
        ("", SMS, MARKETING, False),
        ("NORTH", EMAIL, MARKETING, False),
    ]
    request = messages.ListConsentHistoryRequest(program_id="grove", member_id=member, page_size=4)
    first = await office.ListConsentHistory(request)
    request.page_token = first.next_page_token
    second = await office.ListConsentHistory(request)
    assert [record.number for record in (*first.records, *second.records)] == [1, 2, 3, 4, 5, 6]
    assert second.next_page_token == ""


async def test_consents_are_repeated_as_they_were_written_down(till: Stub, office: People) -> None:
    member = await enrolled(till, "consent-repeat")
    request = consents(member, consent(), consent(channel=SMS))
    first = await office.SetConsents(request)
    await office.SetConsents(consents(member, consent(granted=False, day=1)))
    assert await office.SetConsents(request) == first
    assert len(await versions(office, member)) == 0


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (consent(PROFILING, EMAIL), "consents[0].channel"),
        (consent(MARKETING, 0), "consents[0].channel"),
        (consent(0, EMAIL), "consents[0].purpose"),
        (consent(MARKETING, 9), "consents[0].channel"),
        (consent(wording=""), "consents[0].wording_version"),
        (consent(source="a form"), "consents[0].source"),
        (consent(brand="a brand"), "consents[0].brand_id"),
    ],
)
async def test_a_faulty_consent_is_told(office: People, said: person_pb2.Consent, field: str) -> None:
    assert (await violations_of(office.SetConsents(consents("mem_1", said)))).keys() == {field}


async def test_a_matter_is_named_once_a_call(office: People) -> None:
    faults = await violations_of(office.SetConsents(consents("mem_1", consent(), consent(granted=False))))
    assert faults.keys() == {"consents"}


async def test_the_last_value_of_a_preference_counts_and_an_empty_one_takes_it_away(till: Stub, office: People) -> None:
    member = await enrolled(till, "liking")
    await office.SetPreferences(preferences(member, {"shoes": "38", "colour": "red"}, brand="NORTH"))
    await office.SetPreferences(preferences(member, {"shoes": "39"}))
    await office.SetPreferences(preferences(member, {"colour": ""}, brand="NORTH"))
    assert await likes(office, member) == {("", "shoes"): "39", ("NORTH", "shoes"): "38"}


async def test_a_member_has_at_most_64_preferences_of_a_brand(till: Stub, office: People) -> None:
    member = await enrolled(till, "picky")
    await office.SetPreferences(preferences(member, {f"k{n}": "x" for n in range(64)}))
    assert await reason_of(office.SetPreferences(preferences(member, {"more": "x"}))) == "TOO_MANY_VALUES"
    await office.SetPreferences(preferences(member, {"more": "x"}, brand="NORTH"))
    await office.SetPreferences(preferences(member, {"k0": "", "more": "x"}))


async def test_of_a_merged_person_the_last_word_of_any_home_counts(till: Stub, office: People, house: House) -> None:
    absorbed, root = await enrolled(till, "two-1"), await enrolled(till, "two-2")
    await office.SetConsents(consents(absorbed, consent(granted=False, day=2), consent(channel=SMS, day=2)))
    await office.SetConsents(consents(root, consent(day=1)))
    async with house.sql(owner=True) as sql:
        await merge(sql, absorbed, root)
    assert said_of(await last_consents(office, root)) == [
        ("", EMAIL, MARKETING, False),
        ("", SMS, MARKETING, True),
    ]
    [record] = (await office.SetConsents(consents(absorbed, consent(day=3)))).records
    assert (record.member_id, record.number) == (root, 2)


async def test_what_is_written_down_is_audited_by_number_alone(till: Stub, office: People, house: House) -> None:
    member = await enrolled(till, "audited-consents")
    await office.SetConsents(consents(member, consent(), consent(channel=SMS)))
    await office.SetPreferences(preferences(member, {"zq": "zq"}))
    assert [(r["action"], json.loads(r["detail"])) for r in (await audit_of(house, member))[1:]] == [
        ("CONSENTS_SET", {"first": 1, "last": 2}),
        ("PREFERENCES_SET", {"first": 1, "last": 1}),
    ]


async def test_of_nobody_nothing_is_told(office: People) -> None:
    for call in (
        office.GetProfile(messages.GetProfileRequest(program_id="grove", member_id="mem_nobody")),
        office.ListConsents(messages.ListConsentsRequest(program_id="grove", member_id="mem_nobody")),
        office.UpdateProfile(profile("mem_nobody", given_name="Ada")),
        office.SetConsents(consents("mem_nobody", consent())),
    ):
        assert await reason_of(call) == "MEMBER_NOT_FOUND"


async def test_a_till_sees_no_profile(house: House) -> None:
    async with house.people("till", roles=("POS",)) as till:
        call = till.GetProfile(messages.GetProfileRequest(program_id="grove", member_id="mem_1"))
        assert await reason_of(call) == "ROLE_NOT_ALLOWED"


async def test_a_member_tells_of_itself_alone(till: Stub, house: House) -> None:
    mine, other = await enrolled(till, "self-1"), await enrolled(till, "self-2")
    async with house.people("app", roles=("MEMBER",), member=mine) as app:
        await app.UpdateProfile(profile(mine, given_name="Ada", birthday=person_pb2.Birthday(month=1, day=2)))
        told = await current(app, mine)
        assert (told.given_name, told.birthday.day) == ("Ada", 2)
        await app.SetConsents(consents(mine, consent()))
        for call in (
            app.GetProfile(messages.GetProfileRequest(program_id="grove", member_id=other)),
            app.UpdateProfile(profile(other, given_name="Ada")),
            app.SetConsents(consents(other, consent())),
        ):
            assert await reason_of(call) not in ("MEMBER_NOT_FOUND", "INTERNAL")


async def test_who_runs_a_location_sees_names_and_no_birthdays(till: Stub, office: People, house: House) -> None:
    member = await enrolled(till, "half-seen")
    await office.UpdateProfile(profile(member, **EVERYTHING))
    async with house.people("manager", roles=("LOCATION_MANAGER",)) as manager:
        told = await current(manager, member)
    assert (told.given_name, told.HasField("birthday"), dict(told.attributes)) == ("Ada", False, {})


@pytest.mark.parametrize("seed", range(3))
async def test_the_last_words_are_those_of_a_model(till: Stub, office: People, house: House, seed: int) -> None:
    """Two homes of one person, told of at random: of each matter what was said last counts."""
    chance = random.Random(seed)
    homes = [await enrolled(till, f"model-{seed}-{n}") for n in range(2)]
    last: dict[tuple[str, int], tuple[int, int, bool]] = {}
    for turn in range(10):
        home, said = chance.randrange(2), []
        for brand in chance.sample(["", "NORTH", "HARBOR"], chance.randint(1, 3)):
            channel, day, granted = chance.randint(1, 2), chance.randrange(6), chance.random() < 0.5
            said.append(consent(channel=channel, brand=brand, day=day, granted=granted))
            matter = brand, channel
            last[matter] = max(last.get(matter, (-1, -1, False)), (day, turn, granted))
        await office.SetConsents(consents(homes[home], *said))
    async with house.sql(owner=True) as sql:
        await merge(sql, *homes)
    assert {
        (brand, channel): granted for brand, channel, _, granted in said_of(await last_consents(office, homes[0]))
    } == {matter: granted for matter, (_, _, granted) in last.items()}
