"""Every syntax error of a text, in words.

Reads a text that did not parse once more, token by token. At an error the parser is brought back on its way
by the first of these that works: a misspelt keyword is taken as meant; one missing token is put in; the text
is skipped up to the next statement keyword, entry or closing brace whose block is open. Each step ends
beyond the error, so the whole is linear in the length of the text. An error at the very
token after one that was put in is a consequence and not reported.

Words and examples: ``dsl/messages.toml``.

Non-goals: no tree; the text stays wrong.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from lark import Token
from lark.exceptions import UnexpectedInput, UnexpectedToken
from lark.parsers.lalr_analysis import Shift
from lark.parsers.lalr_interactive_parser import InteractiveParser

from maestro_py._resources import read_text
from maestro_py.errors import Diagnostic
from maestro_py.syntax._grammar import START, Reader
from maestro_py.syntax._scan import Positions
from maestro_py.syntax.codes import CODES, diagnostic

CONSEQUENCE_TOKENS = 1
_LISTED_EXPECTATIONS = 6

_WORDS_AND_BRACES = re.compile(
    r"""//[^\n]*|/\*[\s\S]*?\*/|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<brace>[{}])"""
)
_WORD_OR_CHARACTER = re.compile(r"[\w.]+|->|.", re.DOTALL)
_BEGINS_ENTRY = re.compile(r"(?:^|[,;{\n])[ \t]*$")
_UP_TO_PARENTHESIS = re.compile(r"[^(){};]*\)")
_BLANKS_LOOKED_BACK = 80
_LONGEST_WORD = 40
_KEYWORDS = {
    "Constant": "CONSTANT",
    "Network": "NETWORK",
    "Layer": "LAYER",
    "Type": "TYPE",
    "Repeat": "REPEAT",
    "Stride": "STRIDE",
    "Dilation": "DILATION",
    "Padding": "PADDING",
    "Density": "DENSITY",
    "Dimensions": "DIMENSIONS",
    "Dataflow": "DATAFLOW",
    "SpatialMap": "SPATIAL_MAP",
    "TemporalMap": "TEMPORAL_MAP",
    "Cluster": "CLUSTER",
    "Accelerator": "ACCELERATOR",
    "Technology": "TECHNOLOGY",
    "Sz": "SIZE_OF",
}
_HARDWARE_KEYS = (
    "num_pes",
    "l1_size_cstr",
    "l2_size_cstr",
    "noc_bw_cstr",
    "NoC_NumHops",
    "offchip_bw_cstr",
)
_HOMES = {
    "Constant": "at top level, before the network",
    "Network": "at top level",
    "Accelerator": "at top level",
    "Layer": "inside Network name { .. }",
    "Type": "inside Layer name { .. }",
    "Repeat": "inside Layer name { .. }",
    "Stride": "inside Layer name { .. }",
    "Dilation": "inside Layer name { .. }",
    "Padding": "inside Layer name { .. }",
    "Density": "inside Layer name { .. }",
    "Dimensions": "inside Layer name { .. }",
    "SpatialMap": "inside Dataflow { .. }",
    "TemporalMap": "inside Dataflow { .. }",
    "Cluster": "inside Dataflow { .. }",
    "Technology": "inside Accelerator { .. }, outside its sections",
}
_FORGOTTEN = {"M112", "M113", "M115"}  # something is missing behind the token before
_SURPLUS = {"M120", "M121"}  # what stands up to the closing parenthesis is too much
# Tokens that a writer forgets, in the order tried, with a stand-in.
_INSERTIONS = {"RPAR": ")", "LABEL": "_", "NAME": "_", "INTEGER": "1", "LBRACE": "{", "LPAR": "("}


@dataclass(frozen=True, slots=True)
class Messages:
    """``dsl/messages.toml``: words for terminals, and which code fits which parser state."""

    words: Mapping[str, str]
    by_token: Mapping[tuple[int, str], str]
    by_state: Mapping[int, str]


def _read_messages(machine: Reader) -> Messages:
    """Run the broken snippets through the parser and note the states in which it stops."""
    table: dict[str, Any] = tomllib.loads(read_text("dsl", "messages.toml"))
    by_token: dict[tuple[int, str], str] = {}
    by_state: dict[int, str] = {}
    for example in table["example"]:
        parser = machine.lark.parse_interactive(example["snippet"], start=START)
        try:
            parser.exhaust_lexer()
            parser.feed_eof()
        except UnexpectedInput as error:
            state = parser.parser_state.position
            if example.get("exact"):
                by_token[state, _token_type(error)] = example["code"]
            else:
                by_state[state] = example["code"]
    return Messages(table["words"], by_token, by_state)


def messages_of(machine: Reader) -> Messages:
    """Return the messages of a reader, made at its first error (states are numbered per reader)."""
    if machine.messages is None:
        machine.messages = _read_messages(machine)
    found = machine.messages
    assert isinstance(found, Messages)
    return found


def syntax_errors(machine: Reader, text: str, file: str, limit: int) -> list[Diagnostic]:
    """Return the syntax errors of a text, at most ``limit + 1``."""
    recovery = _Recovery(machine, text, file)
    recovery.run(limit)
    return recovery.found


def _token_type(error: UnexpectedInput) -> str:
    return str(error.token.type) if isinstance(error, UnexpectedToken) else ""


def _offset(error: UnexpectedInput) -> int:
    place: Any = error  # Lark declares the attribute as None and sets it in every subclass
    return int(place.pos_in_stream)


class _Recovery:
    """One reading of a wrong text."""

    def __init__(self, machine: Reader, text: str, file: str) -> None:
        self.text = text
        self.positions = Positions(text, file)
        self.messages = messages_of(machine)
        self.parser: InteractiveParser = machine.lark.parse_interactive(text, start=START)
        self.found: list[Diagnostic] = []
        self.previous: Token | None = None
        self.tokens_since_error = CONSEQUENCE_TOKENS

    def run(self, limit: int) -> None:
        """Read to the end, or until more than ``limit`` errors are found."""
        while len(self.found) <= limit:
            try:
                self._read_on()
            except UnexpectedInput as error:
                if not self._resume(error):
                    return
            else:
                return

    def _read_on(self) -> None:
        parser = self.parser
        for token in parser.lexer_thread.lex(parser.parser_state):
            parser.feed_token(token)
            self.previous = token
            self.tokens_since_error += 1
        parser.feed_eof()

    def _resume(self, error: UnexpectedInput) -> bool:
        """Report an error and bring the parser on its way again; False if there is none."""
        kind = _token_type(error)
        if kind == "$END":
            self._report(*self._end_message(), len(self.text.rstrip()))
            return False
        offset = _offset(error)
        accepts = self.parser.accepts()
        message = self._message(kind, offset, accepts)
        inserted = False
        keyword = self._take_as_meant(offset, accepts)
        if keyword is not None:
            message = (
                "M103",
                f"{_quoted(self._word(offset))} is no keyword here",
                f"did you mean {keyword!r}?",
            )
            opened: int | None = 0
        elif self._close(message[0], offset, accepts) or (inserted := self._insert(offset, accepts)):
            opened = 0
        else:
            message = self._misplaced(offset) or message
            opened = self._skip(offset)
            if opened:
                word = _quoted(self._word(offset))
                hint = f"close the block that opens in line {opened} before this"
                message = "M102", f"{word} may not stand in this block; a '}}' is missing", hint
        self._report(*message, self._before(offset) if message[0] in _FORGOTTEN else offset)
        if not inserted:  # the parser is at the boundary of a statement again
            self.tokens_since_error = CONSEQUENCE_TOKENS
        return opened is not None

    def _before(self, offset: int) -> int:
        """Return the place of the token before ``offset`` if that is on an earlier line."""
        previous = self.previous
        if previous is None or previous.line is None or previous.start_pos is None:
            return offset
        return previous.start_pos if previous.line < self.positions.place(offset)[0] else offset

    # ---- words --------------------------------------------------------------------------------------

    def _report(self, code: str, message: str, hint: str | None, offset: int) -> None:
        if self.tokens_since_error >= CONSEQUENCE_TOKENS:
            span = self.positions.span(offset, offset + max(1, len(self._word(offset))))
            self.found.append(diagnostic(code, message, span, hint))
        self.tokens_since_error = 0

    def _word(self, offset: int) -> str:
        match = _WORD_OR_CHARACTER.match(self.text, offset)
        return match.group() if match else ""

    def _message(self, kind: str, offset: int, accepts: set[str]) -> tuple[str, str, str | None]:
        state = self.parser.parser_state.position
        word = _quoted(self._word(offset))
        code = self.messages.by_token.get((state, kind)) or self.messages.by_state.get(state)
        if code is not None:
            return code, f"{CODES[code].title}; found {word}", None
        if not kind:
            return "M105", f"{word} has no meaning here; expected {self._expected(accepts)}", None
        return "M101", f"unexpected {word}; expected {self._expected(accepts)}", None

    def _misplaced(self, offset: int) -> tuple[str, str, str] | None:
        """Return the message for a keyword that no open block can take."""
        word = self._word(offset)
        home = _HOMES.get(word)
        if home is None or self._can_follow(_KEYWORDS[word]):
            return None
        return "M118", f"{_quoted(word)} stands outside its block", f"it belongs {home}"

    def _open_states(self) -> Iterator[tuple[int, Mapping[str, Any], bool]]:
        """Yield depth and actions of the states in open blocks, innermost first, and if a block was left."""
        state = self.parser.parser_state
        states = state.parse_conf.parse_table.states
        left = False
        closed = 0
        for depth in range(len(state.state_stack) - 1, -1, -1):
            if not closed:
                yield depth, states[state.state_stack[depth]], left
            kind = getattr(state.value_stack[depth - 1], "type", "") if depth else ""
            if kind == "RBRACE":
                closed += 1
            elif kind == "LBRACE":
                left = left or not closed
                closed = max(0, closed - 1)

    def _can_follow(self, kind: str) -> bool:
        """Whether a keyword has a place in one of the open blocks."""
        return any(kind in actions for _, actions, _ in self._open_states())

    def _end_message(self) -> tuple[str, str, str | None]:
        opened = self._open_brace_line()
        if opened is not None:
            return "M102", f"the text ends inside a block; the '{{' of line {opened} is not closed", None
        return "M101", f"the text ends too early; expected {self._expected(self.parser.accepts())}", None

    def _expected(self, accepts: set[str]) -> str:
        """Return the terminals that may stand here in human words, in the order of the words table."""
        if {"INTEGER", "SIZE_OF"} <= accepts:
            size = ["a size (a number, a constant, Sz(dimension))"]
            accepts = accepts - {"INTEGER", "SIZE_OF", "NAME", "LPAR", "DECIMAL"}
        else:
            size = []
        words = [
            word
            for terminal, word in self.messages.words.items()
            if terminal in accepts and terminal != "_SEPARATOR"
        ]
        words = list(dict.fromkeys(size + words))
        if len(words) > 1:
            words = [w for w in words if w != self.messages.words["PLUS"]] or words
        if len(words) > _LISTED_EXPECTATIONS:
            words = [*words[:_LISTED_EXPECTATIONS], "something else"]
        return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else "nothing more"

    def _open_brace_line(self) -> int | None:
        """Return the line of the innermost brace that may still be open."""
        for value in reversed(self.parser.parser_state.value_stack):
            if isinstance(value, Token) and value.type == "LBRACE":
                return value.line
        return None

    # ---- ways on ------------------------------------------------------------------------------------

    def _seek(self, offset: int) -> None:
        """Let the lexer continue at a character."""
        state = self.parser.lexer_thread.state
        assert state is not None
        counter = state.line_ctr
        counter.char_pos = offset
        counter.line, counter.column = self.positions.place(offset)
        counter.line_start_pos = offset - counter.column + 1

    def _token(self, kind: str, value: str, offset: int) -> Token:
        line, column = self.positions.place(offset)
        return Token(kind, value, offset, line, column, line, column + len(value), offset + len(value))

    def _take_as_meant(self, offset: int, accepts: set[str]) -> str | None:
        """Read a misspelt keyword as the keyword; return it, or None."""
        word = self._word(offset)
        if word in _KEYWORDS or not word[:1].isalpha():
            return None
        allowed = {keyword: kind for keyword, kind in _KEYWORDS.items() if kind in accepts}
        if "HARDWARE_KEY" in accepts:
            allowed |= dict.fromkeys(_HARDWARE_KEYS, "HARDWARE_KEY")
        close = get_close_matches(word[:_LONGEST_WORD].lower(), [k.lower() for k in allowed], 1, 0.7)
        for keyword, kind in allowed.items():
            if close == [keyword.lower()]:
                self.parser.feed_token(self._token(kind, keyword, offset))
                self._seek(offset + len(word))
                return keyword
        return None

    def _close(self, code: str, offset: int, accepts: set[str]) -> bool:
        """Pass over what is too much in parentheses, if they close in this statement."""
        match = _UP_TO_PARENTHESIS.match(self.text, offset) if code in _SURPLUS else None
        if match is None or "RPAR" not in accepts:
            return False
        self.parser.feed_token(self._token("RPAR", ")", match.end() - 1))
        self._seek(match.end())
        return True

    def _insert(self, offset: int, accepts: set[str]) -> bool:
        """Put in one token that is missing, if the text then goes on."""
        word = self._word(offset)
        for kind, value in _INSERTIONS.items():
            if kind in accepts and self._fits(kind, value, offset, _KEYWORDS.get(word)):
                self.parser.feed_token(self._token(kind, value, offset))
                self._seek(offset)
                return True
        return False

    def _fits(self, kind: str, value: str, offset: int, keyword: str | None) -> bool:
        """Whether the parser, given a token, can read what stands at ``offset``."""
        trial = self.parser.copy(deepcopy_values=False)
        trial.parser_state.parse_conf = copy(trial.parser_state.parse_conf)
        trial.parser_state.parse_conf.callbacks = {}
        try:
            trial.feed_token(Token(kind, value))
            lexer_state = trial.lexer_thread.state
            assert lexer_state is not None
            lexer_state.line_ctr.char_pos = offset
            token = next(trial.lexer_thread.lex(trial.parser_state), None)
            if token is None or (keyword is not None and token.type != keyword):
                return False
            trial.feed_token(token)
        except UnexpectedInput:
            return False
        return True

    def _skip(self, offset: int) -> int | None:
        """Go on at the next keyword, entry or closing brace that an open block can take.

        Return None if there is none, 0 if the block was left in order, else the line of the innermost block
        that the text at ``offset`` itself left open.
        """
        depth = 0
        for match in _WORDS_AND_BRACES.finditer(self.text, offset):
            mark, start = match.group(), match.start()
            if mark == "{":
                depth += 1
            elif mark == "}" and depth:
                depth -= 1
            elif not depth and (kind := self._resume_kind(match, offset)) is not None:
                innermost = self._open_brace_line()
                left = self._unwind(kind)
                if left is None:
                    continue
                self.parser.feed_token(self._token(kind, mark, start))
                self._seek(match.end())
                return innermost if left and start == offset and innermost else 0
        return None

    def _resume_kind(self, match: re.Match[str], offset: int) -> str | None:
        """Return the kind of token at which reading can go on, or None."""
        if match["brace"]:
            return "RBRACE"
        word = match["word"]
        if word is None:
            return None
        if word in _KEYWORDS:
            return _KEYWORDS[word]
        if word in _HARDWARE_KEYS:
            return "HARDWARE_KEY"
        start = match.start()
        begins = _BEGINS_ENTRY.search(self.text[max(0, start - _BLANKS_LOOKED_BACK) : start])
        return "NAME" if begins and start > offset else None

    def _unwind(self, kind: str) -> bool | None:
        """Drop what was begun until ``kind`` can follow.

        Return whether a block was left for it, or None if nothing can take it.
        """
        state = self.parser.parser_state
        for depth, actions, left in self._open_states():
            if kind == "NAME" and left:
                return None
            boundary = "RBRACE" in actions and actions["RBRACE"][0] is Shift
            if kind in actions and actions[kind][0] is Shift and (kind != "NAME" or boundary):
                del state.state_stack[depth + 1 :]
                del state.value_stack[depth:]
                return left
        return None


def _quoted(word: str) -> str:
    if not word:
        return "the end of the text"
    shown = word if len(word) <= _LONGEST_WORD else word[:_LONGEST_WORD] + ".."
    return f"{shown!r}" if shown.isprintable() else ascii(shown)
