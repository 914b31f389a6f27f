"""Stand-ins for the world outside: the LINE platform and a receipt printer."""
