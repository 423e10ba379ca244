"""The store: lists, leads, campaigns, agents and attempts, in one SQLite file."""
