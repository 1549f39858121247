"""How fast the program is: measured on this machine, beside a plain peer in the same run."""
