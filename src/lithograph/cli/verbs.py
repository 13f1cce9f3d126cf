"""What all verbs share: how a mistake is told, and the options that many have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lithograph.core.errors import LithographError

NETWORK = click.option("--allow-network", is_flag=True, default=None,
                       help="Fetch what is not on this machine: imports, a model of the hub.")  # fmt: skip
ROOT = click.option("--project", "root", type=click.Path(path_type=Path, file_okay=False), default=Path(),
                    show_default="this folder", help="The folder of the project.")  # fmt: skip


class Verbs(click.Group):
    """A group that turns a user's mistakes into one line each."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            _refuse(error, ctx)
            raise

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            _refuse(error, ctx)
            raise
        except LithographError as error:
            click.echo(f"lithograph: {error}", err=True)
            ctx.exit(error.exit_code)
        except BrokenPipeError:
            ctx.exit(0)


def _refuse(error: click.UsageError, ctx: click.Context) -> None:
    """End with one line for a word that the command line does not know; not where the help is the answer."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return
    verb = (error.ctx or ctx).command_path
    place = verb.removeprefix(ctx.find_root().command_path).strip() or "command line"
    text = error.format_message().rstrip(".")
    click.echo(f"lithograph: {place}: {text}{'' if text.endswith('?') else '.'} See: {verb} --help", err=True)
    ctx.exit(error.exit_code)
