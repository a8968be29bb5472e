"""How a command-line tool is told whom to speak to, and as whom: the same words for every tool."""

import argparse
from pathlib import Path

from chassis.runtime.tls import Tls, TlsFiles
from chassis.runtime.transport import PLAIN, Peer


def existing_file(text: str) -> Path:
    """An argument that names a file; ArgumentTypeError if there is none."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return path


def add_caller_arguments(parser: argparse.ArgumentParser, *, address: str, address_help: str) -> None:
    """Adds `--address` (with its default), `--token-file`, and either `--tls` or `--plaintext`."""
    parser.add_argument("--address", default=address, help=address_help)
    parser.add_argument("--token-file", type=existing_file, required=True, help="the file with the bearer token")
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument(
        "--tls", type=existing_file, nargs=3, metavar=("CERTIFICATE", "KEY", "AUTHORITY"), help="the caller's PEM files"
    )
    how.add_argument("--plaintext", choices=("loopback",), help="instead of TLS, to a service on this machine")


def peer_of(asked: argparse.Namespace, address: str) -> Peer:
    """Whom the arguments name, at `address`. Raises TlsError for PEM files that will not do."""
    return PLAIN.peer(address) if asked.plaintext else Tls(TlsFiles(*asked.tls)).peer(address)
