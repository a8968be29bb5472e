"""Commands that may be sent again: who asked for what, under which request id."""

from dataclasses import dataclass

from chassis.values.canonical import Plain, content_hash
from chassis.values.ids import made_id


@dataclass(frozen=True, slots=True)
class Command:
    """A command's key (program, caller, request id), and a fingerprint over what was asked."""

    program: str
    caller: str
    request_id: str
    fingerprint: bytes

    def id_of(self, prefix: str) -> str:
        """The id of what this command makes, such as `vch_…`: a function of its key, so a repetition names the
        same."""
        return made_id(prefix, self.program, self.caller, self.request_id)


def command_of(program: str, caller: str, request_id: str, verb: str, intent: Plain) -> Command:
    """The command `verb` with what it asks for; lists whose order says nothing must come sorted."""
    return Command(program, caller, request_id, content_hash("settlement_command/1", [verb, intent]))
