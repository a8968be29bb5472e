"""The canonical encoding of any plain value."""

import json
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from chassis.values.canonical import Plain, content_hash, encode, fingerprint

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
PLAIN: st.SearchStrategy[Plain] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def shuffled(value: Plain, random: Random) -> Plain:
    """The same value with the keys of its objects in another order."""
    if isinstance(value, dict):
        items = [(key, shuffled(inner, random)) for key, inner in value.items()]
        random.shuffle(items)
        return dict(items)
    return [shuffled(inner, random) for inner in value] if isinstance(value, list) else value


@given(PLAIN, st.randoms())
def test_the_order_of_keys_does_not_count(value: Plain, random: Random) -> None:
    assert encode("a/1", value) == encode("a/1", shuffled(value, random))


@given(PLAIN)
def test_any_json_library_reads_it_back(value: Plain) -> None:
    assert json.loads(encode("a/1", value).removeprefix(b"a/1\0")) == value


@given(PLAIN, PLAIN)
def test_different_values_hash_differently(one: Plain, other: Plain) -> None:
    assume(json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True))
    assert content_hash("a/1", one) != content_hash("a/1", other)
    assert fingerprint(b"k", "a/1", one) != fingerprint(b"k", "a/1", other)
