"""What attackers send: bytes, parameters and requests by the dice, for the tests and for `minidialer chaos`."""
