"""One notation names a plugin with parameters everywhere: `munge(p=0.5, s=1)`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TypeAlias, Union

from tscbench.contracts.errors import SpecError

Value: TypeAlias = Union[None, bool, int, float, str, tuple["Value", ...], "Spec"]

Spelled: TypeAlias = Union[str, tuple["Spelled", ...], "Spec"]
"""A value as it was typed: of numbers and words their own letters, of quoted text what it holds."""

SUITE_NAME = r"[a-z0-9][a-z0-9_.-]*"
"""What a suite may be called."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w./~:-]))
           |(?P<quoted>"(?:[^"]|"")*"|'(?:[^']|'')*')
           |(?P<word>[^\W\d][\w./~*?:-]*|[~./][\w./~*?:-]*|\d[\w./~:-]+)
           |(?P<mark>[()\[\],=]))""",
    re.VERBOSE,
)
_WORDS: dict[str, Value] = {"true": True, "false": False, "none": None}
_BARE = re.compile(r"[A-Za-z_~./][\w./~:-]*")


@dataclass(frozen=True)
class Spec:
    """A plugin's name and the parameters that were written, in the order of their names.

    spelled: the values as they were typed, by name, for parameters that take a text: `007` is the
    number 7 and the text "007". Empty of a spec that was not read from a text.
    """

    name: str
    params: tuple[tuple[str, Value], ...] = ()
    spelled: tuple[tuple[str, Spelled], ...] = field(default=(), compare=False, repr=False)

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
        return value if _is_bare(value) else quoted(value)
    return str(value)


def quoted(text: str) -> str:
    """A text in quotes, of the kind that it does not hold itself; of both, those within doubled."""
    if '"' in text and "'" not in text:
        return f"'{text}'"
    return '"' + text.replace('"', '""') + '"'


def _is_bare(text: str) -> bool:
    """Whether a text reads as itself without quotes."""
    match = _TOKEN.match(text) if _BARE.fullmatch(text) else None
    return match is not None and match.lastgroup == "word" and text.lower() not in _WORDS


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
    """The parts of a comma list; commas inside brackets or quotes do not split. A quote that is
    doubled within quotes ends them and begins them again.

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
                raise SpecError(
                    f"spec {text!r}: cannot read {text[place:]!r}; a text that holds other signs "
                    "than letters, digits and . / ~ : _ - is written in quotes"
                )
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
        return self.called(name) if self.peek() == "(" else Spec(name)

    def called(self, plugin: str) -> Spec:
        """The spec of a plugin whose brackets come next."""
        self.take("(")
        params: dict[str, Value] = {}
        spelled: dict[str, Spelled] = {}
        while self.peek() != ")":
            if params:
                self.take(",")
            name = self.word("a parameter's name")
            if name in params:
                raise SpecError(f"spec {self.text!r}: parameter {name!r} is given twice")
            self.take("=")
            params[name], spelled[name] = self.value()
        self.take(")")
        names = sorted(params)
        return Spec(
            plugin, tuple((n, params[n]) for n in names), tuple((n, spelled[n]) for n in names)
        )

    def value(self) -> tuple[Value, Spelled]:
        """A value, and how it is spelled."""
        if self.at >= len(self.tokens):
            raise self.error("a value")
        kind, text, _ = self.tokens[self.at]
        if text == "[":
            return self.items()
        if kind == "mark":
            raise self.error("a value")
        self.at += 1
        if kind == "number":
            return self.number(text), text
        if kind == "quoted":
            held = text[1:-1].replace(text[0] * 2, text[0])
            return held, held
        if self.peek() == "(":
            spec = self.called(text)
            return spec, spec
        return _WORDS.get(text.lower(), text), text

    def number(self, text: str) -> Value:
        if re.fullmatch(r"[-+]?\d+", text) and len(text) <= 400:
            return int(text)
        if math.isinf(float(text)):
            raise SpecError(f"spec {self.text!r}: {text} is too large a number")
        return float(text)

    def items(self) -> tuple[tuple[Value, ...], tuple[Spelled, ...]]:
        self.take("[")
        pairs: list[tuple[Value, Spelled]] = []
        while self.peek() != "]":
            if pairs:
                self.take(",")
            pairs.append(self.value())
        self.take("]")
        return tuple(value for value, _ in pairs), tuple(spelled for _, spelled in pairs)
