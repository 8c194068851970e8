"""Phrase pairs: reviewed sentences that a counsellor picks in one language and a child reads in another."""
