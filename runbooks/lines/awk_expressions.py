"""awk's expressions, by precedence, each made into a function of the run."""

from collections.abc import Callable, Sequence

from runbooks.lines.awk_operands import Operands, truth
from runbooks.lines.awk_running import (
    Eval,
    Run,
    Value,
    bounded,
    compare,
    compiled,
    number,
    power,
    text,
    true,
)
from runbooks.lines.awk_tokens import WORDS

_COMPARING: dict[str, Callable[[int], bool]] = {
    "==": lambda order: order == 0, "!=": lambda order: order != 0, "<": lambda order: order < 0,
    ">": lambda order: order > 0, "<=": lambda order: order <= 0, ">=": lambda order: order >= 0,
}  # fmt: skip
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
    "/": lambda a, b: a / b, "%": lambda a, b: a - b * int(a / b), "^": power,
}  # fmt: skip


class Expressions(Operands):
    """Reads expressions; `printing` leaves `>` to print."""

    def _expression(self, *, printing: bool = False) -> Eval:
        left = self._ternary(printing=printing)
        if not self._peek("=", "+=", "-=", "*=", "/=", "%=", "^="):
            return left
        place = self._places.get(id(left))
        if place is None:
            raise self._refused("sets something that cannot be set")
        sign = self._take("=", "+=", "-=", "*=", "/=", "%=", "^=")
        right = self._expression(printing=printing)
        compute = None if sign == "=" else _ARITHMETIC[sign[0]]

        def run(state: Run) -> Value:
            value = right(state) if compute is None else compute(number(place[0](state)), number(right(state)))
            place[1](state, value)
            return value

        return run

    def _ternary(self, *, printing: bool) -> Eval:
        test = self._or(printing=printing)
        if not self._take("?"):
            return test
        yes = self._expression(printing=printing)
        self._want(":")
        no = self._expression(printing=printing)
        return lambda state: yes(state) if true(test(state)) else no(state)

    def _or(self, *, printing: bool) -> Eval:
        left = self._and(printing=printing)
        while self._take("||"):
            self._breaks()
            left = _either(left, self._and(printing=printing))
        return left

    def _and(self, *, printing: bool) -> Eval:
        left = self._in(printing=printing)
        while self._take("&&"):
            self._breaks()
            left = _every(left, self._in(printing=printing))
        return left

    def _in(self, *, printing: bool) -> Eval:
        left = self._matching(printing=printing)
        while self._take("in"):
            left = _member(left, self.tokens[self.at][1])
            self.at += 1
        return left

    def _matching(self, *, printing: bool) -> Eval:
        left = self._comparing(printing=printing)
        while sign := self._take("~", "!~"):
            left = _like(left, self._source(printing=printing), unlike=sign == "!~")
        return left

    def _comparing(self, *, printing: bool) -> Eval:
        left = self._concatenation()
        signs = [sign for sign in _COMPARING if not (printing and sign == ">")]
        if sign := self._take(*signs):
            right, holds = self._concatenation(), _COMPARING[sign]
            return truth(lambda state: holds(compare(left(state), right(state))))
        return left

    def _concatenation(self) -> Eval:
        left = self._sum()
        while self._begins_operand():
            left = _joined(left, self._sum())
        return left

    def _begins_operand(self) -> bool:
        kind, value = self.tokens[self.at]
        return (
            kind in {"number", "string"}
            or (kind == "name" and value not in WORDS)
            or (kind == "sign" and value in {"$", "(", "!", "-", "+", "++", "--"})
        )

    def _sum(self) -> Eval:
        return self._arithmetic(("+", "-"), self._product)

    def _product(self) -> Eval:
        return self._arithmetic(("*", "/", "%"), self._unary)

    def _arithmetic(self, signs: Sequence[str], below: Callable[[], Eval]) -> Eval:
        left = below()
        while sign := self._take(*signs):
            left = _computed(sign, left, below())
        return left

    def _unary(self) -> Eval:
        if sign := self._take("!", "-", "+"):
            value = self._unary()
            if sign == "!":
                return truth(lambda state: not true(value(state)))
            return lambda state: number(value(state)) * (-1.0 if sign == "-" else 1.0)
        base = self._stepped()
        return _computed("^", base, self._unary()) if self._take("^") else base


def _either(one: Eval, other: Eval) -> Eval:
    return truth(lambda state: true(one(state)) or true(other(state)))


def _every(one: Eval, other: Eval) -> Eval:
    return truth(lambda state: true(one(state)) and true(other(state)))


def _member(key: Eval, name: str) -> Eval:
    return truth(lambda state: text(key(state)) in state.arrays.get(name, {}))


def _like(one: Eval, source: Callable[[Run], str], *, unlike: bool) -> Eval:
    return truth(lambda state: compiled(source(state)).search(text(one(state))) is not unlike)


def _joined(one: Eval, other: Eval) -> Eval:
    return lambda state: bounded(text(one(state)) + text(other(state)))


def _computed(sign: str, one: Eval, other: Eval) -> Eval:
    compute = _ARITHMETIC[sign]
    return lambda state: compute(number(one(state)), number(other(state)))
