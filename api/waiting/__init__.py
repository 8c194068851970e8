"""How long a child waits for a person: an honest range from what really happened, or that nobody knows."""
