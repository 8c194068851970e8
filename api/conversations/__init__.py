"""The conversation itself: its state, its keys and its sealed messages.

`chat` (the child's side) and `cases` (the staff's side) both write into it; `access.py` is the child's only door.
"""
