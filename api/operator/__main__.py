"""The command line of an operator and of a content editor: `python -m api.operator <command>`."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

import pyotp
import uvicorn

from api.operator import audit, content, demo, helplines, migrate, run
from api.settings import ROOT, Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 when it did what it says."""
    parser = argparse.ArgumentParser(prog="faro", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything: bot, api, worker")
    commands.add_parser("serve", help="start the api alone")
    commands.add_parser("migrate", help="bring the database up to date")
    editing = commands.add_parser("content", help="say what is missing, stale, unreviewed, unlinked or too hard to read")
    editing.add_argument("--update", action="store_true", help="also bring .po files and the review ledger up to the source")
    commands.add_parser("audit", help="check the chain of the audit log; exit status 1 if it does not hold")
    helpline = commands.add_parser("helpline", help="the helplines of this installation")
    helpline.add_argument("what", choices=["list"], help="whom each serves, and whether it is open now")
    code = commands.add_parser("code", help="print the one-time code of an authenticator key (development)")
    code.add_argument("key")
    return _do(parser.parse_args(arguments))


def _do(wanted: argparse.Namespace) -> int:
    match wanted.command:
        case "run":
            return run.everything()
        case "serve":
            return _serve()
        case "migrate":
            migrate.upgrade(Settings())
            return 0
        case "audit":
            return asyncio.run(audit.check(Settings()))
        case "helpline":
            return asyncio.run(helplines.print_all(Settings()))
        case "code":
            print(pyotp.TOTP(wanted.key).now())
            return 0
        case _:
            return content.report(ROOT, update=wanted.update)


def _serve() -> int:
    settings = Settings()
    migrate.upgrade(settings)
    asyncio.run(demo.make_if_empty(settings))
    uvicorn.run(
        "api.app:create_app", factory=True, host=settings.host, port=settings.port, access_log=False, log_level="warning",
        server_header=False, timeout_graceful_shutdown=2, proxy_headers=False,
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
