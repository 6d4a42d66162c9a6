"""Kubernetes resource quantities: `500m`, `1.5Gi`, `2e3`.

A quantity is `[+-] digits[.digits] suffix`, without spaces; a suffix is a power of 1024 (`Ki` ... `Ei`), a
power of 1000 (`n` ... `E`, `k` in lower case) or a decimal exponent. Where no digit is left, the value is
zero: `-`, `m` and `.Mi` are quantities. Values are kept to a thousand-millionth, rounded away from zero. As
in Kubernetes, multiples of powers of 1024 that do not fit into 64 bits are taken for 2^63 - 1. The cost of
reading one depends on the length of its text only, whatever exponent that spells.
"""

from __future__ import annotations

import re

from flowidl.tuples import NamedTuple

_SYNTAX = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?[0-9]+))?")
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}

_NANO = 10**9
_LARGEST = (2**63 - 1) * _NANO
#: Powers of ten beyond which a number is too large, or too small, whatever its suffix.
_RANGE = 60
#: Digits that surely fit into 64 bits: of decimal numbers, and of numbers that are multiplied by 1024^n.
_DIGITS, _BINARY_DIGITS = 18, 14


class Quantity(NamedTuple):
    """One quantity, exact within the limits above, in thousand-millionths of a unit (CPU, byte, device).

    Beyond 10^120 the value says no more than that it is larger than anything else.
    """

    text: str
    nanos: int

    @property
    def whole(self) -> int:
        """The value that the reference compares: whole units in 64 bits, away from zero (`100m` is 1)."""
        units = min(-(-abs(self.nanos) // _NANO), _LARGEST // _NANO)
        return units if self.nanos >= 0 else -units


def parse_quantity(text: str) -> Quantity | None:
    """Return the quantity that `text` spells, or `None` if it spells none."""
    match = _SYNTAX.fullmatch(text) if text else None
    if match is None:
        return None
    sign, before, after, suffix, exponent = match.groups()
    power_of_ten = _exponent(exponent)
    if power_of_ten is None:
        return None
    fraction, binary = after or "", _BINARY.get(suffix or "", 0)
    scale = _DECIMAL.get(suffix or "", 0) + power_of_ten - len(fraction)
    number = before.lstrip("0") or "0"
    fits = _fits(len(number), len(fraction), scale, binary)
    if not (before or fraction or fits):
        return None
    digits = (number + fraction).lstrip("0")
    nanos = _nanos(digits, scale + 9, binary)
    if binary and not fits:
        nanos = min(nanos, _LARGEST)
    return Quantity(text, -nanos if sign == "-" else nanos)


def _fits(digits: int, decimals: int, scale: int, binary: int) -> bool:
    """Tell whether Kubernetes keeps a number in 64 bits and a power of ten, rather than in a decimal."""
    if binary:
        return not decimals and digits + 3 * binary <= _BINARY_DIGITS
    return digits + decimals <= _DIGITS and scale >= -9


def _exponent(digits: str | None) -> int | None:
    """Return an exponent as 32 bits hold it; `None` if it has more than 64."""
    if not digits:
        return 0
    sign = -1 if digits[0] == "-" else 1
    digits = digits.lstrip("+-").lstrip("0")
    if len(digits) > 19:
        return None
    exponent = sign * int(digits or "0")
    if not -(2**63) <= exponent < 2**63:
        return None
    return (exponent + 2**31) % 2**32 - 2**31


def _nanos(digits: str, scale: int, power: int) -> int:
    """Return digits * 10^scale * 1024^power, rounded up, looking at no more digits than can matter."""
    if not digits:
        return 0
    if len(digits) + scale > _RANGE:
        return int(10 ** (2 * _RANGE))
    if len(digits) + scale < -_RANGE:
        return 1
    kept, rest = digits[: 2 * _RANGE], digits[2 * _RANGE :]
    number: int = (int(kept) + (1 if rest.strip("0") else 0)) * 1024**power
    scale += len(rest)
    power_of_ten: int = 10 ** abs(scale)
    return number * power_of_ten if scale >= 0 else -(-number // power_of_ten)
