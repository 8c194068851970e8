"""The command line of an operator and of a content editor: `python -m api.operator <command>`."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import pyotp
from sqlalchemy import make_url

from api.editor.report import report
from api.operator import audit, backup, helplines, migrate, people, run, serve
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
    copying = commands.add_parser("backup", help="copy the running database into a folder; copies older than 28 days go")
    copying.add_argument("--to", type=Path, required=True, help="the folder, best on another disk")
    _people_commands(commands)
    code = commands.add_parser("code", help="print the one-time code of an authenticator key (development)")
    code.add_argument("key")
    return _do(parser.parse_args(arguments))


def _people_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    helpline = commands.add_parser("helpline", help="helplines of this installation").add_subparsers(dest="act", required=True)
    helpline.add_parser("list", help="whom each serves, and whether it is open now")
    add = helpline.add_parser("add", help="make one: prints its recovery key and the link for its first supervisor")
    add.add_argument("--name", required=True)
    add.add_argument("--supervisor-email", required=True)
    add.add_argument("--supervisor-name", default="Supervisor")
    renew = helpline.add_parser("recovery-key", help="make and print another recovery key; then replace the team key")
    renew.add_argument("--helpline", help="its name or id, if there are several")
    back = commands.add_parser("recover", help="let a supervisor in by the recovery key, which is asked for")
    back.add_argument("--helpline", help="its name or id, if there are several")
    back.add_argument("--email", required=True)
    back.add_argument("--name", default="Supervisor")


def _do(wanted: argparse.Namespace) -> int:
    match wanted.command:
        case "run":
            return run.everything()
        case "serve":
            return serve.serve()
        case "migrate":
            migrate.upgrade(_settings())
            return 0
        case "audit":
            return asyncio.run(audit.check(_settings()))
        case "backup":
            return backup.backup(_settings(), wanted.to)
        case "helpline" | "recover":
            return _people(wanted)
        case "code":
            print(pyotp.TOTP(wanted.key).now())
            return 0
        case _:
            return report(ROOT, update=wanted.update)


def _settings() -> Settings:
    """The settings of a command that opens the database. It names it: without the service's settings it is another one."""
    settings = Settings()
    url = make_url(settings.database_url)
    host = {name: url.query[name] for name in ("host", "port") if name in url.query}  # a password may stand there as well
    print(f"{settings.mode} on {url.set(query=host)}", file=sys.stderr)
    return settings


def _people(wanted: argparse.Namespace) -> int:
    settings = _settings()
    migrate.upgrade(settings)
    try:
        if wanted.command == "recover":
            return asyncio.run(people.recover(settings, wanted.helpline, wanted.email, wanted.name))
        if wanted.act == "list":
            return asyncio.run(helplines.print_all(settings))
        if wanted.act == "recovery-key":
            return asyncio.run(people.renew_recovery_key(settings, wanted.helpline))
        return asyncio.run(people.add_helpline(settings, wanted.name, wanted.supervisor_email, wanted.supervisor_name))
    except people.WhichHelpline as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
