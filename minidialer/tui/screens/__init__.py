"""Screens of the supervisor's terminal: a file a noun."""
