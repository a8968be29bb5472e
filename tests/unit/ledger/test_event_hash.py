"""Links of the log: new ones cover the answer, older ones stay right."""

from chassis.values.canonical import GENESIS, chained_hash, chained_json_hash
from ledger_service.store.event_hash import event_hash, is_linked

PAYLOAD, ANSWER = b'{"points":1}', b'{"balance":1}'


def test_a_link_is_the_hash_of_payload_and_answer_as_one_canonical_value() -> None:
    assert event_hash(GENESIS, PAYLOAD, ANSWER) == chained_hash(GENESIS, "event/2", [{"points": 1}, {"balance": 1}])


def test_a_link_of_the_first_version_stays_right() -> None:
    assert is_linked(GENESIS, PAYLOAD, ANSWER, chained_json_hash(GENESIS, "event/1", PAYLOAD))


def test_another_answer_payload_or_predecessor_breaks_a_link() -> None:
    link = event_hash(GENESIS, PAYLOAD, ANSWER)
    assert is_linked(GENESIS, PAYLOAD, ANSWER, link)
    assert not is_linked(GENESIS, PAYLOAD, b'{"balance":2}', link)
    assert not is_linked(GENESIS, b'{"points":2}', ANSWER, link)
    assert not is_linked(link, PAYLOAD, ANSWER, link)
