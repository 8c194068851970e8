"""What was done to cases, keys and people: a hash-chained log, written in the transaction of the act itself."""
