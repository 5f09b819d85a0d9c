"""`mlops new`: a project for a maturity level that runs on the first try."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlops.errors import MlopsError

if TYPE_CHECKING:
    from mlops.app.new import Created
    from mlops.domain.rules import Catalog
    from mlops.scaffold.answers import Answers
    from mlops.scaffold.fragments import Profile

_DEFAULTS = {"model": "google", "level": 1, "ci": "github-actions", "license": "none"}
_CI_HELP = {
    "github-actions": "workflows of GitHub",
    "azure-pipelines": "pipelines of Azure DevOps",
    "gitlab-ci": "pipelines of GitLab",
}


@click.command("new")
@click.argument("name")
@click.option("--level", type=click.IntRange(min=0), help="Maturity level to start at; 1 when not asked.")
@click.option("--model", metavar="MODEL", help="Maturity model: google (default), azure or gigaom.")
@click.option("--ci", metavar="CI", help="github-actions (default), azure-pipelines or gitlab-ci.")
@click.option(
    "--output-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    metavar="DIR",
    help="Where the project's folder is made; the current folder when missing.",
)
@click.option(
    "--license", "licence", metavar="LICENSE", help="none (default), proprietary, or an SPDX id such as MIT."
)
@click.option("--yes", is_flag=True, help="Ask nothing; take the defaults.")
@click.option(
    "--dry-run", is_flag=True, help="Print the files and the practices that they serve; write nothing."
)
@click.option("--no-git", is_flag=True, help="Make no repository and no first commit.")
def command(
    name: str,
    level: int | None,
    model: str | None,
    ci: str | None,
    output_dir: Path,
    licence: str | None,
    yes: bool,
    dry_run: bool,
    no_git: bool,
) -> int:
    """Make the ML project NAME at a maturity level.

    What is not given is asked on a terminal; elsewhere, or with --yes, the defaults hold. Nothing is fetched.
    """
    from mlops.app import new  # noqa: PLC0415  start-up counts
    from mlops.catalog import load  # noqa: PLC0415
    from mlops.scaffold.answers import names  # noqa: PLC0415

    slug, _ = names(name)
    if not dry_run:
        new.refuse_occupied(output_dir / slug)
    catalog = load()
    given = {"name": name, "level": level, "model": model, "ci": ci, "license": licence}
    answers = _answers(catalog, given, ask=not yes and sys.stdin.isatty() and sys.stderr.isatty())
    profile = new.plan(catalog, answers)
    if dry_run:
        _show(answers, profile)
        return 0
    created = new.create(catalog, answers, output_dir, git=not no_git)
    _close(created, answers, profile, catalog.models[answers.model].max_level)
    return 0


def _answers(catalog: Catalog, given: dict[str, Any], *, ask: bool) -> Answers:
    from mlops.scaffold.answers import LICENSES, checked  # noqa: PLC0415  start-up counts

    highest = {name: catalog.models[name].max_level for name in catalog.models}
    model = given["model"] = given["model"] or _choice(ask, "model", "Maturity model", {
        name: catalog.models[name].title for name in highest})  # fmt: skip
    if model not in highest:
        raise MlopsError(f"there is no model {model!r}; choose one of {', '.join(highest)}")
    if given["level"] is None:
        titles = {str(level): title for level, title in _titles(catalog, str(model)).items()}
        given["level"] = int(_choice(ask, "level", "Maturity level", titles))
    given["ci"] = given["ci"] or _choice(ask, "ci", "CI system", _CI_HELP)
    given["license"] = given["license"] or _choice(ask, "license", "Licence", LICENSES)
    return checked(given, highest)


def _titles(catalog: Catalog, model: str) -> dict[int, str]:
    found = catalog.models[model]
    if found.levels:
        return {step.level: step.title for step in found.levels}
    return {level: f"all categories at level {level}" for level in range(found.max_level + 1)}


def _choice(ask: bool, key: str, question: str, options: dict[str, str]) -> str:
    default = str(_DEFAULTS[key])
    if not ask:
        return default
    for name, text in options.items():
        click.echo(f"  {name:<16} {text}", err=True)
    return str(
        click.prompt(
            question, default=default, type=click.Choice(list(options)), show_choices=False, err=True
        )
    )


def _show(answers: Answers, profile: Profile) -> None:
    from mlops.app.new import preview  # noqa: PLC0415  start-up counts

    rows = preview(profile)
    width = min(max(map(len, rows)), 60)
    click.echo(f"{answers.slug}/")
    for path, served in rows.items():
        shown = path.replace("{=cookiecutter.package=}", answers.package)
        practices = [name for name in served if name in profile.practices]
        click.echo(f"  {shown:<{width}}  {', '.join(practices or served)}")


def _close(created: Created, answers: Answers, profile: Profile, highest: int) -> None:
    """Say in three lines what is there and what comes next."""
    from mlops.app.new import NO_GIT  # noqa: PLC0415  start-up counts

    place = created.folder
    state = "committed" if created.committed else f"not committed: {created.note}"
    targets = "setup source train" if "data-ingestion-automated" in profile.practices else "setup train"
    click.echo(f"{place}: {len(created.files)} files at {answers.model} level {answers.level} ({state})")
    # DVC runs in a git repository only.
    begin = "git init && " if created.note == NO_GIT else ""
    click.echo(f"  start:  cd {place} && {begin}make {targets}     (README.md has the rest)")
    if answers.level < highest:
        click.echo(f"  next:   mlops plan {place} --model {answers.model} --level {answers.level + 1}")
    else:
        click.echo(f"  check:  mlops lint {place} --model {answers.model} --strict")
