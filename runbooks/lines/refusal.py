"""A line that is not run: why, and the nearest thing that works."""


class LineRefused(Exception):
    """{reason} {instead}"""

    def __init__(self, reason: str, instead: str = "") -> None:
        super().__init__(f"{reason} {instead}".strip())
        self.reason = reason
        self.instead = instead
