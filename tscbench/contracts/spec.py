"""One notation names a plugin with parameters everywhere: `munge(p=0.5, s=1)`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TypeAlias, Union

from tscbench.contracts.errors import SpecError

Value: TypeAlias = Union[None, bool, int, float, str, tuple["Value", ...], "Spec"]

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w./~-]))
           |(?P<quoted>"[^"]*"|'[^']*')
           |(?P<word>[A-Za-z_~./][\w./~*?:-]*|\d[\w./~:-]+)
           |(?P<mark>[()\[\],=]))""",
    re.VERBOSE,
)
_WORDS: dict[str, Value] = {"true": True, "false": False, "none": None}
_BARE = re.compile(r"[A-Za-z_~./][\w./~:-]*")


@dataclass(frozen=True)
class Spec:
    """A plugin's name and the parameters that were written, in the order of their names."""

    name: str
    params: tuple[tuple[str, Value], ...] = ()

    def __str__(self) -> str:
        if not self.params:
            return self.name
        return f"{self.name}({', '.join(f'{k}={show(v)}' for k, v in self.params)})"


def show(value: Value) -> str:
    """A value as it is written in a spec; what is read there has its type."""
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(show(v) for v in value)}]"
    if isinstance(value, str):
        bare = _BARE.fullmatch(value) and value.lower() not in _WORDS
        return value if bare else (f'"{value}"' if '"' not in value else f"'{value}'")
    return str(value)


def shortest(value: Value) -> Value:
    """The value as an annotation restores it: whole floats as whole numbers, in lists too."""
    if isinstance(value, tuple):
        return tuple(shortest(v) for v in value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def parse(text: str) -> Spec:
    """The spec that `text` writes.

    >>> str(parse("munge(s = 1.50, p=.5)"))
    'munge(p=0.5, s=1.5)'

    Raises:
        SpecError: with the place at which the text stops making sense.
    """
    reader = _Reader(text)
    spec = reader.spec()
    if reader.peek() is not None:
        raise reader.error("nothing more")
    return spec


def split(text: str) -> list[str]:
    """The parts of a comma list; commas inside brackets or quotes do not split.

    >>> split("none, munge(p=0.5, s=1)")
    ['none', 'munge(p=0.5, s=1)']
    """
    parts, depth, quote, start = [], 0, "", 0
    for i, c in enumerate(text):
        if quote:
            quote = "" if c == quote else quote
        elif c in "\"'":
            quote = c
        elif c in "([":
            depth += 1
        elif c in ")]":
            depth -= 1
        elif c == "," and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    return [part.strip() for part in [*parts, text[start:]] if part.strip()]


class _Reader:
    """A recursive-descent reader over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []
        self.at = 0
        end = len(text.rstrip())
        place = 0
        while place < end:
            match = _TOKEN.match(text, place)
            if match is None:
                raise SpecError(f"spec {text!r}: cannot read {text[place:]!r}")
            kind = str(match.lastgroup)
            self.tokens.append((kind, match[kind], match.start(kind)))
            place = match.end()

    def peek(self) -> str | None:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else None

    def error(self, wanted: str) -> SpecError:
        if self.at < len(self.tokens):
            _, came, place = self.tokens[self.at]
            return SpecError(
                f"spec {self.text!r}: {came!r} at place {place + 1}, expected {wanted}; "
                "a spec reads name(parameter=value, …)"
            )
        return SpecError(
            f"spec {self.text!r}: ends where {wanted} is expected; "
            "a spec reads name(parameter=value, …)"
        )

    def take(self, mark: str) -> None:
        if self.peek() != mark:
            raise self.error(repr(mark))
        self.at += 1

    def word(self, wanted: str) -> str:
        if self.at >= len(self.tokens) or self.tokens[self.at][0] != "word":
            raise self.error(wanted)
        self.at += 1
        return self.tokens[self.at - 1][1]

    def spec(self) -> Spec:
        name = self.word("a name")
        return Spec(name, self.params()) if self.peek() == "(" else Spec(name)

    def params(self) -> tuple[tuple[str, Value], ...]:
        self.take("(")
        found: dict[str, Value] = {}
        while self.peek() != ")":
            if found:
                self.take(",")
            name = self.word("a parameter's name")
            if name in found:
                raise SpecError(f"spec {self.text!r}: parameter {name!r} is given twice")
            self.take("=")
            found[name] = self.value()
        self.take(")")
        return tuple(sorted(found.items()))

    def value(self) -> Value:
        if self.at >= len(self.tokens):
            raise self.error("a value")
        kind, text, _ = self.tokens[self.at]
        if text == "[":
            return self.items()
        if kind == "mark":
            raise self.error("a value")
        self.at += 1
        if kind == "number":
            return self.number(text)
        if kind == "quoted":
            return text[1:-1]
        if self.peek() == "(":
            return Spec(text, self.params())
        return _WORDS.get(text.lower(), text)

    def number(self, text: str) -> Value:
        if re.fullmatch(r"[-+]?\d+", text):
            return int(text)
        if math.isinf(float(text)):
            raise SpecError(f"spec {self.text!r}: {text} is too large a number")
        return float(text)

    def items(self) -> tuple[Value, ...]:
        self.take("[")
        found: list[Value] = []
        while self.peek() != "]":
            if found:
                self.take(",")
            found.append(self.value())
        self.take("]")
        return tuple(found)
