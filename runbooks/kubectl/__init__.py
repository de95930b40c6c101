"""kubectl's verbs over the Kubernetes API."""
