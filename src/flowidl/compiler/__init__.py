"""Templates to compiled closures: analysis, which collects facts, and emission, which builds the output."""
