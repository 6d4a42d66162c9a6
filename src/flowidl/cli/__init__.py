"""The command line. `main.py` runs it; each command is a module of its own, imported when it is called."""
