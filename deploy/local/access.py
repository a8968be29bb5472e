"""``python -m deploy.local.access token|certificate|rotate``: credentials of the local stack, as its issuer gives them.

A caller needs a certificate, so that the services speak with it at all, and a token, which says who it is and what it
may do. In production both come from the company's own issuers; the services see no difference.
"""

import argparse
import shlex
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from loyalty.type.v1 import role_pb2

from chassis.runtime.settings import MAX_LIFETIME_SECONDS
from chassis.runtime.tls import TlsFiles
from deploy.local.errors import LocalStackError
from deploy.local.files import write_secret
from deploy.local.secrets import EVERYTHING, Secrets
from deploy.local.settings import StackSettings

_LONGEST_HOURS = MAX_LIFETIME_SECONDS // 3600
_ROLES = [name.removeprefix("ROLE_") for name in role_pb2.Role.keys()[1:]]
_TOLD = f"{', '.join(_ROLES[:-1])} or {_ROLES[-1]}"


def main(words: Sequence[str]) -> int:
    """Carry out one command; 0, or 1 with a message on standard error."""
    asked = _parser().parse_args(words)
    try:
        settings = StackSettings.from_environment()
        if not (settings.data_dir / "secrets").is_dir():
            raise LocalStackError(f"There is no stack in {settings.data_dir}; start one with make up.")
        secrets = Secrets(settings.data_dir / "secrets")
        match asked.verb:
            case "token":
                _tell_token(secrets, asked)
            case "certificate":
                print(
                    "\n".join(
                        f"export {name}={shlex.quote(path)}" for name, path in variables(secrets, asked.name).items()
                    )
                )
            case _:
                secrets.rotate_signing_key(withdraw=asked.withdraw)
                secrets.certificates.renew(all_of_them=True)
                print("New signing key, service tokens and certificates; the services have read them or will at once.")
    except LocalStackError as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


def variables(secrets: Secrets, till: str) -> Mapping[str, str]:
    """The files of a till's certificate, as the samples in the docs read them from the environment."""
    files: TlsFiles = secrets.certificates.till(till)
    return {
        "LOYALTY_CERTIFICATE": str(files.certificate),
        "LOYALTY_KEY": str(files.key),
        "LOYALTY_AUTHORITY": str(files.authority),
    }


def _places(asked: argparse.Namespace) -> tuple[Sequence[str], Sequence[str]]:
    """Regions and locations. Who acts for a region covers both together: of what was not said, nothing."""
    every = () if "REGIONAL_ADMIN" in asked.role and (asked.region or asked.location) else EVERYTHING
    return asked.region or every, asked.location or every


def _tell_token(secrets: Secrets, asked: argparse.Namespace) -> None:
    regions, locations = _places(asked)
    token = secrets.mint_token(
        asked.subject,
        programs=asked.program,
        roles=asked.role,
        brands=asked.brand,
        regions=regions,
        locations=locations,
        operators=asked.operator,
        member=asked.member,
        lifetime=timedelta(hours=asked.hours),
    )
    if asked.out is None:
        print(token)
        return
    try:
        write_secret(asked.out, token + "\n")
    except OSError as error:
        raise LocalStackError(f"{asked.out} cannot be written: {error.strerror}") from None


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = 0
    if not 0 < hours < _LONGEST_HOURS:
        raise argparse.ArgumentTypeError(f"must be above 0 and below {_LONGEST_HOURS}, not {text!r}")
    return hours


def _name(text: str) -> str:
    """Becomes part of a file's name."""
    if not text.replace("-", "").replace(".", "").isalnum() or not text.isascii() or text[0] in ".-":
        raise argparse.ArgumentTypeError(f"must be letters, digits, - and ., not {text!r}")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.access", description=(__doc__ or "").split("\n\n")[1])
    verbs = parser.add_subparsers(dest="verb", required=True)
    token = verbs.add_parser("token", help="a bearer token, on standard output or into a file of mode 0600")
    token.add_argument("--subject", default="developer", help="the integrating system; request ids are scoped to it")
    token.add_argument("--program", nargs="+", default=["demo"], help="program ids, or *; default demo")
    token.add_argument(
        "--role", nargs="+", choices=_ROLES, default=["POS"], metavar="ROLE", help=f"{_TOLD}; default POS"
    )
    token.add_argument("--brand", nargs="+", default=list(EVERYTHING), help="ids; default * (all)")
    beside = "ids; default * (all), with the role REGIONAL_ADMIN none if the other one is given"
    for division in ("region", "location"):
        token.add_argument(f"--{division}", nargs="+", default=(), help=beside)
    token.add_argument("--operator", nargs="+", default=[], help="entity ids of operators")
    token.add_argument("--member", default="", help="a member id, for the role MEMBER")
    token.add_argument("--hours", type=_hours, default=8.0, help=f"how long it is good; less than {_LONGEST_HOURS}")
    token.add_argument("--out", type=Path, help="the file to write it to")
    certificate = verbs.add_parser("certificate", help="a till's certificate; prints its files as shell exports")
    certificate.add_argument("name", type=_name, help="the till's name: letters, digits, - and .")
    rotate = verbs.add_parser("rotate", help="a new signing key and certificates, under running services")
    rotate.add_argument("--withdraw", action="store_true", help="the old key leaked: end its tokens at once")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
