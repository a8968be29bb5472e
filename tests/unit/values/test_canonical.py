"""The canonical encoding: what is hashed for storage."""

import hmac
from hashlib import sha256

import pytest

from chassis.values.canonical import (
    GENESIS,
    Plain,
    chained_hash,
    chained_json_hash,
    content_hash,
    encode,
    fingerprint,
)


def test_the_encoding_is_a_tag_and_compact_json() -> None:
    assert encode("thing/1", {"b": [1, None, True], "a": "ä"}) == 'thing/1\0{"a":"ä","b":[1,null,true]}'.encode()


def test_the_tag_is_part_of_the_hash() -> None:
    assert content_hash("a/1", 1) != content_hash("a/2", 1)


def test_a_link_hashes_the_one_before() -> None:
    assert chained_hash(GENESIS, "a/1", 1) == sha256(GENESIS + b"a/1\x001").digest()


def test_a_link_of_ready_json_is_the_same_link() -> None:
    assert chained_json_hash(GENESIS, "a/1", b'{"x":1}') == chained_hash(GENESIS, "a/1", {"x": 1})


def test_a_fingerprint_is_keyed() -> None:
    assert fingerprint(b"k", "a/1", 1) == hmac.digest(b"k", b"a/1\x001", "sha256") != fingerprint(b"l", "a/1", 1)


@pytest.mark.parametrize("value", [1.0, [1, 0.5], {"a": [{"b": 2.5}]}, float("nan")])
def test_a_floating_point_number_is_a_fault(value: Plain) -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        encode("a/1", value)


@pytest.mark.parametrize("value", [{1: 2}, {None: 1}, {True: 1}, {"a": {2: "b"}}])
def test_a_key_that_is_no_text_is_a_fault(value: Plain) -> None:
    with pytest.raises(TypeError):
        encode("a/1", value)


@pytest.mark.parametrize("value", [b"x", {"a": {1, 2}}, object()])
def test_what_json_does_not_know_is_a_fault(value: Plain) -> None:
    with pytest.raises(TypeError):
        encode("a/1", value)
