"""A line run for each item: what a `foreach:` or a `for` loop of a runbook says."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from runbooks.asking import Wish
from runbooks.compiling import Compiled, LineRefused, Usage, for_item
from runbooks.executing import Executing
from runbooks.outputs import Evidence, Output

MAX_ITEMS = 20
_SIDE_BY_SIDE = 8


async def repeated(executing: Executing, ready: Compiled, wish: Wish, *, line: str) -> Output:
    """Run a line for every item that its listing prints, side by side."""
    listing = Output(line, "", "", 0, 0)
    items: Sequence[str] = ready.pipeline.items
    if ready.each is not None:
        listing = await executing.run(ready.each, replace(wish, pods=False), line=line)
        items = [item for item in listing.text.split() if not item.startswith("-")]
    if listing.errors or not items:
        return listing
    room = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def one(item: str) -> Output:
        async with room:
            try:
                each = await asyncio.to_thread(for_item, ready, item)
            except (LineRefused, Usage) as error:
                return Output(item, "", f"{error}\n", 1, 0)
            return await executing.run(each, wish, line=each.line, item="all")

    outputs = await asyncio.gather(*(one(item) for item in items[:MAX_ITEMS]))
    more = len(items) - MAX_ITEMS
    note = (f"{more} more items were left out; {MAX_ITEMS} are looked at.",) if more > 0 else ()
    return _together(line, listing, list(zip(items, outputs, strict=False)), note)


def _together(line: str, listing: Output, parts: list[tuple[str, Output]], note: tuple[str, ...]) -> Output:
    text = "".join(f"== {item}\n{output.text}" for item, output in parts)
    saved = next((output.saved for _, output in parts if output.saved), None)
    return Output(
        line=line,
        text=text,
        errors="".join(f"{item}: {output.errors}" for item, output in parts if output.errors),
        exit_code=max(output.exit_code for _, output in parts),
        took_ms=listing.took_ms + max(output.took_ms for _, output in parts),
        left_out=sum(output.left_out for _, output in parts),
        notes=tuple(dict.fromkeys((*(said for _, output in parts for said in output.notes), *note))),
        objects=tuple(one for _, output in parts for one in output.objects),
        saved=Evidence(saved.name, text) if saved else None,
        otherwise="\n".join(dict.fromkeys(output.otherwise for _, output in parts if output.otherwise)),
        manual=next((output.manual for _, output in parts if output.manual), ""),
    )
