"""An awk program read: patterns, actions and statements."""

from dataclasses import dataclass

from runbooks.lines.awk_running import Do, Eval, Given, Leave, Run, true
from runbooks.lines.awk_statements import Statements, print_line
from runbooks.lines.awk_tokens import HELP
from runbooks.lines.refusal import LineRefused


@dataclass(frozen=True, eq=False)
class Rule:
    """A pattern with its action. `when` is BEGIN, END or empty."""

    when: str
    test: Eval | None
    until: Eval | None
    action: Do


class Reader(Statements):
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
                action = print_line
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


def _nothing(_state: Run) -> None:
    """Do nothing."""


def _one(_state: Run) -> float:
    return 1.0


def _again(body: Do, state: Run) -> bool:
    try:
        body(state)
    except Leave as leave:
        return leave.again
    return True
