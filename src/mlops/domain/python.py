"""What one Python file (or notebook) says, before any linking to other files.

Names are resolved inside the file only, and written in one form:

* imported names are absolute and dotted: `import mlflow as m; m.log_metric` is `mlflow.log_metric`;
* relative imports keep their dots: `from .train import fit` makes `fit` the name `.train.fit`;
* names defined in the file start with a colon: `:train`, `:Trainer.fit` (`self.fit` in that class too);
* a value is named by what made it: after `model = SVC()`, `model.fit` is `sklearn.svm.SVC.fit`; after
  `model = build()`, it is `:build.fit`; an annotated parameter is named by its annotation;
* what cannot be resolved starts with a question mark: `?model.fit`, `?self.model.fit`, `?rows.append`;
* builtins are bare: `open`, `print`.
"""

from __future__ import annotations

from mlops.domain.record import dataclass

#: The scope of code outside functions, and of code below `if __name__ == "__main__":`.
MODULE = -1
MAIN = -2


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name. `from a.b import c as d` has the name `a.b.c` and the alias `d`; `*` stays `a.b.*`."""

    name: str
    alias: str
    line: int
    scope: int
    #: Inside `try` with a handler for ImportError, or under `if TYPE_CHECKING`.
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One call.

    `args` and `keywords` render an argument as a literal in Python's repr (`'text'`, `0.5`, `True`,
    `['a', 'b']`; an f-string with its holes as `{}`: `'models/{}'`; a list that starts with a text likewise:
    `['docker', 'push', '{}']`; a name bound to a text or such a list as that), or as a resolved name in the form
    above, or as "" where it is anything else. Literals are cut at 300 characters.
    """

    name: str
    line: int
    #: Index of the enclosing function, or MODULE or MAIN.
    scope: int
    args: tuple[str, ...] = ()
    keywords: tuple[tuple[str, str], ...] = ()
    #: Indices of the calls whose results flow into the receiver or an argument (closed over assignments of the scope).
    feeds: tuple[int, ...] = ()
    #: The statement is this call alone: its result is dropped.
    discarded: bool = False
    #: Inside a `try` whose handler for Exception, BaseException or everything neither re-raises nor exits.
    swallowed: bool = False
    #: Not below `if False`, nor after an unconditional return, raise, exit or continue.
    live: bool = True
    #: Used as a decorator, or as the manager of a `with`.
    role: str = ""
    #: Index of the outermost enclosing Check whose body or orelse contains the call is found by its line range.
    end_line: int = 0

    def keyword(self, name: str) -> str | None:
        """Return the rendered value of a keyword argument, or None."""
        return next((value for key, value in self.keywords if key == name), None)


@dataclass(frozen=True, slots=True)
class Effect:
    """What one arm of a branch does: `raises` (raise, or assert False), `exits` (sys.exit and the like, not with 0)."""

    raises: bool = False
    exits: bool = False
    #: The rendered values of the arm's return statements; () for none.
    returns: tuple[str, ...] = ()
    #: First and last line of the arm; 0, 0 for a missing one.
    lines: tuple[int, int] = (0, 0)
    #: The arm's code is only pass, ..., or a print or log call.
    idle: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A test that decides something: `if`, `while`, `assert`, `return <comparison>`, a conditional expression.

    A `with pytest.raises(…)` and unittest's `self.assert*` are checks of kind "assert" too.
    """

    kind: str
    line: int
    scope: int
    #: The test as written, cut at 200 characters.
    test: str
    #: Identifiers, attribute names and string literals in the test.
    names: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    #: Numeric literals in the test, as written; a name that the file binds to a number gives that number too.
    numbers: tuple[str, ...] = ()
    #: Calls that feed the test (closed over assignments), as indices.
    feeds: tuple[int, ...] = ()
    #: True where the test does not depend on any call, parameter, loop variable or imported value: `assert 1 == 1`.
    constant: bool = False
    body: Effect = Effect()
    orelse: Effect = Effect()
    swallowed: bool = False
    live: bool = True


@dataclass(frozen=True, slots=True)
class Decorator:
    """One decorator; bare (`@task`) or called (`@task(retries=2)`)."""

    name: str
    line: int
    args: tuple[str, ...] = ()
    keywords: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter with its annotation (resolved name) and default (rendered), "" where there is none."""

    name: str
    annotation: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """One function or method; `name` is qualified: `Trainer.fit`, `outer.inner`."""

    name: str
    line: int
    end_line: int
    #: Index of the enclosing function, or MODULE or MAIN.
    scope: int
    #: Qualified name of the class it is a method of, or "".
    owner: str = ""
    decorators: tuple[Decorator, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    #: "stub" (pass, ..., docstring only, raise NotImplementedError), "constant" (only returns a literal), or "real".
    body: str = "real"
    #: Calls that feed the returned values.
    returns: tuple[int, ...] = ()
    #: Resolved names of returned values: a function that returns `SVC()` has `sklearn.svm.SVC`.
    returned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Class:
    """One class."""

    name: str
    line: int
    end_line: int
    bases: tuple[str, ...] = ()
    decorators: tuple[Decorator, ...] = ()
    #: Attribute -> resolved name of what it is assigned or annotated with: (`model`, `sklearn.svm.SVC`).
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """A name of a first-party or imported thing that is loaded without being called: a callback, a registry entry."""

    name: str
    line: int
    scope: int


@dataclass(frozen=True, slots=True)
class Constant:
    """A name at module or class level bound to a literal (rendered as in Call)."""

    name: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class PythonFacts:
    """All of a file."""

    imports: tuple[Import, ...] = ()
    functions: tuple[Function, ...] = ()
    classes: tuple[Class, ...] = ()
    calls: tuple[Call, ...] = ()
    checks: tuple[Check, ...] = ()
    references: tuple[Reference, ...] = ()
    constants: tuple[Constant, ...] = ()
    #: Names at module level and what made their values: (`app`, `fastapi.FastAPI`), (`model`, `:load`).
    variables: tuple[tuple[str, str], ...] = ()
    #: Shell lines of a notebook (`!cmd`, `%%bash`), each with its line.
    shell: tuple[tuple[str, int], ...] = ()
    #: Statements at module level that do something (not imports, definitions, constants, docstrings).
    loose_statements: int = 0
