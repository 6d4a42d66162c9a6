"""`python -m flowidl`: the program, where its script is not on the path."""

from flowidl.cli.main import run

if __name__ == "__main__":  # importing it runs nothing
    run()
