"""Rules about two versions: one module for each kind of break."""
