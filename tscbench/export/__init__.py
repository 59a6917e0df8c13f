"""A fitted student as a file that others open without tscbench, and what it costs it."""
