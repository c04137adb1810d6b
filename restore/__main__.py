"""`python -m restore`."""

from restore.cli import main

main()
