"""Faro's public process: FastAPI and SQLAlchemy, one room per word of the field.

`app.py` wires the rooms; `docs/architecture.md` says which line belongs where.
"""
