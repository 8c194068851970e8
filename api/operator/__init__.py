"""What an operator and a content editor run: `python -m api.operator <command>`; each is a target of the Makefile."""
