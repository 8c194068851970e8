"""From a child's words to a need: everything that listens, and nothing that answers."""
