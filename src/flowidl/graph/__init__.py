"""Pictures of workflows: what runs after what, and who calls whom.

    drawing = draw(loaded.definitions)      # a Drawing: every workflow as a graph, and their calls
    mermaid.render(drawing)

Where things are:

    model      the graph as plain values
    draw       from definitions to graphs
    marks      which findings belong to which node
    outline    the same as text, a line each
    words      what a node is called, what a condition says
    options    what a picture shows
    mermaid, dot, json_format, svg    one renderer each
"""
