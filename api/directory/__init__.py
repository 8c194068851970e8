"""Helplines, hotlines, platforms and removal routes by country, from `content/directory/`.

A wrong number harms a child: an entry is shown only with a source, a check date and high or medium confidence.
"""
