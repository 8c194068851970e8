"""How Faro speaks: keys become bubbles in the words of the phrasebook, with cards of the directory; nothing is made up."""
