"""Wires PersonService: profiles, consents, erasure and export."""

from loyalty.identity.v1 import person_service_pb2
from loyalty.identity.v1.person_service_pb2_grpc import add_PersonServiceServicer_to_server

from chassis.runtime.application import RegisteredService
from identity_service.app.parts import Parts, contract_of
from identity_service.servicer.people import PersonServicer
from identity_service.store.people import PostgresPeople
from identity_service.use_cases.change_identifier import People
from identity_service.use_cases.erase_member import EraseMember
from identity_service.use_cases.export_member import ExportMember
from identity_service.use_cases.read_person import ReadPerson
from identity_service.use_cases.set_consents import SetConsents, SetPreferences
from identity_service.use_cases.update_profile import UpdateProfile

_CONTRACT = contract_of(person_service_pb2.DESCRIPTOR.services_by_name["PersonService"])


def people_of(parts: Parts) -> People:
    """What the use cases on persons share."""
    return People(PostgresPeople(parts.database), parts.programs, parts.fingerprints, parts.clock)


def people_shown(parts: Parts) -> People:
    """The same for what is told to callers: of others than whom the call is about there are no rows."""
    return People(PostgresPeople(parts.shown), parts.programs, parts.fingerprints, parts.clock)


def people_service(parts: Parts) -> RegisteredService:
    """The service, wired."""
    people, shown = people_of(parts), people_shown(parts)
    servicer = PersonServicer(
        ReadPerson(shown),
        UpdateProfile(people),
        SetConsents(people),
        SetPreferences(people),
        EraseMember(people),
        ExportMember(shown),
    )
    return RegisteredService(_CONTRACT, add_PersonServiceServicer_to_server, servicer)
