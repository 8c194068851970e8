"""How fast Faro is, each figure beside its baseline in the same run: `make bench`.

The child's side (`child.py`), the staff's (`staff.py`), a class (`classroom.py`); a name after the command runs one of
them alone. Baselines (`baselines.py`, `plain_desk.py`): the same message posted straight to the bot's channel; a bare
FastAPI + SQLAlchemy write; a bare server-sent-events echo; the staff's calls without vault and audit. Loopback only;
every loop has an end.
"""

import sys

from tests.bench import child, classroom, staff

SIDES = {"child": child.run, "staff": staff.run, "classroom": classroom.run}


def main() -> int:
    held = [SIDES[side]() for side in sys.argv[1:] or SIDES]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
