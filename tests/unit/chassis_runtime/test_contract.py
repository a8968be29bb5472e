from chassis.runtime.contract import Idempotency, ServiceContract
from tests.unit.chassis_runtime.echo import ECHO, GAP, ROLES


def test_methods_are_named_by_their_path() -> None:
    assert ServiceContract.of(ECHO).methods["Read"].full_method == "/chassistest.v1.EchoService/Read"


def test_roles_lose_their_enums_prefix() -> None:
    assert ServiceContract.of(ECHO, ROLES).methods["Read"].roles == {"GUEST", "KEEPER"}


def test_idempotency_is_read() -> None:
    methods = ServiceContract.of(ECHO).methods
    assert [methods[name].idempotency for name in ("Read", "Change", "Append")] == [
        Idempotency.NO_SIDE_EFFECTS,
        Idempotency.IDEMPOTENT,
        Idempotency.UNKNOWN,
    ]


def test_an_undeclared_method_may_not_be_repeated() -> None:
    assert not Idempotency.UNKNOWN.may_repeat


def test_streaming_is_read() -> None:
    talk = ServiceContract.of(ECHO).methods["Talk"]
    assert (talk.client_streaming, talk.server_streaming) == (True, True)


def test_an_rpc_without_roles_is_a_gap() -> None:
    assert ServiceContract.of(GAP, ROLES).without_roles() == ("/chassistest.v1.GapService/Read",)
