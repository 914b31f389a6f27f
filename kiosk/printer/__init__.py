"""The paper side of the terminal: one port, several ways to a printer."""
