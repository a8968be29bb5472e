"""The load stays on this machine, and its acknowledgements can be read back."""

from pathlib import Path
from random import Random
from typing import cast

import pytest

from chassis.values.refusal import Code, Refusal
from deploy.local.mesh import Mesh
from tests.load.acks import Ack, AckFile, Answer, read_acks
from tests.load.generator import Load

NOBODY = cast(Mesh, None)


@pytest.mark.parametrize("address", ["10.1.2.3:7403", "loyalty.example:7403", "127.0.0.1.example:7403"])
def test_another_machine_is_never_loaded(address: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not on the loopback address"):
        Load({address: NOBODY}, "load", tmp_path, Random(1))


def test_acknowledgements_are_read_back_as_they_were_kept(tmp_path: Path) -> None:
    refusal = Refusal(Code.FAILED_PRECONDITION, "NOT_RETURNABLE", "ledger.loyalty", "too late", {"left": "0"})
    acks = [Ack("PostOrder", b"\x00sale", Answer(b"\xffposted")), Ack("PostReturn", b"", Answer.refused(refusal))]
    file = AckFile(tmp_path / "acks.jsonl")
    for ack in acks:
        file.keep(ack)
    assert list(read_acks(file.path)) == acks
    file.close()


def test_the_trace_of_a_call_is_no_part_of_its_answer() -> None:
    first, second = (
        Answer.refused(Refusal(Code.NOT_FOUND, "SALE_NOT_FOUND", "ledger.loyalty", "no", {"trace_id": trace}))
        for trace in ("a", "b")
    )
    assert first == second
