"""The agents' pages: HTTP in, HTML and server-sent events out. What happens is decided behind `services`."""
