"""loyalty.identity.v1.PersonService."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from loyalty.identity.v1 import person_service_pb2 as messages
from loyalty.identity.v1 import person_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from identity_service.domain.seen import person_seen, version_seen
from identity_service.servicer.common import calling, tell_replayed
from identity_service.use_cases.erase_member import EraseMember
from identity_service.use_cases.export_member import ExportMember
from identity_service.use_cases.read_person import ReadPerson
from identity_service.use_cases.set_consents import SetConsents, SetPreferences
from identity_service.use_cases.update_profile import UpdateProfile
from identity_service.wire import people as wire
from identity_service.wire import profiles


@dataclass(frozen=True, slots=True)
class PersonServicer(stubs.PersonServiceServicer):
    """loyalty.identity.v1.PersonService."""

    read: ReadPerson
    update_profile: UpdateProfile
    set_consents: SetConsents
    set_preferences: SetPreferences
    erase_member: EraseMember
    export_member: ExportMember

    async def GetProfile(self, request: messages.GetProfileRequest, context: Context) -> messages.GetProfileResponse:
        caller = calling()
        person = person_seen(await self.read.person(caller, wire.asked_alone(request)), caller)
        return messages.GetProfileResponse(profile=profiles.profile_message(person.version, person.details))

    async def UpdateProfile(
        self, request: messages.UpdateProfileRequest, context: Context
    ) -> messages.UpdateProfileResponse:
        (asked, change), caller = wire.update_of(request), calling()
        told = await self.update_profile(caller, request.request_id, asked, change)
        tell_replayed(context, told.replayed)
        if told.answer is None:
            return messages.UpdateProfileResponse()
        version = version_seen(told.answer, caller)
        return messages.UpdateProfileResponse(profile=profiles.profile_message(version.number, version.details))

    async def ListProfileHistory(
        self, request: messages.ListProfileHistoryRequest, context: Context
    ) -> messages.ListProfileHistoryResponse:
        asked, paging, question = wire.listing_of(request)
        return profiles.versions_page(await self.read.profile_history(calling(), asked, paging), question)

    async def SetConsents(self, request: messages.SetConsentsRequest, context: Context) -> messages.SetConsentsResponse:
        told = await self.set_consents(calling(), request.request_id, *wire.consents_of(request))
        tell_replayed(context, told.replayed)
        return messages.SetConsentsResponse(records=map(wire.consent_message, told.answer))

    async def ListConsents(
        self, request: messages.ListConsentsRequest, context: Context
    ) -> messages.ListConsentsResponse:
        records = await self.read.consents(calling(), wire.asked_alone(request))
        return messages.ListConsentsResponse(consents=map(wire.consent_message, records))

    async def ListConsentHistory(
        self, request: messages.ListConsentHistoryRequest, context: Context
    ) -> messages.ListConsentHistoryResponse:
        asked, paging, question = wire.listing_of(request)
        return wire.consents_page(await self.read.consent_history(calling(), asked, paging), question)

    async def SetPreferences(
        self, request: messages.SetPreferencesRequest, context: Context
    ) -> messages.SetPreferencesResponse:
        told = await self.set_preferences(calling(), request.request_id, *wire.preferences_of(request))
        tell_replayed(context, told.replayed)
        return messages.SetPreferencesResponse(records=map(wire.preference_message, told.answer))

    async def ListPreferences(
        self, request: messages.ListPreferencesRequest, context: Context
    ) -> messages.ListPreferencesResponse:
        records = await self.read.preferences(calling(), wire.asked_alone(request))
        return messages.ListPreferencesResponse(preferences=map(wire.preference_message, records))

    async def ListPreferenceHistory(
        self, request: messages.ListPreferenceHistoryRequest, context: Context
    ) -> messages.ListPreferenceHistoryResponse:
        asked, paging, question = wire.listing_of(request)
        return wire.preferences_page(await self.read.preference_history(calling(), asked, paging), question)

    async def EraseMember(self, request: messages.EraseMemberRequest, context: Context) -> messages.EraseMemberResponse:
        told = await self.erase_member(calling(), request.request_id, *wire.erasure_of(request))
        tell_replayed(context, told.replayed)
        return profiles.erased_message(told.answer)

    async def ExportMember(
        self, request: messages.ExportMemberRequest, context: Context
    ) -> AsyncIterator[messages.ExportMemberResponse]:
        async for part in self.export_member(calling(), wire.asked_alone(request)):
            yield wire.part_message(part)
