"""The people of a helpline and their keys: who comes, who goes, and what each of them can open."""
