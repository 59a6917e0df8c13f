"""`python -m tscbench`."""

from tscbench.cli import main

main()
