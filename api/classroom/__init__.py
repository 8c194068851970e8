"""Classroom mode: lessons in class, class sessions, results. It knows no child's conversation, and no pupil."""
