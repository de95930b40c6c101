"""kubectl's verbs, against recordings of the real one."""
