"""Any two files with overlaps: whose each line is, held against a model that knows no owners, only groups of people."""

from hypothesis import example, given
from hypothesis import strategies as st

from identity_service.domain.identifiers import IdentifierKind
from identity_service.domain.import_judging import Judging, Owner, StagedIdentifier, StagedLine
from identity_service.domain.imports import Fault, Header, Judged, Verdict

HEADER = Header("p", "i", "old", False)

Identifiers = tuple[tuple[int, bool], ...]

_identifiers = st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=3, unique_by=lambda pair: pair[0]).map(
    tuple
)
_files = st.lists(st.tuples(st.integers(0, 8), _identifiers), max_size=8)
_live = st.dictionaries(st.integers(0, 6), st.tuples(st.integers(0, 3), st.booleans()), max_size=5)


def fingerprint(kind: str, number: int) -> bytes:
    return f"{kind}{number}".encode().ljust(32)


def staged(number: int, external: int, identifiers: Identifiers) -> StagedLine:
    listed = [StagedIdentifier(0, IdentifierKind.POS, fingerprint("x", external), True)]
    listed += [
        StagedIdentifier(place, IdentifierKind.CARD, fingerprint("c", value), verified)
        for place, (value, verified) in enumerate(identifiers, start=1)
    ]
    return StagedLine(number, tuple(listed))


class Model:
    """People as groups: an identifier belongs to the first who brought it."""

    def __init__(self, live: dict[int, tuple[int, bool]]) -> None:
        self.whose: dict[object, tuple[object, bool]] = {
            value: (f"live{person}", verified) for value, (person, verified) in live.items()
        }
        self.live = frozenset(live)
        self.externals: set[int] = set()

    def take(self, number: int, external: int, identifiers: Identifiers) -> tuple[Verdict, Fault, object, int]:
        """Verdict, fault, person and look-alikes."""
        if external in self.externals:
            return Verdict.REFUSED, Fault.EXTERNAL_ID_REPEATED, None, 0
        told = {v for v, verified in identifiers if verified and v in self.whose and self.whose[v][1]}
        same = {self.whose[v][0] for v in told}
        if len(same) > 1:
            return Verdict.REFUSED, Fault.SEVERAL_MEMBERS, None, 0
        person = same.pop() if same else f"line{number}"
        likes = sum(v in self.whose and self.whose[v][0] != person for v, _ in identifiers)
        self.externals.add(external)
        for value, verified in identifiers:
            self.whose.setdefault(value, (person, verified))
        verdict = Verdict.NEW
        if told:
            # What an earlier line brought to a live member joins that line.
            verdict = Verdict.JOINED_LIVE if told & self.live else Verdict.JOINED_LINE
        return verdict, Fault.NONE, person, likes


@given(_files, _live, st.integers(1, 8))
@example([(1, ((0, True), (1, True))), (0, ((1, True),))], {0: (0, True)}, 1)
def test_lines_are_whose_a_simple_model_says_in_any_portions(
    file: list[tuple[int, Identifiers]], live: dict[int, tuple[int, bool]], portion: int
) -> None:
    owners = {
        fingerprint("c", value): Owner(f"live{person}", f"live{person}", verified)
        for value, (person, verified) in live.items()
    }
    lines = [staged(number, external, identifiers) for number, (external, identifiers) in enumerate(file, start=1)]
    judged: dict[int, Judged] = {}
    for start in range(0, len(lines), portion):
        judging = Judging(HEADER, owners)
        judged |= judging(lines[start : start + portion])
        owners = dict(judging.owners)
    model = Model(live)
    people: dict[object, str] = {}
    for number, (external, identifiers) in enumerate(file, start=1):
        verdict, fault, person, likes = model.take(number, external, identifiers)
        found = judged[number]
        assert (found.verdict, found.fault, len(found.look_alikes)) == (verdict, fault, likes)
        if person is not None:
            assert people.setdefault(person, found.member_id) == found.member_id
    assert len(set(people.values())) == len(people)
