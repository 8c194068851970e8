"""Who is asking: children by token, staff by session, everybody else not at all.

Every route names its rule; `rules.check_routes` stops the start if one does not.
"""
