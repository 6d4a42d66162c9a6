"""Packs about what starts workflows: launch plans with all they hold, and executions."""
