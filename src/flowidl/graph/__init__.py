"""Pictures of workflows: what runs after what, and who calls whom.

graph = draw(loaded.definitions)            # a Drawing: every workflow as a graph, and their calls
mermaid.render(graph), dot.render(graph), json_format.render(graph)

model      the graph as plain values
draw       from definitions to graphs
words      what a node is called, what a condition says
mermaid, dot, json_format, svg    one renderer each
"""
