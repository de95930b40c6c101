"""awk's simple statements: print, printf, next, exit, break, delete, and expressions."""

from runbooks.lines.awk_expressions import Expressions
from runbooks.lines.awk_printf import formatted
from runbooks.lines.awk_running import Do, Eval, Exit, Leave, Next, Run, number, text, together
from runbooks.lines.refusal import LineRefused


class Statements(Expressions):
    """Reads statements that hold no others."""

    def _simple(self) -> Do:
        if self._take("print"):
            return self._print()
        if self._take("printf"):
            given = self._printed()
            if not given:
                raise self._refused("has a printf without a format")
            return lambda state: state.say(formatted([one(state) for one in given]))
        if self._take("next"):
            return _raising(Next)
        if self._take("exit"):
            ended = self._peek(";", "\n", "}") or self.tokens[self.at][0] == "end"
            code = _zero if ended else self._expression()
            return lambda state: _exit(number(code(state)))
        if word := self._take("break", "continue"):
            if not self.loops:
                raise self._refused(f"has a `{word}` outside a loop")
            return lambda _state: _leave(again=word == "continue")
        if self._take("delete"):
            return self._delete()
        expression = self._expression()
        return lambda state: _ignored(expression(state))

    def _delete(self) -> Do:
        _, name = self.tokens[self.at]
        self.at += 1
        if not self._take("["):
            return lambda state: state.fill(name, {})
        key = self._key()
        return lambda state: state.drop(name, key(state))

    def _print(self) -> Do:
        given = self._printed()
        if not given:
            return print_line

        def run(state: Run) -> None:
            state.say(together([one(state) for one in given], text(state.get("OFS"))) + text(state.get("ORS")))

        return run

    def _printed(self) -> list[Eval]:
        """Read what is printed; `>` and `|` would write elsewhere."""
        if self._peek(">", ">>", "|"):
            raise self._elsewhere()
        if self._peek(";", "\n", "}") or self.tokens[self.at][0] == "end":
            return []
        whole = self._take("(") if self._closes_at_end() else ""
        given = [self._expression(printing=not whole)]
        while self._take(","):
            self._breaks()
            given.append(self._expression(printing=not whole))
        if whole:
            self._want(")")
        if self._peek(">", ">>", "|"):
            raise self._elsewhere()
        return given

    def _elsewhere(self) -> LineRefused:
        instead = "Leave the file out, and put another pipe after the awk: `awk '{print $2}' | sort`."
        return self._refused("would print into a file or a program", instead)

    def _closes_at_end(self) -> bool:
        """Whether all that is printed stands in one pair of parentheses."""
        if not self._peek("("):
            return False
        depth, at = 0, self.at
        while self.tokens[at][0] != "end":
            depth += {"(": 1, ")": -1}.get(self.tokens[at][1], 0) if self.tokens[at][0] == "sign" else 0
            at += 1
            if not depth:
                break
        return self.tokens[at][0] == "end" or self.tokens[at][1] in {";", "\n", "}", ">", ">>", "|"}


def _zero(_state: Run) -> float:
    return 0.0


def _ignored(_value: object) -> None:
    """Leave a value alone."""


def print_line(state: Run) -> None:
    """Print the line as it is."""
    state.say(text(state.line) + text(state.get("ORS")))


def _raising(kind: type[Exception]) -> Do:
    def run(_state: Run) -> None:
        raise kind

    return run


def _exit(code: float) -> None:
    raise Exit(int(code))


def _leave(*, again: bool) -> None:
    raise Leave(again=again)
