"""Publish and subscribe inside one process; more processes put Redis behind the same two functions.

What travels is never a word: events say that something happened, and the reader looks it up with its own key.
"""
