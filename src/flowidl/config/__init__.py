"""Configuration: what a project decided once, in `pyproject.toml` or `flowidl.toml`.

    settings.py   the table of settings; flags and file keys both come from it
    values.py     checking one value, from a file or from a flag, with a message that names the key
    errors.py     what ends a run before it begins
    files.py      finding and reading the file, and the baseline

A setting's value is that of its flag, else that of the file, else the default.
"""
