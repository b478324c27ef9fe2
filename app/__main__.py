"""`python -m app COMMAND`: everything that Loket does from a command line."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from app import logs
from app.embedded import DataFolderInUse, PartFailed
from app.embedded.identity.site import NotLoopback
from app.settings import OWNER_URL, Settings, SettingsError, current

Command = Callable[[Settings, argparse.Namespace], None]
_WRONG_SETTINGS = 2


def _serve(settings: Settings, given: argparse.Namespace) -> None:
    from app.serving import serve
    from app.ssr.kinship import end_with_parent

    if given.with_parent and os.getppid() != 1:
        end_with_parent(signal.SIGTERM)
    serve(settings, _say)


def _web(settings: Settings, _given: argparse.Namespace) -> None:
    from app import container
    from app.ssr.serve import run

    _without_owner(settings)
    container.authority(settings)  # else each process would find out for itself, and not say it
    # Reflex's own configuration reads the environment, and knows no `.env`.
    os.environ.update(settings.as_environment())
    with _figures_of_all(settings.workers):
        run(settings.host, settings.port, settings.workers)


def _without_owner(settings: Settings) -> None:
    """Have what this process starts know nothing of the tables' owner, whoever told it."""
    settings.refuse_gaps()
    os.environ.pop(OWNER_URL, None)


@contextmanager
def _figures_of_all(processes: int) -> Iterator[None]:
    """Let each of several web processes tell the figures of all (`app.web.figures`)."""
    if processes == 1:
        yield
        return
    with TemporaryDirectory(prefix="loket-figures-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder  # read when the library is imported
        yield


def _worker(settings: Settings, _given: argparse.Namespace) -> None:
    from app.jobs.main import run

    _without_owner(settings)
    run(settings)


def _build(_settings: Settings, _given: argparse.Namespace) -> None:
    from app.ssr.build import ensure_built

    ensure_built(_say)


def _prepare(settings: Settings, _given: argparse.Namespace) -> None:
    from app.operating import prepare

    prepare(settings, _say)


def _migrate(settings: Settings, _given: argparse.Namespace) -> None:
    from app.operating import migrate

    migrate(settings, _say)


def _seed(settings: Settings, _given: argparse.Namespace) -> None:
    from app.operating import seed

    seed(settings)


def _grant(settings: Settings, given: argparse.Namespace) -> None:
    from app.operating import grant

    grant(settings, given.subject, given.role, given.office)


def _revoke(settings: Settings, given: argparse.Namespace) -> None:
    from app.operating import revoke

    revoke(settings, given.subject, given.role, given.office)


def _sign_out(settings: Settings, given: argparse.Namespace) -> None:
    from app.operating import sign_out

    sign_out(settings, "" if given.all else given.subject, _say)


def _offices(settings: Settings, given: argparse.Namespace) -> None:
    from app.operating import offices

    offices(settings, given.file)


def _sweep(settings: Settings, _given: argparse.Namespace) -> None:
    from app.operating import sweep

    sweep(settings, _say)


def _reseal(settings: Settings, _given: argparse.Namespace) -> None:
    from app.operating import reseal

    reseal(settings, _say)


def _audit(settings: Settings, given: argparse.Namespace) -> None:
    from app.operating import audit

    audit(settings, given.head, _say)


def _identity(settings: Settings, _given: argparse.Namespace) -> None:
    from app.operating import serve_identity

    serve_identity(settings)


_COMMANDS: dict[str, tuple[Command, str]] = {
    "serve": (_serve, "start all of Loket and stay in the foreground"),
    "web": (_web, "serve pages; the other servers are named in the settings"),
    "worker": (_worker, "do the jobs that wait in the database"),
    "build": (_build, "build the pages, unless nothing changed"),
    "prepare": (_prepare, "migrate, make the bucket, and fill in what the settings ask for"),
    "migrate": (_migrate, "bring the database to the newest schema"),
    "seed": (_seed, "fill in the demo office"),
    "grant": (_grant, "give a subject of the sign-in provider a role at an office"),
    "revoke": (_revoke, "take such a role back"),
    "sign-out": (_sign_out, "end the sessions of a subject, or of everybody"),
    "offices": (_offices, "add or change the offices that a TOML file describes"),
    "sweep": (_sweep, "clear away what is left over, and revive work that lost its job"),
    "reseal": (_reseal, "seal with the newest secret key what former ones sealed"),
    "audit": (_audit, "verify that what was decided is as it was written"),
    "identity": (_identity, "serve the demo sign-in alone"),
}


def _say(words: str) -> None:
    print(words, flush=True)


def _report_points(settings: Settings, process: str) -> None:
    if settings.points:
        from app.adapters.points import report_to

        report_to(settings.points, process)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    found = {name: commands.add_parser(name, help=told) for name, (_, told) in _COMMANDS.items()}
    found["serve"].add_argument(
        "--with-parent", action="store_true", help="stop when the process that started this ends"
    )
    for name in ("grant", "revoke"):
        found[name].add_argument("subject", help="as the provider calls the person")
        found[name].add_argument("role", help="such as petugas, camat or admin")
        found[name].add_argument("office", help="the office's id")
    whose = found["sign-out"].add_mutually_exclusive_group(required=True)
    whose.add_argument("subject", nargs="?", default="", help="as the provider calls the person")
    whose.add_argument("--all", action="store_true", help="everybody")
    told = "an anchor that was written down, as the log has it"
    found["audit"].add_argument("--head", default="", metavar="NUMBER:DIGEST", help=told)
    found["offices"].add_argument("file", type=Path, help="a TOML file of [[offices]]")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; 2 is for wrong settings."""
    given = _parser().parse_args(arguments)
    try:
        settings = current()
        logs.configure(given.command, settings.secrets())
        _report_points(settings, given.command)
        _COMMANDS[given.command][0](settings, given)
    except (SettingsError, NotLoopback) as error:
        print(error, file=sys.stderr)
        return _WRONG_SETTINGS
    except (DataFolderInUse, PartFailed) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    sys.exit(main())
