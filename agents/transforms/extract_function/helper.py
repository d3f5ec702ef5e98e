"""One cut carried out: the call in the block's place, the helper in its own, everything else untouched."""

import ast
from dataclasses import dataclass, replace

from agents.transforms.extract_function.blocks import Block, first_line
from agents.transforms.extract_function.guards import own_block_nodes
from agents.transforms.extract_function.interface import Interface
from agents.transforms.extract_function.moving import moved_lines
from agents.transforms.extract_function.placement import Kind, Placement
from agents.transforms.extract_function.region import Exit, escaping_continues
from agents.transforms.extract_function.signature import Signature, annotations_for
from agents.transforms.source import Function, Source


@dataclass(frozen=True, slots=True)
class Cut:
    """A block with everything proven about it, ready to be carried out."""

    block: Block
    interface: Interface
    placement: Placement
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and the line of the original file it was moved from, None for a new one."""

    text: str
    origin: int | None


def carry_out(source: Source, lines: tuple[Line, ...], function: Function, cut: Cut) -> tuple[Line, ...]:
    """The file's lines after the cut."""
    block, place = cut.block, cut.placement
    new = [*lines]
    if new and not new[-1].text.endswith("\n"):
        new[-1] = replace(new[-1], text=new[-1].text + "\n")
    helper = _helper(source, new, function, cut)
    gap = [Line("\n", None)] * _gap(source, function, place)
    placed = [*gap, *helper] if place.after else [*helper, *gap]
    call = [Line(text, None) for text in _call(function, cut, _width(source))]
    at = place.line - 1
    if place.after:
        return (*new[: block.first - 1], *call, *new[block.last : at], *placed, *new[at:])
    return (*new[:at], *placed, *new[at : block.first - 1], *call, *new[block.last :])


def _gap(source: Source, function: Function, place: Placement) -> int:
    """Blank lines between definitions, as the file itself has them above the function."""
    default = 1 if place.indent else 2
    line = first_line(function.node) - 1
    while line > 0 and source.lines[line - 1].lstrip().startswith("#"):
        line -= 1
    found = 0
    while line > 0 and not source.lines[line - 1].strip():
        line -= 1
        found += 1
    return min(found, 2) if found and place.after else default


def _width(source: Source) -> int:
    """The longest line the file's own code allows itself, within what linters commonly set."""
    longest = max((len(line.rstrip("\n")) for line in source.lines), default=0)
    return max(79, min(longest, 100))


def _indents(function: Function, place: Placement, source: Source) -> tuple[str, str]:
    body = function.node.body[0]
    own = first_line(function.node)
    outer = source.lines[own - 1]
    unit = body.col_offset - (len(outer) - len(outer.lstrip())) if body.lineno > function.node.lineno else 4
    return place.indent, place.indent + " " * unit


def _helper(source: Source, lines: list[Line], function: Function, cut: Cut) -> list[Line]:
    place, block, known = cut.placement, cut.block, cut.interface
    outer, inner = _indents(function, place, source)
    returned = f"return {', '.join(known.outputs)}".rstrip()
    moved = moved_lines(source, block, escaping_continues(block), indent=inner, replacement=returned)
    origins = [line.origin for line in lines[block.first - 1 : block.last]]
    body = [Line(text, origin) for text, origin in zip(moved, origins, strict=True)]
    if known.outputs and known.falls and not _return_value(body, block, known):
        body.append(Line(f"{inner}{returned}\n", None))
    head = [Line(f"{outer}{text}\n", None) for text in _decorators(cut)]
    return [*head, *(Line(text, None) for text in _header(source, function, cut, outer)), *body]


def _return_value(body: list[Line], block: Block, known: Interface) -> bool:
    """Turn the only statement `name = value` into `return value`, where that leaves the lines below aligned."""
    match block.statements:
        case (ast.Assign(targets=[ast.Name(id=name)], value=value) as only,) if (name,) == known.outputs:
            at = only.lineno - block.first
        case _:
            return False
    later = (n for n in ast.walk(value) if isinstance(n, ast.Lambda | ast.GeneratorExp))
    if any(isinstance(n, ast.Name) and n.id == name for each in later for n in ast.walk(each)):
        return False  # what runs later reads the new value under its name
    text = body[at].text
    hangs = value.lineno == value.end_lineno or text.rstrip().endswith(("(", "[", "{"))
    prefix, equals, rest = text.partition(" = ")
    if value.lineno != only.lineno or not hangs or prefix.strip() != name or not equals:
        return False
    body[at] = replace(body[at], text=f"{prefix.removesuffix(name)}return {rest}")
    return True


def _decorators(cut: Cut) -> list[str]:
    place = cut.placement
    if place.kind is Kind.FUNCTION:
        return []
    if place.receiver not in cut.interface.inputs:
        return ["@staticmethod"]
    return ["@classmethod"] if place.kind is Kind.CLASS_METHOD else []


def _arguments(cut: Cut) -> list[str]:
    return [name for name in cut.interface.inputs if name != cut.placement.receiver]


def _header(source: Source, function: Function, cut: Cut, indent: str) -> list[str]:
    known = annotations_for(source, function)
    receiver = [cut.placement.receiver] if cut.placement.receiver in cut.interface.inputs else []
    parameters = [*(r for r in receiver if r), *(known.parameter(a) for a in _arguments(cut))]
    prefix = "async def" if _suspends(function, cut.block) else "def"
    tail = _returns(known, cut.interface)
    return wrapped(f"{indent}{prefix} {cut.name}(", parameters, f"){tail}:", indent, _width(source))


def _returns(known: Signature, interface: Interface) -> str:
    if interface.exit is Exit.RETURNS:
        return f" -> {known.returns}" if known.returns else ""
    if not interface.outputs:
        return " -> None" if known.annotated else ""
    if len(interface.outputs) == 1 and interface.outputs[0] in known.parameters:
        return f" -> {known.parameters[interface.outputs[0]]}"
    return ""


def _suspends(function: Function, block: Block) -> bool:
    if not isinstance(function.node, ast.AsyncFunctionDef):
        return False
    return any(
        isinstance(n, ast.Await | ast.AsyncFor | ast.AsyncWith) or (isinstance(n, ast.comprehension) and n.is_async)
        for n in own_block_nodes(block)
    )


def _call(function: Function, cut: Cut, width: int) -> list[str]:
    block, known = cut.block, cut.interface
    indent = block.indent
    opening: list[str] = []
    if block.chained:
        opening = [f"{indent}else:\n"]
        indent += " " * max(1, _body_column(block) - len(indent))
    target = f"{cut.placement.receiver}.{cut.name}" if cut.placement.receiver else cut.name
    awaited = "await " if _suspends(function, block) else ""
    before = f"{', '.join(known.outputs)} = " if known.outputs else ""
    if known.exit is Exit.RETURNS:
        before = "return "
    call = wrapped(f"{indent}{before}{awaited}{target}(", _arguments(cut), ")", indent, width)
    closing = [f"{indent}return\n"] if known.exit is Exit.LEAVES and not known.at_end else []
    return [*opening, *call, *closing]


def _body_column(block: Block) -> int:
    first = block.statements[0]
    body = first.body[0] if isinstance(first, ast.If) else first
    return body.col_offset if body.lineno > first.lineno else first.col_offset + 4


def wrapped(opening: str, items: list[str], closing: str, indent: str, width: int) -> list[str]:
    """A call or header on one line, else its items on one line of their own, else a line each."""
    single = f"{opening}{', '.join(items)}{closing}"
    if len(single) <= width or not items:
        return [single + "\n"]
    inner = indent + "    "
    joined = f"{inner}{', '.join(items)}"
    if len(joined) <= width:
        return [f"{opening}\n", f"{joined}\n", f"{indent}{closing}\n"]
    return [f"{opening}\n", *(f"{inner}{item},\n" for item in items), f"{indent}{closing}\n"]
