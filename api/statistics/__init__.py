"""Counts of how children were heard: no word, no conversation, no time finer than a month."""
