"""Packs about kinds of nodes: branches, gates, arrays, failure nodes, and timeouts of all of them."""
