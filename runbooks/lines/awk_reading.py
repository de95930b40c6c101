"""An awk program read: patterns, actions and statements."""

from dataclasses import dataclass

from runbooks.lines.awk_expressions import Expressions
from runbooks.lines.awk_printf import formatted
from runbooks.lines.awk_running import Do, Eval, Exit, Given, Leave, Next, Run, number, text, together, true
from runbooks.lines.awk_tokens import HELP
from runbooks.lines.refusal import LineRefused


@dataclass(frozen=True, eq=False)
class Rule:
    """A pattern with its action. `when` is BEGIN, END or empty."""

    when: str
    test: Eval | None
    until: Eval | None
    action: Do


class Reader(Expressions):
    """One pass over one program."""

    def rules(self) -> list[Rule]:
        """Read the program."""
        rules: list[Rule] = []
        self._breaks()
        while self.tokens[self.at][0] != "end":
            when = self._take("BEGIN", "END")
            test = until = None
            if not when and not self._peek("{"):
                test = self._expression()
                until = self._expression() if self._take(",") else None
            if when or self._peek("{"):
                self._want("{")
                action = self._block()
            else:
                action = _print_line
            rules.append(Rule(when, test, until, action))
            self._breaks()
        if not rules:
            raise LineRefused("`awk` has no program.", HELP)
        return rules

    def _block(self) -> Do:
        steps: list[Do] = []
        self._breaks()
        while not self._take("}"):
            if self.tokens[self.at][0] == "end":
                raise self._refused("opens a brace and does not close it")
            steps.append(self._statement())
            self._breaks()

        def run(state: Run) -> None:
            for step in steps:
                state.step()
                step(state)

        return run

    def _statement(self) -> Do:
        if self._take("{"):
            return self._block()
        if self._take("if"):
            return self._if()
        if self._take("for"):
            return self._for()
        if self._take("while"):
            return self._while()
        if self._take("do"):
            return self._do()
        done = self._simple()
        if not (self._peek(";", "\n", "}") or self.tokens[self.at][0] == "end"):
            raise self._refused()
        return done

    def _if(self) -> Do:
        self._want("(")
        test = self._expression()
        self._want(")")
        self._breaks()
        then, at = self._statement(), self.at
        self._breaks()
        other: Do | None = None
        if self._take("else"):
            self._breaks()
            other = self._statement()
        else:
            self.at = at

        def run(state: Run) -> None:
            if true(test(state)):
                then(state)
            elif other:
                other(state)

        return run

    def _for(self) -> Do:
        self._want("(")
        names = [value for _, value in self.tokens[self.at : self.at + 4]]
        if names[1:2] == ["in"] and names[3:4] == [")"]:
            self.at += 4
            return self._for_in(names[0], names[2])
        begin = self._simple() if not self._peek(";") else _nothing
        self._want(";")
        test = self._expression() if not self._peek(";") else _one
        self._want(";")
        go_on = self._simple() if not self._peek(")") else _nothing
        self._want(")")
        body = self._body()

        def run(state: Run) -> None:
            begin(state)
            while true(test(state)):
                state.step()
                if not _again(body, state):
                    break
                go_on(state)

        return run

    def _while(self) -> Do:
        self._want("(")
        test = self._expression()
        self._want(")")
        body = self._body()

        def run(state: Run) -> None:
            while true(test(state)):
                state.step()
                if not _again(body, state):
                    break

        return run

    def _do(self) -> Do:
        body = self._body()
        self._breaks()
        self._want("while")
        self._want("(")
        test = self._expression()
        self._want(")")

        def run(state: Run) -> None:
            while _again(body, state) and true(test(state)):
                state.step()

        return run

    def _for_in(self, name: str, array: str) -> Do:
        body = self._body()

        def run(state: Run) -> None:
            for key in list(state.arrays.get(array, {})):
                state.step()
                state.set(name, Given(key))
                if not _again(body, state):
                    break

        return run

    def _body(self) -> Do:
        self._breaks() if not self._peek(";") else None
        self.loops += 1
        body = _nothing if self._take(";") else self._statement()
        self.loops -= 1
        return body

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
            return _print_line

        def run(state: Run) -> None:
            state.say(together([one(state) for one in given], text(state.get("OFS"))) + text(state.get("ORS")))

        return run

    def _printed(self) -> list[Eval]:
        """Read what is printed; `>` and `|` would write elsewhere."""
        if self._peek(">", ">>", "|"):
            raise self._refused("would print into a file or a program")
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
            raise self._refused("would print into a file or a program")
        return given

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


def _nothing(_state: Run) -> None:
    """Do nothing."""


def _one(_state: Run) -> float:
    return 1.0


def _zero(_state: Run) -> float:
    return 0.0


def _ignored(_value: object) -> None:
    """Leave a value alone."""


def _print_line(state: Run) -> None:
    state.say(text(state.line) + text(state.get("ORS")))


def _raising(kind: type[Exception]) -> Do:
    def run(_state: Run) -> None:
        raise kind

    return run


def _exit(code: float) -> None:
    raise Exit(int(code))


def _leave(*, again: bool) -> None:
    raise Leave(again=again)


def _again(body: Do, state: Run) -> bool:
    try:
        body(state)
    except Leave as leave:
        return leave.again
    return True
