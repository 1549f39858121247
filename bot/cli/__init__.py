"""What the commands of the command line do; each puts together the parts that it needs."""
