"""The pack about size and depth, and what it measures with."""
