"""Ids: their shape, where they come from, and the bucket of a member."""

from hashlib import sha256

import pytest

from chassis.values.ids import BUCKETS, bucket_of, hash_of, is_id, made_id, partition_of


@pytest.mark.parametrize("text", ["a", "A1", "mem_1", "a.b:c/d@e+f-g_h", "x" * 128])
def test_printable_ascii_is_an_id(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize("text", ["", "_a", "-a", "a b", "a\n", "ä", "a\x00", "x" * 129, "a{b}", "a\u200b"])
def test_anything_else_is_not(text: str) -> None:
    assert not is_id(text)


def test_parts_are_hashed_with_their_lengths() -> None:
    assert hash_of("ab", "c") != hash_of("a", "bc") != hash_of("abc")


def test_an_auditor_can_recompute_a_hash_of_parts() -> None:
    assert hash_of("prg", "ana") == sha256(b"\0\0\0\x03prg\0\0\0\x03ana").digest()


def test_the_bucket_is_the_first_byte() -> None:
    assert bucket_of("prg", "ana") == hash_of("prg", "ana")[0]


def test_members_spread_over_all_buckets() -> None:
    assert len({bucket_of("prg", f"m{n}") for n in range(4_000)}) == BUCKETS


def test_members_spread_over_all_partitions() -> None:
    assert {partition_of(bucket_of("prg", f"m{n}"), 4) for n in range(100)} == {0, 1, 2, 3}


def test_a_made_id_is_made_again_of_the_same_parts() -> None:
    assert made_id("acc", "prg", "ana") == made_id("acc", "prg", "ana")


def test_a_made_id_says_what_it_names_and_has_112_bits_of_the_hash() -> None:
    assert made_id("acc", "prg", "ana") == f"acc_{hash_of('prg', 'ana')[:14].hex()}"


def test_a_made_id_is_an_id() -> None:
    assert is_id(made_id("acc", "prg", "ana"))
