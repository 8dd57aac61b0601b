"""Mutation testing of what the money rests on: the funding rules, and the ledger that books them.

``python -m tests.mutation`` (``make mutation``) changes the code in every small way that the library knows, one way at a
time in a copy, and runs the tests that should notice. It prints every change that no test noticed, and one JSON line
last. A change of nothing but words for people (the Chinese or English sentence of a refusal) is counted apart: sentences
are read by people, codes and pointers by tests.
"""

import argparse
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

HOUSE = Path(__file__).parents[1]
COPIED = ("services", "shared", "tests", "demo", "deploy", "docs", "pyproject.toml")


@dataclass(frozen=True)
class Campaign:
    """Which code is changed, and which tests should notice; only those with a ``database`` may ask for one."""

    code: str
    tests: tuple[str, ...]
    only: tuple[str, ...] = ()
    database: bool = False


CORE = ("award", "batch", "budget", "instalment", "ledger", "payee", "recovery", "reinstatement", "repayment")
"""What moves money: the part of the rules that is tried with every change."""
CAMPAIGNS = {
    "rules": Campaign("services/funding/rules", ("tests/funding",)),
    "core": Campaign(
        "services/funding/rules",
        ("tests/funding",),
        only=tuple(f"services/funding/rules/{name}.py" for name in CORE),
    ),
    "ledger": Campaign(
        "services/funding/usecases",
        ("tests/funding/test_booking.py", "tests/funding/test_ledger.py"),
        only=("services/funding/usecases/ledger.py",),
        database=True,
    ),
}
LEAST = {"rules": 95.0, "core": 95.0, "ledger": 90.0}
"""Percent of the changes that must be noticed."""

PROFILE = """
from hypothesis import HealthCheck, settings

settings.register_profile(
    "mutation", max_examples=25, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
"""
"""Properties see the same examples in every run, so that a score can be compared."""

PURE = """

def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if "databases" not in item.fixturenames]
"""
"""Rules are pure, and so are the tests that must notice: whatever asks for a database is left out."""

NOTICED = (1, 3, 24, 36, 152, 255, -24)
"""How a run ends that noticed: a failed test, an error of the tests, or time that ran out."""


@dataclass(frozen=True)
class Mutant:
    """One changed function: ``outcome`` is noticed, missed or words."""

    name: str
    outcome: str
    before: str
    after: str


def run(campaign: Campaign, folder: Path) -> None:
    """Lets the library change and test the copy in ``folder``. Raises when the unchanged code fails its tests."""
    for name in COPIED:
        source = HOUSE / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    (folder / "tests/conftest.py").write_text(PROFILE + ("" if campaign.database else PURE))
    settings = {
        "source_paths": [campaign.code],
        "also_copy": list(COPIED),
        "pytest_add_cli_args_test_selection": list(campaign.tests),
        "pytest_add_cli_args": ["--hypothesis-profile=mutation", "-p", "no:cacheprovider"],
        **({"only_mutate": list(campaign.only)} if campaign.only else {}),
    }
    with (folder / "pyproject.toml").open("a") as file:
        file.write("\n[tool.mutmut]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items()))
    log = folder / "log"
    with log.open("wb") as out:
        children = str(os.cpu_count() or 1)
        command = [str(Path(sys.executable).parent / "mutmut"), "run", "--max-children", children]
        code = subprocess.run(command, cwd=folder, stdout=out, stderr=out, check=False).returncode
    if code or not list(folder.glob("mutants/**/*.meta")):
        sys.exit(f"the campaign could not run:\n{log.read_text()[-3000:]}")


def mutants(folder: Path) -> Iterator[Mutant]:
    """What the library changed, function by function, beside the original."""
    for meta in sorted((folder / "mutants").glob("services/**/*.meta")):
        codes = json.loads(meta.read_text())["exit_code_by_key"]
        tree = ast.parse(meta.with_suffix("").read_text())
        functions = {node.name: node for node in ast.walk(tree) if isinstance(node, _FUNCTION)}
        for name, code in codes.items():
            local = name.rpartition(".")[2]
            before, after, words = _difference(functions[re.sub(r"_\d+$", "_orig", local)], functions[local])
            missed = "words" if words or _is_sentence(before) else "missed"
            yield Mutant(name, "noticed" if code in NOTICED else missed, _said(before), _said(after))


_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def _difference(before: object, after: object) -> tuple[object, object, bool]:
    """The smallest part that was changed, before and after, and whether it lies in the sentences of a ``Reason``."""
    if type(before) is not type(after) or isinstance(before, ast.Constant):
        return before, after, False
    if isinstance(before, ast.AST):
        fields = ("args", "body") if isinstance(before, _FUNCTION) else before._fields
        pairs = [(getattr(before, field), getattr(after, field)) for field in fields]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = list(zip(before, after, strict=True))
    else:
        return before, after, False
    changed = [number for number, pair in enumerate(pairs) if _dump(pair[0]) != _dump(pair[1])]
    if len(changed) != 1:
        return before, after, False
    found = _difference(*pairs[changed[0]])
    if isinstance(before, ast.Call) and isinstance(before.func, ast.Name) and before.func.id == "Reason":
        sentences = [_dump(argument) for argument in before.args[1:3]]
        return *found[:2], found[2] or _dump(found[0]) in sentences
    return found


def _dump(node: object) -> str:
    if isinstance(node, list):
        return "|".join(map(_dump, node))
    return ast.dump(node) if isinstance(node, ast.AST) else repr(node)


def _said(node: object) -> str:
    if isinstance(node, list):
        return ", ".join(map(_said, node))
    return (isinstance(node, ast.AST) and ast.unparse(node)) or _dump(node)


def _is_sentence(node: object) -> bool:
    """Words for people: Chinese, or English with blanks between the words."""
    if isinstance(node, ast.JoinedStr | ast.Tuple):
        return any(_is_sentence(part) for part in (node.values if isinstance(node, ast.JoinedStr) else node.elts))
    text = node.value if isinstance(node, ast.Constant) else node
    return isinstance(text, str) and bool(re.search(r"[\u4e00-\u9fff]|\w \w", text))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=CAMPAIGNS, help="one campaign")
    parser.add_argument("--modules", nargs="+", metavar="NAME", help="of it only these modules: statement template …")
    asked = parser.parse_args()
    found = {}
    for name, campaign in CAMPAIGNS.items():
        if name == asked.only or (asked.only is None and name != "core"):
            limited = replace(campaign, only=_files(campaign, asked.modules)) if asked.modules else campaign
            with tempfile.TemporaryDirectory(prefix="jiedan-mutation-") as folder:
                run(limited, Path(folder))
                found[name] = report(name, list(mutants(Path(folder))))
    print(json.dumps(found))
    return 0 if all(one["ok"] for one in found.values()) else 1


def _files(campaign: Campaign, modules: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{campaign.code}/{name}.py" for name in modules)


def report(name: str, made: list[Mutant]) -> dict[str, object]:
    """Prints what nobody noticed; the campaign's line."""
    counts = Counter(mutant.outcome for mutant in made)
    for mutant in made:
        if mutant.outcome == "missed":
            print(f"{name}: {mutant.name}\n    - {mutant.before}\n    + {mutant.after}", flush=True)
    of = counts["noticed"] + counts["missed"]
    score = round(100 * counts["noticed"] / of, 1) if of else 0.0
    return {"value": score, "limit": LEAST[name], "ok": score >= LEAST[name], "changes": of, "words": counts["words"]}


if __name__ == "__main__":
    sys.exit(main())
