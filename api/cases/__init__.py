"""The case: handoff, queue, claim, live chat, notes, release, close. `access.py` is the only door to one."""
