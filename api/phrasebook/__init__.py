"""Content and locales become reviewed sentences: `say(key, band, locale)`. No database, no web.

Every sentence that a child reads leaves the house through here, or through a counsellor's own typing.
"""
