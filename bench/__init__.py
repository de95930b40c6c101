"""What an engineer waits for, measured on this machine; `make bench`."""
