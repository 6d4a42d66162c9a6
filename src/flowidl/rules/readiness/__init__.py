"""Rules about what a later back end will not take."""
