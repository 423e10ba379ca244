"""What travels over the control socket: one file a noun, parameters and results of its methods."""
