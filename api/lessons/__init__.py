"""Lessons as their writers leave them: the shape of a file, and what is wrong with one. No database, no web."""
