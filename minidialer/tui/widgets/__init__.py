"""Widgets of the supervisor's terminal: a file a widget."""
