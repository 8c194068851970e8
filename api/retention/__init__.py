"""How long anything is kept, what holds it back, and the proof that it is gone."""
