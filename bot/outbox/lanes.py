"""Lanes: what is in one lane goes in order. A thread has a lane of its own, beside that of its channel."""

BESIDE = " > "


def lane_of(channel: str, thread: str | None = None) -> str:
    """Name the lane of a channel's messages, or of the replies in one of its threads."""
    return channel if thread is None else f"{channel}{BESIDE}{thread}"


def channel_of(lane: str | None) -> str | None:
    """Return the channel a lane belongs to: Slack counts a thread's replies as its channel's messages."""
    return None if lane is None else lane.partition(BESIDE)[0]


def in_thread(lane: str | None) -> bool:
    """Whether it is a thread's lane."""
    return lane is not None and BESIDE in lane
