"""What an operator runs: `python -m api.operator <command>`; each is a target of the Makefile."""
