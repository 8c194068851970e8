"""Single sign-on: a helpline's own identity provider says who comes; the vault passphrase still opens the keys."""
