"""docs/reference/authority.md and visibility.md: who may call what about what, and who sees which field of an answer.

Made from the options of the contracts; `tests.support.reference` writes them.
"""

from collections.abc import Iterable, Mapping

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto, MethodOptions
from loyalty.type.v1 import role_pb2, visibility_pb2

_PLACES: Mapping[int, str] = {
    role_pb2.ATTRIBUTE_PLACE_UNSPECIFIED: "",
    role_pb2.ATTRIBUTE_PLACE_ITEM: ", item by item",
    role_pb2.ATTRIBUTE_PLACE_THING: " of what is named",
    role_pb2.ATTRIBUTE_PLACE_ANSWER: ": what is not covered is left out",
    role_pb2.ATTRIBUTE_PLACE_SUMS: ": what is not covered is told in sums alone",
}
HEAD = (
    "# Authority: which role may call which rpc about what",
    "",
    "Made from the options `(loyalty.type.v1.roles)` and `(loyalty.type.v1.divisions)` of each rpc by",
    "`python -m tests.support.reference`; do not edit. Who has several roles may do what any of them may. “judged by”",
    "names what the token must cover beside the role: `field` of the request is judged before anything is looked up;",
    "“of what is named” when it was found, and who is not covered is told what is told of nothing; “every …” is asked",
    "where the field is empty, or there is none. A member's own token is judged by the program and its member alone.",
    "A regional admin's token covers the locations of its regions, an operator's those that the operator runs.",
)


def authority_page(files: Iterable[FileDescriptorProto]) -> str:
    """The table rpc × role × attributes."""
    roles = [name for name, number in role_pb2.Role.items() if number != role_pb2.ROLE_UNSPECIFIED]
    titles = [name.removeprefix("ROLE_").replace("_", " ").lower() for name in roles]
    lines = list(HEAD)
    for service in (service for file in files for service in file.service):
        lines += ["", f"## {service.name}", "", row("rpc", "changes something", *titles, "judged by")]
        lines.append(row(*["---"] * (len(titles) + 3)))
        for method in service.method:
            changes = "" if method.options.idempotency_level == MethodOptions.NO_SIDE_EFFECTS else "yes"
            may = [role_pb2.Role.Name(role) for role in method.options.Extensions[role_pb2.roles]]
            judged = "; ".join(map(_told, method.options.Extensions[role_pb2.divisions]))
            lines.append(row(f"`{method.name}`", changes, *("yes" if role in may else "" for role in roles), judged))
    return "\n".join(lines) + "\n"


def _told(division: role_pb2.Division) -> str:
    name = role_pb2.Attribute.Name(division.attribute).removeprefix("ATTRIBUTE_").lower()
    if division.attribute == role_pb2.ATTRIBUTE_NONE:
        return "role alone"
    field = f" `{division.field}`" if division.field else ""
    every = (f" or every {name}" if field else "every ") if division.all else ""
    told = f"{name}{field}{every}" if field else f"{every}{name}"
    return told + _PLACES[division.place] + _whom(division)


def _whom(division: role_pb2.Division) -> str:
    def names(roles: Iterable[role_pb2.Role.ValueType]) -> str:
        return " and ".join(role_pb2.Role.Name(role).removeprefix("ROLE_").replace("_", " ").lower() for role in roles)

    if division.only:
        return f" ({names(division.only)} only)"
    return f" (not {names(division.but)})" if division.but else ""


def visibility_page(files: Iterable[FileDescriptorProto]) -> str:
    """The table field × viewer, of fields that not everybody sees."""
    viewers = [name for name, number in visibility_pb2.Viewer.items() if number]
    titles = [name.removeprefix("VIEWER_").lower() for name in viewers]
    lines = [
        "# Visibility: who sees which field of an answer",
        "",
        "Made from the option `(loyalty.type.v1.seen_by)` of the fields by `python -m tests.support.reference`; do not",
        "edit. Fields that are not here are seen by whoever may call. For others a field is empty. Services of",
        "the mesh see all: what they pass on is filtered where it leaves. Activity of brands that a token does not",
        "cover is left out of answers whole, as authority.md says.",
        "",
        row("message", "field", *titles),
        row(*["---"] * (len(titles) + 2)),
    ]
    for file in files:
        for message, field in _fields(file.message_type):
            seen_by = [visibility_pb2.Viewer.Name(each) for each in field.options.Extensions[visibility_pb2.seen_by]]
            if seen_by:
                marks = ("yes" if viewer in seen_by else "" for viewer in viewers)
                lines.append(row(f"`{file.package.split('.')[1]}.{message}`", f"`{field.name}`", *marks))
    return "\n".join(lines) + "\n"


def _fields(messages: Iterable[DescriptorProto]) -> Iterable[tuple[str, FieldDescriptorProto]]:
    return ((message.name, field) for message in messages for field in message.field)


def row(*cells: str) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"
