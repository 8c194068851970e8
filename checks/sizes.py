"""Files of at most 400 lines, functions of at most 45, a median function of at most 10: small rooms stay readable.

An exception needs a reason here, and one that is no longer needed is an error too.
"""

import ast
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_FILE, MAX_FUNCTION, MAX_MEDIAN = 400, 45, 10
EXCEPTIONS: dict[str, str] = {}
CODE = ("api", "bot", "checks", "faro-connector", "tests", "web")
SKIPPED = {"node_modules", "dist", "versions", "tfstub"}  # migrations are generated and never edited


def files() -> list[Path]:
    found = [p for top in CODE for ending in ("py", "ts", "tsx", "mjs", "css") for p in (ROOT / top).rglob(f"*.{ending}")]
    return [p for p in found if not SKIPPED & set(p.parts)]


def functions(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [(node.name, (node.end_lineno or 0) - node.lineno + 1) for node in ast.walk(tree) if isinstance(node, kinds)]


def main() -> int:
    wrong, lengths, used = [], [], set()
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        lines = len(path.read_text("utf-8").splitlines())
        found = [(name, f"{lines} lines", lines > MAX_FILE)]
        if path.suffix == ".py":
            sizes = functions(path)
            lengths += [n for _, n in sizes if name.startswith("api/")]
            found += [(f"{name}:{function}", f"{n} lines", n > MAX_FUNCTION) for function, n in sizes]
        for place, size, over in found:
            if over and place in EXCEPTIONS:
                used.add(place)
            elif over:
                wrong.append(f"{place}: {size}")
    wrong += [f"{place}: the exception is no longer needed" for place in EXCEPTIONS.keys() - used]
    median = statistics.median(lengths)
    print(f"{len(files())} files, {len(lengths)} functions in api/, median {median:g} lines")
    if median > MAX_MEDIAN:
        wrong.append(f"the median function of api/ has {median:g} lines (at most {MAX_MEDIAN})")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
