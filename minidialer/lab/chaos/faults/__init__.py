"""One module for each fault, or for a few that share most of what they do; each names them in `FAULTS`."""
