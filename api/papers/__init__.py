"""Papers for the child: a plan, a letter, a record, the talk itself; composed when asked for and kept nowhere."""
