"""The helplines of one installation: whom each serves, in which languages, and when somebody is there."""
