from pathlib import Path
from typing import Any

import pytest

from chassis.runtime.application import Application, Policies, RegisteredService
from chassis.runtime.behaviour import Behaviour
from chassis.runtime.contract import MethodContract, ServiceContract
from chassis.runtime.interceptors.order import ORDER, in_order
from chassis.runtime.server import Server
from chassis.runtime.tokens import TokenVerifier
from tests.unit.chassis_runtime.echo import (
    ECHO,
    ROLES,
    EchoServicer,
    add_echo_servicer_to_server,
)
from tests.unit.chassis_runtime.keys import AUDIENCE, ISSUER, SigningKey, write_jwks


@pytest.fixture
def verifier(tmp_path: Path) -> TokenVerifier:
    return TokenVerifier(write_jwks(tmp_path / "jwks.json", SigningKey()), ISSUER, AUDIENCE)


def test_the_declared_order_is_the_reviewed_one() -> None:
    assert ORDER == (
        "telemetry",
        "errors",
        "caller",
        "lasting",
        "deadline",
        "refused",
        "authority",
        "peer",
        "limits",
        "velocity",
        "visibility",
        "audited",
    )


async def _inner(_request: Any, _context: Any) -> None: ...


def test_interceptors_stand_in_the_declared_order(verifier: TokenVerifier) -> None:
    method = ServiceContract.of(ECHO, ROLES).methods["Read"]
    wrapped: list[Behaviour] = [interceptor(method, _inner) for interceptor in in_order(verifier, Policies())]
    # Some have nothing to do with some methods, and leave those as they are.
    for name, behaviour in zip(ORDER, wrapped, strict=True):
        assert behaviour is _inner or behaviour.__module__.rpartition(".")[2] == name


def test_every_interceptor_is_a_file_of_its_name() -> None:
    import chassis.runtime.interceptors as room

    files = {file.stem for file in Path(room.__path__[0]).glob("*.py")}
    assert files == {*ORDER, "order", "__init__"}


def _application(contract: ServiceContract) -> Application:
    return Application([RegisteredService(contract, add_echo_servicer_to_server, EchoServicer())])


async def test_a_server_with_an_rpc_nobody_may_call_is_not_built(verifier: TokenVerifier) -> None:
    with pytest.raises(ValueError, match="declares no role"):
        Server(_application(ServiceContract.of(ECHO)), verifier)


async def test_a_server_whose_servicer_does_not_fit_its_contract_is_not_built(verifier: TokenVerifier) -> None:
    contract = ServiceContract.of(ECHO, ROLES)
    extra = MethodContract("/x/Y", contract.methods["Read"].idempotency, frozenset({"GUEST"}), False, False)
    with pytest.raises(ValueError, match="does not serve its contract"):
        Server(_application(ServiceContract(contract.full_name, {**contract.methods, "Y": extra})), verifier)
