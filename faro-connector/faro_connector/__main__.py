"""`keys` makes a key pair; `pull` prints cases, opened, one JSON object a line.

Secrets come from the environment, because a command line can be read by others on the machine.
"""

import argparse
import dataclasses
import json
import os
import sys
from datetime import datetime

from faro_connector import CannotOpen, Case, Connector, Refused, new_keys

VARIABLES = ("FARO_URL", "FARO_CLIENT_ID", "FARO_CLIENT_SECRET", "FARO_PRIVATE_KEY")


def keys() -> int:
    pair = new_keys()
    print(f"FARO_PRIVATE_KEY={pair.private}\nFARO_PUBLIC_KEY={pair.public}")
    return 0


def pull(after: datetime | None) -> int:
    missing = [name for name in VARIABLES if not os.environ.get(name)]
    if missing:
        print(f"set {', '.join(missing)}", file=sys.stderr)
        return 2
    try:
        with Connector(*(os.environ[name] for name in VARIABLES)) as faro:
            for case in faro.cases(after):
                print(as_json(case), flush=True)
    except (Refused, CannotOpen, ValueError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


def as_json(case: Case) -> str:
    return json.dumps(dataclasses.asdict(case), ensure_ascii=False, default=datetime.isoformat)


def main(given: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="faro_connector", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("keys", help="make a key pair: the public half is for the helpline's admin")
    asked = verbs.add_parser("pull", help="print the cases, opened")
    asked.add_argument(
        "--after", type=datetime.fromisoformat, help="only what changed then or later, for example 2026-11-01T00:00:00+00:00"
    )
    chosen = parser.parse_args(given)
    return keys() if chosen.verb == "keys" else pull(chosen.after)


if __name__ == "__main__":
    sys.exit(main())
