"""The console while it is open: what it hears, signs of the moment, and what follows when nobody is there any more."""
