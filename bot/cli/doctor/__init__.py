"""`python -m bot doctor`: measures, shows what is well and what is not, and what to do."""
