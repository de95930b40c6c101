"""`sh -c`: lines with `;`, `&&`, `||` and pipes, quotes, `*` in names, variables; no more of a shell is here."""

import fnmatch
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sandbox.cluster.calling import Call, Ran
from sandbox.cluster.disks import files

QUOTED = r"'[^']*'|\"(?:\\.|[^\"\\])*\"|\\."
TOKEN = re.compile(
    rf"[ \t\r]*(?:#[^\n]*|(?P<to>\d?>>?\s*(?:&\d|[^\s;|&<>]+)|<\s*[^\s;|&<>]+)|(?P<join>&&|\|\||[;|&\n])"
    rf"|(?P<word>(?:{QUOTED}|[^\s;|&<>()'\"\\])+)|(?P<odd>\S))"
)
PIECE = re.compile(rf"{QUOTED}|[^'\"\\]+", re.DOTALL)
WORDS_OF_MORE = {"for", "while", "until", "if", "case", "function", "{", "(", "[["}
Run = Callable[[Call], Ran]


@dataclass
class Simple:
    """One command, where its output goes, and how it is joined to the one before."""

    words: list[str]
    joined: str = ";"
    sent: Sequence[str] = ()


class Unclear(Exception):
    """More of a shell than there is."""


def shell(call: Call, run: Run, env: Mapping[str, str]) -> Ran:
    """Run the script of `-c`, or what is typed."""
    words = list(call.words)
    at = next((number for number, word in enumerate(words) if re.fullmatch(r"-\w*c", word)), None)
    script = words[at + 1] if at is not None and at + 1 < len(words) else call.typed
    name = words[0].rpartition("/")[2]
    try:
        every = list(_commands(script, env, list(files(call))))
    except Unclear as problem:
        return Ran("", f"{name}: 1: {problem}\n", 2)
    return _run(every, call, run, name)


def _run(every: Sequence[Simple], call: Call, run: Run, name: str) -> Ran:
    done, piped = Ran(), ""
    for number, one in enumerate(every):
        if (one.joined == "&&" and done.code) or (one.joined == "||" and not done.code):
            continue
        if one.words[0] == "exit":
            return replace(done, code=int(one.words[1]) if one.words[1:] and one.words[1].isdigit() else done.code)
        said = run(replace(call, words=one.words, typed=piped if one.joined == "|" else call.typed))
        if said.code == 127:
            said = Ran("", f"{name}: 1: {one.words[0]}: not found\n", 127)
        said = _sent(said, one.sent)
        goes_on = number + 1 < len(every) and every[number + 1].joined == "|"
        piped = said.out
        done = Ran(done.out + ("" if goes_on else said.out), done.err + said.err, said.code)
    return done


def _sent(ran: Ran, where: Sequence[str]) -> Ran:
    """Send output and errors where they shall go; nobody reads a file that is written here."""
    out, err = ran.out, ran.err
    for to in where:
        if to in {">&2", "1>&2"}:
            out, err = "", err + out
        elif to == "2>&1":
            out, err = out + err, ""
        elif to.startswith("2>"):
            err = ""
        elif not to.startswith("<"):
            out = ""
    return Ran(out, err, ran.code)


def _commands(script: str, env: Mapping[str, str], known: Sequence[str]) -> Iterator[Simple]:
    """Read a script. Raises Unclear."""
    one = Simple([])
    for found in TOKEN.finditer(script):
        if found["odd"] or (found["word"] and ("`" in found["word"] or "$(" in found["word"])):
            raise Unclear(f"the sandbox's shell runs only plain commands, not {found[0].strip()!r}")
        if found["word"] and not one.words and found["word"] in WORDS_OF_MORE:
            raise Unclear(f"the sandbox's shell runs only plain commands, not {found['word']!r}")
        if found["to"]:
            one.sent = [*one.sent, "".join(found["to"].split())]
        elif found["word"]:
            one.words += _meant(found["word"], env, known)
        elif found["join"]:
            if one.words:
                yield one
            one = Simple([], ";" if found["join"] in {"\n", "&"} else found["join"])
    if one.words:
        yield one


def _meant(word: str, env: Mapping[str, str], known: Sequence[str]) -> list[str]:
    """Take quotes off a word, put variables in, and let its stars stand for files where there are some."""
    bare = word[:1] == "/" and not re.search(r"['\"\\]", word)
    text = "".join(_plain(piece, env) for piece in PIECE.findall(word))
    found = sorted(one for one in known if fnmatch.fnmatchcase(one, text)) if bare and "*" in text else []
    return found or [text]


def _plain(piece: str, env: Mapping[str, str]) -> str:
    if piece[0] == "'":
        return piece[1:-1]
    if piece[0] == "\\":
        return piece[1:]
    text = re.sub(r"\\([\"\\$`])", r"\1", piece[1:-1]) if piece[0] == '"' else piece
    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda found: env.get(found[1] or found[2], ""), text)
