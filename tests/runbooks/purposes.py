"""What a line is for, as tests need it."""

from runbooks.compiling import Purpose

DIAGNOSTIC = Purpose(programs=True)
MITIGATION = Purpose(changing=True, programs=True)
