"""The simulator: the dialer's own domain code on a simulated clock, against simulated customers and agents."""
