"""My account: what a member of staff changes about their own factors, password and sessions."""
