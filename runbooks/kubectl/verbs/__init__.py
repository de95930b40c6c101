"""One module per verb: each reads or changes, and prints as kubectl does."""
