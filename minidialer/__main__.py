"""`python -m minidialer`."""

from minidialer.cli.main import main

main()
