"""Which line of the user's Python made which task, workflow, launch plan, node and input.

Sources are read as text and as trees (`ast`) and are never imported or run. Reading follows Python's order of
evaluation and flytekit's rules for what a call makes:

    modules     files of modules, in a folder or in a package's source archive
    text        one file: encoding, tree, columns in characters
    values      what names stand for
    machine     the state of reading; expressions, statements, calls read code
    trace       calls in order, with every choice that the text leaves open; alignment with nodes
    nodes       the nodes of a template; fitting says whether a call can have made one
    placing     positions for a set of definitions

What the text does not say for certain has no position.
"""
