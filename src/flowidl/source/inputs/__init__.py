"""From whatever people have to names with bytes: paths, folders, archives, compressed files, streams."""

#: Ends of names of archives.
ARCHIVES = (".tgz", ".tar", ".tar.gz", ".zip")
