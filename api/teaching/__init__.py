"""What an educator prepares with: the lessons in each language, the preparation page, the print pack, files for other systems."""
