"""Refusals as data of a batch: nothing is lost on the way."""

from loyalty.type.v1 import refusal_pb2

from chassis.runtime.item_refusal import refusal_fields, refusal_from
from chassis.values.refusal import Code, Refusal, Violation


def test_a_refusal_survives_the_message() -> None:
    refusal = Refusal(
        Code.NOT_FOUND,
        "LOCATION_NOT_FOUND",
        "rules.loyalty",
        "no such place",
        {"location_id": "x"},
        (Violation("a", "b"),),
    )
    message = refusal_pb2.Refusal(**refusal_fields(refusal))
    again = refusal_from(message)
    assert (again.code, again.reason, again.domain, again.message) == (
        refusal.code,
        refusal.reason,
        refusal.domain,
        refusal.message,
    )
    assert (dict(again.metadata), again.violations) == (dict(refusal.metadata), refusal.violations)
