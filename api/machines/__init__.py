"""The API for a helpline's own systems: who they are, the cases that are sealed to them, what they report back."""
