"""From whatever people have to names with bytes: paths, folders, archives, compressed files, streams."""
