"""`flowidl package`: the workflows of Python modules as an archive that registration takes."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

import click

from flowidl.cli.console import CLEAN
from flowidl.cli.framework import Failure, subcommand
from flowidl.errors import BuildError
from flowidl.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowidl.cli.console import Console


@subcommand("package")
@click.argument("modules", metavar="MODULE...", nargs=-1, required=True)
@click.option("--image", metavar="IMAGE", required=True, help="The image of tasks that name none.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    default="flyte-package.tgz",
    help="Where to. Default: flyte-package.tgz.",
)
@click.option(
    "--named-image",
    "images",
    metavar="NAME=IMAGE",
    multiple=True,
    help="An image that tasks name, as {{.image.NAME}}.",
)
@click.option("--env", "variables", metavar="NAME=VALUE", multiple=True, help="A variable of all containers.")
@click.option("--project", default="", help="The project; left open if it is not given.")
@click.option("--domain", default="", help="The domain; left open if it is not given.")
@click.option("--version", default="", help="The version; left open if it is not given.")
@click.option(
    "--entry-point",
    type=click.Choice(["flowidl", "flytekit"]),
    default="flowidl",
    help="The program that containers run. Default: flowidl.",
)
@click.pass_obj
def command(
    console: Console,
    /,
    modules: tuple[str, ...],
    image: str,
    output: str,
    images: tuple[str, ...],
    variables: tuple[str, ...],
    project: str,
    domain: str,
    version: str,
    entry_point: str,
) -> int:
    """Write the tasks, workflows and launch plans of modules into a package, with all that they need.

    MODULE is the name of a module or the path of its file. Modules are imported, which runs their code.
    Bodies of workflows are read; no task runs.

    \b
    Examples
      flowidl package shop --image r.io/shop:1 -o shop.tgz
      flowidl package src/shop.py --image r.io/shop:1 --version v1
    """
    try:
        from flowidl.builders import entry_points, write_package
        from flowidl.sdk.discovery import entities_in
        from flowidl.sdk.packing import contents_of, settings_for

        found = entities_in(_imported(modules, console.folder))
        if not found:
            raise Failure(
                f"{escape(', '.join(modules))}: no tasks, workflows or launch plans;"
                " define them with @task and @workflow"
            )
        settings = settings_for(
            image,
            _pairs(images, "--named-image"),
            _pairs(variables, "--env") or None,
            project,
            domain,
            version,
            entry_points.FLOWIDL if entry_point == "flowidl" else entry_points.FLYTEKIT,
        )
        contents = contents_of(found, settings)
        write_package(output, contents)
    except (BuildError, OSError) as error:
        raise Failure(escape(str(error))) from None
    console.say(f"{escape(output)}: {len(contents)} definitions")
    return CLEAN


def _imported(names: Iterable[str], folder: str) -> list[Any]:
    from flowidl.local.loading import import_file

    if folder not in sys.path:
        sys.path.insert(0, folder)
    modules: list[Any] = []
    for name in names:
        try:
            modules.append(import_file(name) if name.endswith(".py") else importlib.import_module(name))
        except ImportError as error:
            raise Failure(
                f"cannot import {escape(name)}: {escape(str(error))};"
                " name a module that Python finds from here, or a file"
            ) from None
    return modules


def _pairs(given: Iterable[str], option: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for each in given:
        name, mark, value = each.partition("=")
        if not mark or not name:
            raise Failure(f"{option} {escape(each)}: write NAME=VALUE")
        pairs[name] = value
    return pairs
