"""Every rpc of every service × every role × whose division: what the table declares is what the running code does.

The services run in this process over real databases, behind the interceptors of their servers; what is expected is
computed from the descriptors by code of its own (tests/support/policy.py).
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest
import pytest_asyncio

import identity_service.app
import identity_service.settings
import ledger_service.app
import ledger_service.settings
import rules_service.app
import rules_service.settings
import settlement_service.app
import settlement_service.settings
from chassis.runtime.application import Application
from chassis.runtime.contract import MethodContract, ServiceContract
from chassis.runtime.places import Lying
from deploy.local.stack import LocalStack
from tests.support.in_process import InProcess, application_of
from tests.support.policy import ALLOWED, CLAIMS, OWN, PERMISSIONS, ROLES, Claims, expected, request_of
from tests.support.servers import Databases

SERVICES = ("identity", "ledger", "rules", "settlement")
_PACKAGES: Mapping[str, tuple[Any, Any]] = {
    "identity": (identity_service.app, identity_service.settings.Settings),
    "ledger": (ledger_service.app, ledger_service.settings.Settings),
    "rules": (rules_service.app, rules_service.settings.RulesSettings),
    "settlement": (settlement_service.app, settlement_service.settings.Settings),
}
AT_ONCE = 64
BY_THE_LOG = "loyalty.type.v1.AuditService."
"""Every process serves it about a log of its own; which of the declared roles may read that, the process says."""


@dataclass(frozen=True, slots=True)
class _Place:
    region: str
    operator: str


PLACES: Mapping[str, Mapping[str, Lying]] = {
    OWN["PROGRAM"]: {OWN["LOCATION"]: _Place(OWN["REGION"], OWN["OPERATOR"]), "elsewhere": _Place("WEST", "bob")}
}


def places(program: str) -> Mapping[str, Lying]:
    """Where locations lie."""
    return PLACES.get(program, {})


@pytest_asyncio.fixture(scope="module")
async def applications(stack: LocalStack) -> AsyncIterator[Mapping[str, Application]]:
    """All four; the ledger has a database of its own, since it owns the lanes of the one it has."""
    async with AsyncExitStack() as exits:
        built = {}
        for service in SERVICES:
            package, settings = _PACKAGES[service]
            database = stack.database(service)
            if service == "ledger":
                database = await exits.enter_async_context(Databases(stack).fresh(service, LEDGER_PARTITIONS="4"))
            built[service] = await exits.enter_async_context(
                application_of(service, package, settings, stack, database)
            )
        yield built


def token_of(stack: LocalStack, role: str, claims: Claims) -> str:
    """A token of one role."""

    def named(kind: str) -> tuple[str, ...]:
        return (claims.names[kind],) if kind in claims.names else ()

    return stack.token(
        "matrix",
        programs=claims.programs,
        roles=[role],
        brands=named("BRAND"),
        regions=named("REGION"),
        locations=named("LOCATION"),
        operators=named("OPERATOR"),
        member=claims.names.get("MEMBER", ""),
    )


async def differences(process: InProcess, stack: LocalStack) -> list[str]:
    """Where what comes of a call is not what the table says."""
    slots, found = asyncio.Semaphore(AT_ONCE), []
    tokens = {(role, claims.name): token_of(stack, role, claims) for role in ROLES for claims in CLAIMS}

    async def compare(name: str, role: str, claims: Claims, number: int) -> None:
        method = process.methods[name]
        wanted = expected(method, role, claims)
        async with slots:
            reason = await process.outcome(name, request_of(method, number), tokens[role, claims.name])
        came = reason if reason in PERMISSIONS else ALLOWED
        if name.startswith(BY_THE_LOG) and ALLOWED in wanted:
            wanted |= {"ROLE_NOT_ALLOWED"}
        if came not in wanted:
            found.append(f"{name} by {role} with {claims.name}: {reason}, not {' or '.join(sorted(wanted))}")

    async with asyncio.TaskGroup() as group:
        number = 0
        for name in process.methods:
            for role in ROLES:
                for claims in CLAIMS:
                    number += 1
                    group.create_task(compare(name, role, claims, number))
    return sorted(found)


@pytest.mark.parametrize("service", SERVICES)
async def test_every_rpc_lets_in_whom_the_table_says(
    applications: Mapping[str, Application], stack: LocalStack, service: str
) -> None:
    process = InProcess(applications[service], stack, places)
    assert await differences(process, stack) == []


@pytest.mark.parametrize("service", SERVICES)
async def test_nobody_is_let_in_without_a_token(
    applications: Mapping[str, Application], stack: LocalStack, service: str
) -> None:
    process = InProcess(applications[service], stack, places)
    for name, method in process.methods.items():
        assert await process.outcome(name, request_of(method, 0), "") == "TOKEN_MISSING"


def weakened(application: Application, rpc: str, **changes: Any) -> Mapping[str, ServiceContract]:
    """The contract of the service that has an rpc, with that one changed."""
    [service] = [each for each in application.services if rpc in each.contract.methods]
    methods: dict[str, MethodContract] = dict(service.contract.methods)
    methods[rpc] = replace(methods[rpc], **changes)
    return {service.contract.full_name: ServiceContract(service.contract.full_name, methods)}


async def test_the_matrix_finds_an_rpc_whose_check_is_gone(
    applications: Mapping[str, Application], stack: LocalStack
) -> None:
    contracts = weakened(applications["ledger"], "GetWallet", divisions=())
    found = await differences(InProcess(applications["ledger"], stack, places, contracts, only="GetWallet"), stack)
    assert any("GetWallet by MEMBER with another division" in difference for difference in found)


async def test_the_matrix_finds_an_rpc_that_one_role_too_many_may_call(
    applications: Mapping[str, Application], stack: LocalStack
) -> None:
    contracts = weakened(applications["ledger"], "GetWallet", roles=frozenset({"POS", "ANALYST"}))
    found = await differences(InProcess(applications["ledger"], stack, places, contracts, only="GetWallet"), stack)
    assert any("GetWallet by ANALYST with own division" in difference for difference in found)
