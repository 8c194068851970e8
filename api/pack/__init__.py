"""The print pack of a lesson: what a class needs on paper, as a file, as a page and as a quiz for a learning platform."""
