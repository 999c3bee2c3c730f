"""Play a Dockerfile's steps as a script on this machine, where no Docker engine runs.

What stands in for the image: every folder that the steps name (`PLACES`) lies under a temporary
folder and is renamed in the steps; `python` is the interpreter that runs the tests, without its
packages; `useradd` and `chown`, which would change this machine, are recorded instead of done;
`COPY --from` copies nothing, for both stages see the same folders. What this does not show: the
base image, its Debian packages, and that the process runs as the user that was made.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PLACES = ("/src", "/wheels", "/opt/assistant", "/data")
_PASSED_ON = re.compile(r"PIP_|(HTTPS?|NO|ALL)_PROXY$|SSL_CERT|REQUESTS_CA", re.IGNORECASE)


@dataclass
class Image:
    """What the steps left: folders, variables, and how the container would start."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)
    workdir: Path = Path("/")
    user: str = "root"
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def place(self, text: str) -> str:
        """The text with the image's paths renamed to where they lie here."""
        for place in PLACES:
            text = re.sub(rf"(?<![\w./-]){place}(?![\w-])", f"{self.root}{place}", text)
        return text


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """(keyword, rest) of every instruction, continued lines joined and comments dropped."""
    kept = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    for line in re.sub(r"\\\n\s*", "", "\n".join(kept)).splitlines():
        keyword, rest = line.split(None, 1)
        yield keyword, rest.strip()


def play(dockerfile: Path, root: Path) -> Image:
    """Carry out every step in order; the first that fails raises CalledProcessError."""
    tools = _tools(root)
    for keyword, rest in instructions(dockerfile.read_text("utf-8")):
        if keyword == "FROM":
            image = Image(root, _clean_env(tools, root))
        elif keyword == "WORKDIR":
            image.workdir = Path(image.place(rest))
            image.workdir.mkdir(parents=True, exist_ok=True)
        elif keyword == "ENV":
            for pair in rest.split():
                name, value = pair.split("=", 1)
                image.env[name] = image.place(value).replace("$PATH", image.env["PATH"])
        elif keyword == "COPY":
            _copy(rest.split(), dockerfile.parent, image)
        elif keyword == "RUN":
            _shell(image.place(rest), image)
        else:
            _note(keyword, rest, image)
    return image


def _note(keyword: str, rest: str, image: Image) -> None:
    if keyword == "USER":
        image.user = rest
    elif keyword == "CMD":
        image.command = json.loads(rest)
    elif keyword == "HEALTHCHECK":
        image.health = json.loads(rest[rest.index("[") :])
    elif keyword not in ("VOLUME", "EXPOSE"):
        raise ValueError(f"{keyword} is an instruction that is not played here; add it.")


def _shell(script: str, image: Image) -> None:
    subprocess.run(
        ["/bin/sh", "-euc", script], cwd=image.workdir, env=image.env, check=True, timeout=900
    )


def _copy(words: list[str], context: Path, image: Image) -> None:
    if words[0].startswith("--from="):
        taken = [Path(image.place(word)) for word in words[1:-1]]
        assert all(path.exists() for path in taken), f"an earlier stage made none of {taken}"
        return
    *names, target = words
    for name in names:
        assert not ignored(name, context), f".dockerignore keeps {name} from the builder"
        place = image.workdir / target / (name if target.endswith("/") else "")
        if (context / name).is_dir():
            shutil.copytree(context / name, place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(context / name, place)


def ignored(name: str, context: Path) -> bool:
    """Whether .dockerignore leaves the name out; its last matching line decides."""
    verdict = False
    for line in (context / ".dockerignore").read_text("utf-8").splitlines():
        pattern = line.strip()
        if pattern and not pattern.startswith("#") and fnmatch.fnmatch(name, pattern.lstrip("!")):
            verdict = not pattern.startswith("!")
    return verdict


def _clean_env(tools: Path, root: Path) -> dict[str, str]:
    passed = {name: value for name, value in os.environ.items() if _PASSED_ON.match(name)}
    path = f"{tools}:/usr/local/bin:/usr/bin:/bin"
    return passed | {"PATH": path, "HOME": str(root / "home"), "LANG": "C.UTF-8"}


def _tools(root: Path) -> Path:
    tools = root / "tools"
    tools.mkdir(parents=True)
    (root / "home").mkdir()
    base = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    scripts = {"python": f'exec {base} "$@"'}
    scripts |= {name: f'echo "{name} $*" >> {root}/recorded' for name in ("useradd", "chown", "su")}
    for name, line in scripts.items():
        (tools / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    return tools
