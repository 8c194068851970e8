"""What a supervisor watches over: the audit log, load, retention, and what was opened in an emergency."""
