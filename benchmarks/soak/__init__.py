"""An hour of the whole program among feeds that change, faults, and members; then the books."""
