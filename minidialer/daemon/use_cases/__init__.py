"""What people ask of the daemon, one file a noun: check, store with an audit line, tell the dialer."""
