"""`python -m flowidl`: the program, where its script is not on the path."""

from flowidl.cli.main import run

run()
