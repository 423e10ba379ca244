"""The supervisor's terminal, looked at and driven by keys."""
