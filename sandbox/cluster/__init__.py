"""A Kubernetes API server with controllers, on 127.0.0.1."""
