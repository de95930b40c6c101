"""awk's operands: constants, variables, fields, arrays, calls, and what can be set among them."""

from collections.abc import Callable, Sequence

from runbooks.lines.awk_calls import CALLS, replaced
from runbooks.lines.awk_running import NOTHING, Eval, Given, Run, Value, compiled, number, split, text, together
from runbooks.lines.awk_tokens import HELP, INSTEAD, WORDS, Tokens, unescaped

Place = tuple[Eval, Callable[[Run, Value], None]]
"""How a variable, a field or an array's entry is read, and set."""


class Operands(Tokens):
    """Reads operands; what stands in their parentheses and brackets is for `Expressions` to read."""

    def _expression(self, *, printing: bool = False) -> Eval:
        raise NotImplementedError

    def _comparing(self, *, printing: bool) -> Eval:
        raise NotImplementedError

    def _source(self, *, printing: bool) -> Callable[[Run], str]:
        kind, value = self.tokens[self.at]
        if kind == "regex":
            self.at += 1
            written = value.replace("\\/", "/")
            compiled(written)
            return lambda _state: written
        dynamic = self._comparing(printing=printing)
        return lambda state: text(dynamic(state))

    def _stepped(self) -> Eval:
        if sign := self._take("++", "--"):
            place = self._places.get(id(self._primary()))
            if place is None:
                raise self._refused("counts something that cannot be set")
            return _step(place, 1.0 if sign == "++" else -1.0, after=True)
        value = self._primary()
        place = self._places.get(id(value))
        if place is not None and (sign := self._take("++", "--")):
            return _step(place, 1.0 if sign == "++" else -1.0, after=False)
        return value

    def _place(self, read: Eval, put: Callable[[Run, Value], None]) -> Eval:
        self._places[id(read)] = (read, put)
        self._kept.append(read)
        return read

    def _primary(self) -> Eval:
        kind, value = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            constant = float(value)
            return lambda _state: constant
        if kind == "string":
            words = unescaped(value[1:-1])
            return lambda _state: words
        if kind == "regex":
            matching = compiled(value.replace("\\/", "/"))
            return truth(lambda state: matching.search(text(state.line)))
        if kind == "sign" and value == "(":
            return self._grouped()
        if kind == "sign" and value == "$":
            index = self._stepped()
            return self._place(
                lambda state: state.field(number(index(state))),
                lambda state, new: state.set_field(number(index(state)), new),
            )
        if kind == "name" and value not in WORDS:
            return self._named(value)
        raise self._refused()

    def _grouped(self) -> Eval:
        inner = self._expression()
        keys = [inner]
        while self._take(","):
            keys.append(self._expression())
        self._want(")")
        if len(keys) == 1:
            return _value(inner)
        if not self._peek("in"):
            raise self._refused()
        return lambda state: _subscript(state, keys)

    def _named(self, name: str) -> Eval:
        if name in CALLS or name in {"split", "sub", "gsub"}:
            return self._call(name)
        if self._peek("("):
            raise self._refused(f"calls `{name}`, which is not here", INSTEAD.get(name, HELP))
        if self._take("["):
            key = self._key()

            def read(state: Run) -> Value:
                return state.entries(name).setdefault(key(state), NOTHING)

            def put(state: Run, value: Value) -> None:
                state.put(name, key(state), value)

            return self._place(read, put)
        return self._place(lambda state: state.get(name), lambda state, value: state.set(name, value))

    def _call(self, name: str) -> Eval:
        if not self._take("("):
            if name != "length":
                raise self._refused()
            return lambda state: CALLS[name].run(state, ())
        if name in {"sub", "gsub"}:
            return self._replacing(everything=name == "gsub")
        if name == "split":
            return self._split()
        if name == "length" and self.tokens[self.at][0] == "name" and self.tokens[self.at + 1][1] == ")":
            return self._length()
        given: list[Eval] = []
        while not self._take(")"):
            if given:
                self._want(",")
            given.append(self._source(printing=False) if name == "match" and given else self._expression())
        call = CALLS[name]
        if not call.least <= len(given) <= call.most:
            raise self._refused(f"gives `{name}` {len(given)} arguments")
        return lambda state: call.run(state, [one(state) for one in given])

    def _length(self) -> Eval:
        """Count an array's entries, or a variable's characters: which it is, is known when it runs."""
        _, name = self.tokens[self.at]
        whole = self._primary()
        self._want(")")
        return lambda state: float(len(state.arrays[name]) if name in state.arrays else len(text(whole(state))))

    def _replacing(self, *, everything: bool) -> Eval:
        source = self._source(printing=False)
        self._want(",")
        replacement = self._expression()
        target = (
            self._expression()
            if self._take(",")
            else self._place(lambda state: state.line, lambda state, value: state.set_field(0, value))
        )
        self._want(")")
        place = self._places.get(id(target))
        if place is None:
            raise self._refused("replaces in something that cannot be set")

        def run(state: Run) -> Value:
            said, count = replaced(
                state, source(state), text(replacement(state)), text(place[0](state)), everything=everything
            )
            if count:
                place[1](state, said)
            return float(count)

        return run

    def _split(self) -> Eval:
        words = self._expression()
        self._want(",")
        _, name = self.tokens[self.at]
        self.at += 1
        separator = self._source(printing=False) if self._take(",") else _field_separator
        self._want(")")

        def run(state: Run) -> Value:
            parts = split(state.flow, text(words(state)), separator(state))
            state.fill(name, {str(index): Given(part) for index, part in enumerate(parts, 1)})
            return float(len(parts))

        return run

    def _key(self) -> Callable[[Run], str]:
        parts = [self._expression()]
        while self._take(","):
            parts.append(self._expression())
        self._want("]")
        return lambda state: _subscript(state, parts)


def truth(test: Callable[[Run], bool]) -> Eval:
    """Make a number of a test."""
    return lambda state: 1.0 if test(state) else 0.0


def _subscript(state: Run, parts: Sequence[Eval]) -> str:
    return together([part(state) for part in parts], text(state.get("SUBSEP")) if len(parts) > 1 else "")


def _field_separator(state: Run) -> str:
    return text(state.get("FS"))


def _value(inner: Eval) -> Eval:
    """What stands in parentheses is a value, and cannot be set."""

    def run(state: Run) -> Value:
        return inner(state)

    return run


def _step(place: Place, by: float, *, after: bool) -> Eval:
    def run(state: Run) -> Value:
        old = number(place[0](state))
        place[1](state, old + by)
        return old + by if after else old

    return run
