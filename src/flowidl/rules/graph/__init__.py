"""Packs about the graph of a workflow as a whole: order, and what is lost without a word."""
