"""Pacing: how many calls to place now, and why."""
