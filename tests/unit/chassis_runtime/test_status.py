import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2
from hypothesis import given
from hypothesis import strategies as st

from chassis.runtime.status import DETAILS_KEY, from_rpc_error, to_status
from chassis.values.refusal import Code, Refusal, Violation


def _rpc_error(code: grpc.StatusCode, details: bytes | None = None) -> grpc.aio.AioRpcError:
    trailing = grpc.aio.Metadata() if details is None else grpc.aio.Metadata((DETAILS_KEY, details))
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), trailing, "said")


def _there_and_back(refusal: Refusal) -> Refusal:
    status = to_status(refusal, "")
    return from_rpc_error(_rpc_error(grpc.StatusCode.INTERNAL, status.SerializeToString()), "peer")


texts = st.text(max_size=40)


@given(
    code=st.sampled_from(Code),
    reason=st.text(min_size=1, max_size=40),
    metadata=st.dictionaries(texts, texts, max_size=5),
    violations=st.lists(st.builds(Violation, texts, texts), max_size=10),
    retry=st.none() | st.floats(0, 1e6),
)
def test_a_refusal_crosses_a_hop_unchanged(
    code: Code, reason: str, metadata: dict[str, str], violations: list[Violation], retry: float | None
) -> None:
    sent = Refusal(code, reason, "a.domain", "why", metadata, tuple(violations), retry)
    received = _there_and_back(sent)
    assert (received.code, received.reason, received.domain) == (code, reason, "a.domain")
    assert (received.message, received.metadata, received.violations) == ("why", metadata, tuple(violations))
    assert received.retry_after_seconds == (None if retry is None else pytest.approx(retry, abs=1e-9))


def test_there_is_exactly_one_error_info() -> None:
    status = to_status(Refusal(Code.NOT_FOUND, "X", "d", "m", {}, (Violation("f", "g"),), 1.0), "trace")
    infos = [detail for detail in status.details if detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR)]
    assert len(infos) == 1


def test_the_trace_id_is_in_the_metadata() -> None:
    status = to_status(Refusal(Code.NOT_FOUND, "X", "d", "m"), "abc")
    info = error_details_pb2.ErrorInfo()
    status.details[0].Unpack(info)
    assert info.metadata["trace_id"] == "abc"


def test_violations_that_do_not_fit_are_counted() -> None:
    many = tuple(Violation(f"lines[{n}]", "wrong") for n in range(2000))
    received = _there_and_back(Refusal(Code.INVALID_ARGUMENT, "MALFORMED", "d", "m", {}, many))
    assert int(received.metadata["violations_omitted"]) + len(received.violations) == 2000


@given(
    message=st.text(max_size=3000),
    metadata=st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=2000), max_size=4),
    violations=st.lists(st.builds(Violation, st.text(max_size=500), st.text(max_size=500)), max_size=30),
)
def test_details_always_fit_into_the_trailers(
    message: str, metadata: dict[str, str], violations: list[Violation]
) -> None:
    refusal = Refusal(Code.INVALID_ARGUMENT, "X", "d", message, metadata, tuple(violations), 1.0)
    assert to_status(refusal, "0" * 32).ByteSize() < 7_000


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (grpc.StatusCode.UNAVAILABLE, Code.UNAVAILABLE, "UNAVAILABLE"),
        (grpc.StatusCode.CANCELLED, Code.UNAVAILABLE, "UNAVAILABLE"),
        (grpc.StatusCode.DEADLINE_EXCEEDED, Code.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED"),
        (grpc.StatusCode.UNKNOWN, Code.INTERNAL, "INTERNAL"),
        (grpc.StatusCode.UNIMPLEMENTED, Code.INTERNAL, "INTERNAL"),
    ],
)
def test_a_status_without_details_becomes_a_generic_refusal(status: grpc.StatusCode, code: Code, reason: str) -> None:
    refusal = from_rpc_error(_rpc_error(status), "peer")
    assert (refusal.code, refusal.reason, refusal.domain) == (code, reason, "type.loyalty")


def test_an_unreachable_peer_says_when_to_come_back() -> None:
    assert from_rpc_error(_rpc_error(grpc.StatusCode.UNAVAILABLE), "peer").retry_after_seconds is not None


@pytest.mark.parametrize(
    "details",
    [b"\xff\xff", b"", status_pb2.Status(code=99).SerializeToString(), status_pb2.Status(code=5).SerializeToString()],
)
def test_details_that_are_not_ours_are_ignored(details: bytes) -> None:
    assert from_rpc_error(_rpc_error(grpc.StatusCode.UNAVAILABLE, details), "peer").reason == "UNAVAILABLE"
