"""What leaves the house for a helpline's own systems: signed webhooks and the hand-in to Primero.

A webhook says that something happened, never what was said; the words of a case go to Primero only, by a counsellor's hand.
"""
