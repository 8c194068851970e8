"""What an educator prepares with: the lessons in each language and the preparation page."""
