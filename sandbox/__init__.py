"""A pretend company to try Muster on: a local Slack, a cluster and its metrics."""
