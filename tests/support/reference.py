"""The contracts with their comments, and the reference pages made from them.

`python -m tests.support.reference` writes authority.md, visibility.md, errors.md, precedence.md and
program.schema.json in docs/reference, and the table of reasons inside docs/INTEGRATE.md; a contract test proves them
fresh.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import grpc_tools
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodOptions,
)
from loyalty.type.v1 import role_pb2

from rules_service.wire.file_schema import program_schema
from tests.support.authority_page import authority_page, visibility_page
from tests.support.precedence import precedence_page

CHECKOUT = Path(__file__).resolve().parents[2]
PROTOS = CHECKOUT / "protos"
PAGES = CHECKOUT / "docs" / "reference"
INTEGRATE = CHECKOUT / "docs" / "INTEGRATE.md"
BEGIN, END = "<!-- reasons: begin -->", "<!-- reasons: end -->"
_WELL_KNOWN = Path(grpc_tools.__file__).parent / "_proto"

PASSED_ON: Mapping[str, tuple[str, ...]] = {
    "type": (),
    "identity": ("type",),
    "rules": ("type",),
    "ledger": ("identity", "rules", "type"),
    "settlement": ("ledger", "type"),
}
"""Whose reasons an area's rpcs may give besides their own: those of the services it asks, and the general ones."""

# Field numbers of descriptor.proto, which the paths of comments are made of.
_ENUM, _SERVICE, _METHOD, _VALUE = 5, 6, 2, 2


@dataclass(frozen=True, slots=True)
class Reason:
    """An entry of an area's `ErrorReason`. `code` is the first word of its comment, `text` the rest."""

    area: str
    name: str
    code: str
    text: str

    @property
    def domain(self) -> str:
        """The domain it is sent under."""
        return f"{self.area}.loyalty"


@dataclass(frozen=True, slots=True)
class Rpc:
    """An rpc as its contract declares it. `idempotency` is the option's name, `reasons` those its comment names,
    `streamed`: it answers with many messages."""

    area: str
    service: str
    name: str
    request: DescriptorProto
    idempotency: str
    roles: tuple[str, ...]
    divisions: tuple[role_pb2.Division, ...]
    reasons: tuple[str, ...]
    streamed: bool


@cache
def contract_files() -> tuple[FileDescriptorProto, ...]:
    """Every file of the contracts, parsed with its comments."""
    with tempfile.TemporaryDirectory() as directory:
        target = Path(directory, "contracts.binpb")
        files = sorted(path.relative_to(PROTOS).as_posix() for path in PROTOS.rglob("*.proto"))
        command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTOS}", f"-I{_WELL_KNOWN}"]
        command += ["--include_source_info", f"--descriptor_set_out={target}", *files]
        subprocess.run(command, check=True)
        return tuple(FileDescriptorSet.FromString(target.read_bytes()).file)


def area_of(file: FileDescriptorProto) -> str:
    """`ledger` of `loyalty.ledger.v1`."""
    return file.package.split(".")[1]


def comments_of(file: FileDescriptorProto) -> Mapping[tuple[int, ...], str]:
    """The comments of a file by path, as one line each."""
    return {tuple(place.path): " ".join(place.leading_comments.split()) for place in file.source_code_info.location}


@cache
def reasons() -> tuple[Reason, ...]:
    """The whole catalogue, area by area, without the entries that are never sent."""
    found = []
    for file in contract_files():
        comments = comments_of(file)
        for index, enum in enumerate(file.enum_type):
            if enum.name == "ErrorReason":
                found += [
                    _reason(area_of(file), enum, number, comments[_ENUM, index, _VALUE, number])
                    for number in range(1, len(enum.value))
                ]
    return tuple(found)


def _reason(area: str, enum: EnumDescriptorProto, number: int, comment: str) -> Reason:
    code, _, text = comment.partition(". ")
    return Reason(area, enum.value[number].name.removeprefix("ERROR_REASON_"), code, text)


@cache
def rpcs() -> tuple[Rpc, ...]:
    """Every rpc, in the order of the contracts."""
    messages = {
        f".{file.package}.{message.name}": message for file in contract_files() for message in file.message_type
    }
    return tuple(
        Rpc(
            area=area_of(file),
            service=service.name,
            name=method.name,
            request=messages[method.input_type],
            idempotency=MethodOptions.IdempotencyLevel.Name(method.options.idempotency_level),
            roles=tuple(role_pb2.Role.Name(role) for role in method.options.Extensions[role_pb2.roles]),
            divisions=tuple(method.options.Extensions[role_pb2.divisions]),
            reasons=_named_reasons(comments_of(file)[_SERVICE, place, _METHOD, index]),
            streamed=method.server_streaming,
        )
        for file in contract_files()
        for place, service in enumerate(file.service)
        for index, method in enumerate(service.method)
    )


def _named_reasons(comment: str) -> tuple[str, ...]:
    """The reasons an rpc's comment lists; `as Other` takes the list of another rpc and is left to the reader."""
    listed = re.findall(r"[Rr]easons:(.*?)\.(?:\s|$)", comment)
    return tuple(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", " ".join(listed)))


ADVICE = {
    "INVALID_ARGUMENT": "Correct the request and send again, same id.",
    "UNAUTHENTICATED": "Get a valid token and send again, same id.",
    "PERMISSION_DENIED": "Tell the cashier; who administers the caller's token can say why. Nothing was kept.",
    "NOT_FOUND": "Correct the name, or make what it names, and send again, same id.",
    "ALREADY_EXISTS": "Do not send again as it is; a person must look.",
    "FAILED_PRECONDITION": "Correct the request, or what it meets, and send again, same id.",
    "ABORTED": "Send again, same id.",
    "RESOURCE_EXHAUSTED": "Wait as `RetryInfo` says and send again, same id.",
    "DEADLINE_EXCEEDED": "Send again, same id.",
    "UNAVAILABLE": "Queue it and send again, same id.",
    "INTERNAL": "Send again later, same id; report the trace id.",
}
"""What to do where the catalogue's own comment does not say it."""


def errors_page() -> str:
    """The catalogue of reasons."""
    lines = [
        "# Errors: every reason, and what to do",
        "",
        "Made from the comments of the contracts by `python -m tests.support.reference`; do not edit. A refused call",
        "carries `google.rpc.Status` with one `ErrorInfo`: the reason, the domain, and in the metadata every value the",
        "message names, with the trace id. An item of a batch carries the same facts in `loyalty.type.v1.Refusal`. An",
        "error without an `ErrorInfo` comes from the transport: treat it by its code. “Same id” is the `request_id`.",
    ]
    for area in dict.fromkeys(reason.area for reason in reasons()):
        lines += ["", f"## `{area}.loyalty`", "", _row("reason", "code", "meaning", "what to do", "named by")]
        lines.append(_row(*["---"] * 5))
        for reason in (reason for reason in reasons() if reason.area == area):
            meaning, advice = _told(reason)
            lines.append(_row(f"`{reason.name}`", f"`{reason.code}`", meaning, advice, _named_by(reason)))
    return "\n".join(lines) + "\n"


def _told(reason: Reason) -> tuple[str, str]:
    """The first sentence is the meaning; what follows it says what to do."""
    meaning, _, advice = reason.text.partition(". ")
    if advice:
        return f"{meaning}.", advice
    return reason.text, ADVICE[reason.code]


def meant_by(rpc: Rpc, name: str) -> Reason | None:
    """The entry an rpc's comment means: its own area's, else that of an area whose refusals it passes on."""
    by_area = {reason.area: reason for reason in reasons() if reason.name == name}
    return next((by_area[area] for area in (rpc.area, *PASSED_ON[rpc.area]) if area in by_area), None)


def _named_by(reason: Reason) -> str:
    named = [
        f"`{rpc.name}`" if rpc.area == reason.area else f"{rpc.area}'s `{rpc.name}`"
        for rpc in rpcs()
        if reason.name in rpc.reasons and meant_by(rpc, reason.name) == reason
    ]
    return ", ".join(named) or "any rpc"


REACTIONS = ("same id", "new id", "cashier", "queue")
"""The words by which an advice says how a till reacts: a column each in docs/INTEGRATE.md."""


ASKED_FOR_A_TILL = ("EvaluateOrders",)
"""Rpcs no till may call that the ledger asks on its behalf, passing refusals on."""


def reason_table() -> str:
    """What a till or an order system does about each reason, one row a name: the first area that has it explains it."""
    rows: dict[str, str] = {}
    for reason in _reasons_at_a_till():
        meaning, advice = _told(reason)
        said = [reaction in advice.lower() for reaction in REACTIONS]
        if not any(said):
            raise ValueError(f"{reason.domain} {reason.name}: the advice names none of {REACTIONS}: {advice}")
        marks = ("yes" if yes else "" for yes in said)
        row = _row(f"`{reason.name}`", f"`{reason.code}`", meaning, *marks, advice)
        rows.setdefault(reason.name, row)
    head = ("reason", "code", "meaning", "same id", "new id", "ask the cashier", "queue", "what to do")
    return "\n".join((_row(*head), _row(*["---"] * len(head)), *rows.values()))


def _reasons_at_a_till() -> tuple[Reason, ...]:
    """What a till's calls can be refused with, the ledger's first and in the order of the catalogue. A reason that no
    rpc names may meet any call."""
    at_a_till: set[Reason | None] = set()
    elsewhere: set[Reason | None] = set()
    for rpc in rpcs():
        reached = "ROLE_POS" in rpc.roles or rpc.name in ASKED_FOR_A_TILL
        (at_a_till if reached else elsewhere).update(meant_by(rpc, name) for name in rpc.reasons)
    areas = ("ledger", *PASSED_ON["ledger"])
    mine = [reason for area in areas for reason in reasons() if reason.area == area]
    return tuple(reason for reason in mine if reason in at_a_till or reason not in elsewhere)


def integrate_page() -> str:
    """The page as it is, with the table of reasons between its two marks made anew."""
    before, begin, rest = INTEGRATE.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{INTEGRATE.name} lacks {BEGIN} or {END}")
    return f"{before}{BEGIN}\n\n{reason_table()}\n\n{END}{after}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def pages() -> Mapping[Path, str]:
    """Every generated page with its text."""
    return {
        PAGES / "authority.md": authority_page(contract_files()),
        PAGES / "visibility.md": visibility_page(contract_files()),
        PAGES / "errors.md": errors_page(),
        PAGES / "precedence.md": precedence_page(),
        PAGES / "program.schema.json": json.dumps(program_schema(), indent=2) + "\n",
        INTEGRATE: integrate_page(),
    }


def main() -> None:
    """Write the pages."""
    PAGES.mkdir(parents=True, exist_ok=True)
    for path, text in pages().items():
        path.write_text(text)


if __name__ == "__main__":
    main()
