"""Packs about what reaches Kubernetes: resources, pod specs, and names."""
