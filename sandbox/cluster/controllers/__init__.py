"""The controllers: each looks at what is wanted and takes one step towards it at a tick."""
