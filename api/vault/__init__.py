"""Sealing, keys and resume codes: bytes in, bytes out; no database and no web.

The promise (docs/threat-model.md): whoever steals the database reads none of a child's words, and before the child says
yes nobody at the helpline can either.
"""
