"""Tells whether the program works, on loopback: /healthz, and /metrics for Prometheus."""
