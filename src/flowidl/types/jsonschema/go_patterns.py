"""The dialect of Go's regular expressions: does a pattern compile there.

The reference refuses a schema with a pattern that Go's `regexp` does not know: look-around, back-references,
possessive repeats, `\\Z`, `\\u`, counts over 1,000. This reads a pattern once, left to right, with a stack of
its own for groups.

Not decided: whether a pattern that is well formed is too large for Go once its counted repeats are written
out, which takes thousands of counts near 1,000 in one pattern. Names of Unicode classes are those of Unicode
15, which the reference was built with.
"""

from __future__ import annotations

import re

from flowidl.tuples import NamedTuple

_MAX_COUNT = 1_000
_MAX_HEIGHT = 1_000

_POSIX = "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit"
_CATEGORIES = """Any C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So
    Z Zl Zp Zs"""
_SCRIPTS = """Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali
    Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham
    Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru
    Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek
    Gujarati Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic
    Inherited Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li
    Kharoshthi Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian
    Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek
    Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean
    Nag_Mundari Nandinagari New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian
    Old_Italic Old_North_Arabian Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur
    Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic
    Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese
    Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai
    Tibetan Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square"""
_POSIX_CLASSES = frozenset(_POSIX.split())
_CLASSES = frozenset((_CATEGORIES + " " + _SCRIPTS).split())

#: What a backslash and a character may stand for, besides punctuation: one character.
_CHARACTERS = frozenset("afnrtv")
#: And a position or a class.
_PLACES = frozenset("AbBz")
_PERL = frozenset("dDsSwW")

_COUNT = re.compile(r"\{(0|[1-9][0-9]*)(,(0|[1-9][0-9]*)?)?\}")
_GROUP = re.compile(r"\(\?P?<([0-9A-Za-z_]+)>")
_FLAGS = re.compile(r"\(\?(?:[imsU]*)(?:-[imsU]+)?([:)])")
_UNICODE = re.compile(r"\\[pP](?:\{\^?([^{}]*)\}|([^{]))", re.DOTALL)
_HEX = re.compile(r"\\x(?:([0-9A-Fa-f]{2})|\{(0*[0-9A-Fa-f]{1,6})\})")
_OCTAL = re.compile(r"\\(?:0[0-7]{0,2}|[1-7][0-7]{1,2})")


class _PatternError(Exception):
    """The pattern does not compile; the text says why."""


class _Part(NamedTuple):
    """What a part of a pattern adds up to: the product of its nested counts, and how deep it nests."""

    product: int
    height: int


_SINGLE = _Part(1, 1)


class _Group:
    """A group that is being read: what its alternatives so far add up to, and the last part of this one."""

    def __init__(self, *, captures: bool) -> None:
        self.captures = captures
        self.last: _Part | None = None
        self._product = 1
        self._height = 0
        self._parts = 0
        self._alternatives = 0
        self._tallest = 1

    def add(self, part: _Part) -> None:
        self._settle()
        self._parts += 1
        self.last = part

    def _settle(self) -> None:
        """Reckon with the last part: nothing repeats it any more."""
        if self.last is not None:
            self._product = max(self._product, self.last.product)
            self._height = max(self._height, self.last.height)

    def alternative(self) -> None:
        self._settle()
        self._tallest = max(self._tallest, self._height + (self._parts > 1))
        self._alternatives += 1
        self._height = self._parts = 0
        self.last = None

    def whole(self) -> _Part:
        self.alternative()
        return _Part(self._product, self._tallest + (self._alternatives > 1) + self.captures)


class _Reader:
    """One pass over a pattern."""

    def __init__(self, pattern: str) -> None:
        self.text = pattern
        self.at = 0
        self.groups = [_Group(captures=False)]
        self.repeated = False
        #: Where the last `:]` stands, so that nobody looks for one in vain more than once.
        self.last_posix = pattern.rfind(":]")

    def read(self) -> None:
        while self.at < len(self.text):
            repeated, self.repeated = self.repeated, False
            self._step(self.text[self.at], repeated=repeated)
        if len(self.groups) > 1:
            raise _PatternError("a group is not closed")
        self._close()

    def _step(self, character: str, *, repeated: bool) -> None:
        if character == "(":
            self._open()
        elif character == ")":
            if len(self.groups) == 1:
                raise _PatternError("`)` closes no group")
            part = self._close()
            self.groups[-1].add(part)
            self.at += 1
        elif character == "|":
            self.groups[-1].alternative()
            self.at += 1
        elif character in "*+?" or (character == "{" and _COUNT.match(self.text, self.at)):
            self._repeat(character, repeated=repeated)
        elif character == "[":
            self._class()
            self.groups[-1].add(_SINGLE)
        elif character == "\\":
            self._escape()
        else:
            self.groups[-1].add(_SINGLE)
            self.at += 1

    def _open(self) -> None:
        if not self.text.startswith("(?", self.at):
            self.groups.append(_Group(captures=True))
            self.at += 1
            return
        flags = _FLAGS.match(self.text, self.at)
        named = _GROUP.match(self.text, self.at)
        if flags:
            if flags[1] == ":":
                self.groups.append(_Group(captures=False))
            self.at = flags.end()
        elif named:
            self.groups.append(_Group(captures=True))
            self.at = named.end()
        else:
            raise _PatternError("`(?` opens what Go does not know, such as look-around")

    def _close(self) -> _Part:
        part = self.groups.pop().whole()
        if part.height > _MAX_HEIGHT:
            raise _PatternError("it nests too deep")
        return part

    def _repeat(self, character: str, *, repeated: bool) -> None:
        group = self.groups[-1]
        if group.last is None:
            raise _PatternError("a repeat stands after nothing")
        times, end = 1, self.at + 1
        if character == "{":
            times, end = self._counted()
        if self.text.startswith("?", end):
            end += 1
        if repeated:
            raise _PatternError("a repeat is repeated")
        product = group.last.product * max(times, 1) if times else 1
        if times > 1 and product > _MAX_COUNT:
            raise _PatternError("counts multiply to more than 1,000")
        group.last = _Part(product, group.last.height + 1)
        self.at, self.repeated = end, True

    def _counted(self) -> tuple[int, int]:
        """Return how often the count at this place repeats, and where it ends."""
        match = _COUNT.match(self.text, self.at)
        assert match is not None
        if any(len(digits or "") > 4 for digits in (match[1], match[3])):
            raise _PatternError("a count is over 1,000")
        low = int(match[1])
        high = int(match[3]) if match[3] else low
        if low > _MAX_COUNT or high > _MAX_COUNT or high < low:
            raise _PatternError("a count is over 1,000, or ends before it begins")
        return high, match.end()

    def _escape(self) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        if following == "Q":
            end = self.text.find("\\E", self.at + 2)
            if (end if end >= 0 else len(self.text)) > self.at + 2:
                self.groups[-1].add(_SINGLE)
            self.at = end + 2 if end >= 0 else len(self.text)
            return
        if following and following in _PLACES:
            self.at += 2
        elif not self._class_escape():
            self._character()
        self.groups[-1].add(_SINGLE)

    def _class_escape(self) -> bool:
        """Read `\\d` or `\\pL`, if that stands here."""
        following = self.text[self.at + 1 : self.at + 2]
        if following and following in _PERL:
            self.at += 2
            return True
        if following and following in "pP":
            match = _UNICODE.match(self.text, self.at)
            if match is None or (match[1] if match[1] is not None else match[2]) not in _CLASSES:
                raise _PatternError("Go knows no such class of characters")
            self.at = match.end()
            return True
        return False

    def _character(self) -> int:
        """Read one character, escaped or not, and return it."""
        if self.at >= len(self.text):
            raise _PatternError("`[` is not closed")
        character = self.text[self.at]
        if character != "\\":
            self.at += 1
            return ord(character)
        following = self.text[self.at + 1 : self.at + 2]
        octal, hexadecimal = _OCTAL.match(self.text, self.at), _HEX.match(self.text, self.at)
        if octal:
            self.at = octal.end()
            return int(octal[0][1:], 8)
        if hexadecimal:
            self.at = hexadecimal.end()
            code = int(hexadecimal[1] or hexadecimal[2], 16)
            if code <= 0x10FFFF:
                return code
        elif following in _CHARACTERS or (following and following.isascii() and not following.isalnum()):
            self.at += 2
            return "\a\f\n\r\t\v".find(following) if following.isalnum() else ord(following)
        raise _PatternError(f"Go does not know what `\\{following}` escapes")

    def _class(self) -> None:
        self.at += 1
        if self.text.startswith("^", self.at):
            self.at += 1
        first = True
        while first or not self.text.startswith("]", self.at):
            first = False
            if self.text.startswith("[:", self.at) and self.at + 2 <= self.last_posix:
                end = self.text.index(":]", self.at + 2)
                if self.text[self.at + 2 : end].removeprefix("^") not in _POSIX_CLASSES:
                    raise _PatternError("Go knows no such class of characters")
                self.at = end + 2
            elif not (self.text.startswith("\\", self.at) and self._class_escape()):
                self._range()
        self.at += 1

    def _range(self) -> None:
        low = self._character()
        if self.text.startswith("-", self.at) and self.text[self.at + 1 : self.at + 2] not in ("", "]"):
            self.at += 1
            if self._character() < low:
                raise _PatternError("a range ends before it begins")


def pattern_fault(pattern: str) -> str:
    """Return why Go would not compile a pattern; nothing if it would."""
    try:
        _Reader(pattern).read()
    except _PatternError as fault:
        return str(fault)
    return ""
