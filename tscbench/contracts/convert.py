"""Values of a spec as a plugin's annotations want them."""

from __future__ import annotations

import collections.abc
import types
import typing
from pathlib import Path
from typing import Any

from tscbench.contracts.errors import SpecError
from tscbench.contracts.spec import Spec, Spelled, Value, show


def unwritable(hint: Any) -> str:
    """Why no spec can write values of an annotation, and what to write instead; empty where specs
    can, as far as that is known."""
    for option in _options(hint) or ():
        origin = typing.get_origin(option) or option
        arguments = typing.get_args(option)
        item = _name(arguments[0]) if arguments else "float"
        if origin in _LISTS:
            return f"{_name(option)}, which no spec can write; write tuple[{item}, ...]"
        if origin is dict:
            cure = "write Mapping[str, Any], which collects what no other parameter takes"
            return f"{_name(option)}, which no spec can write; {cure}"
        if origin is tuple and arguments and arguments[1:] != (Ellipsis,):
            cure = f"write tuple[{item}, ...], or a parameter for each"
            return f"{_name(option)}, whose items a spec does not tell apart; {cure}"
    return ""


_LISTS = (list, set, frozenset, collections.abc.Sequence, collections.abc.Iterable)


def _name(hint: Any) -> str:
    """An annotation as it is written."""
    return hint.__name__ if type(hint) is type else str(hint).removeprefix("typing.")


def convert(value: Value, hint: Any, where: str, spelled: Spelled | None = None) -> Any:
    """`value` as the annotation `hint` wants it. spelled: how it was typed, where it was: a
    parameter that takes a text takes `007`, `1.0`, `true` and `none` by their letters."""
    options = _options(hint)
    if options is None:
        return value
    text = value if isinstance(value, str) else _text(value, spelled)
    for option in options:
        if typing.get_origin(option) is typing.Literal:
            if value in typing.get_args(option):
                return value
            if text in typing.get_args(option):
                return text
        if option is type(None) and value is None:
            return None
        if option is float and isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        if option is int and isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(option, type) and type(value) is option:
            return value
        if typing.get_origin(option) is tuple:
            inner = typing.get_args(option)[0]
            items = value if isinstance(value, tuple) else (value,)
            texts = spelled if isinstance(value, tuple) else (spelled,)
            return tuple(
                convert(v, inner, where, t) for v, t in zip(items, _each(texts, items), strict=True)
            )
    if text is not None and str in options:
        return text
    if text is not None and Path in options and isinstance(value, str | bool | None):
        return Path(text)
    wanted = " or ".join(_say(option) for option in options)
    raise SpecError(f"{where}={show(value)}: must be {wanted}")


def takes_text(hint: Any) -> bool:
    """Whether a parameter of this annotation may be a text, or a list of such."""
    return any(
        option is str
        or (typing.get_origin(option) is tuple and takes_text(typing.get_args(option)[0]))
        for option in _options(hint) or ()
    )


def _text(value: Value, spelled: Spelled | None) -> str | None:
    """The letters of a number or word; of a list or a spec none."""
    if isinstance(value, tuple | Spec):
        return None
    return spelled if isinstance(spelled, str) else show(value)


def _each(spelled: Any, items: tuple[Value, ...]) -> tuple[Spelled | None, ...]:
    return spelled if isinstance(spelled, tuple) else (None,) * len(items)


def _options(hint: Any) -> tuple[Any, ...] | None:
    if hint is None or hint is Any:
        return None
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return typing.get_args(hint)
    return (hint,)


def _say(option: Any) -> str:
    if typing.get_origin(option) is typing.Literal:
        return "one of " + ", ".join(show(v) for v in typing.get_args(option))
    words = {type(None): "none", float: "a number", int: "a whole number", bool: "true or false"}
    if typing.get_origin(option) is tuple:
        return "a list"
    return words.get(
        option, {str: "a text", Path: "a path", Spec: "a spec"}.get(option, str(option))
    )
