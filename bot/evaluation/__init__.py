"""How well Faro hears, measured on messages that it was not trained on: `make evaluate`."""
