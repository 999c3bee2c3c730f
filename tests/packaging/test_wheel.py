"""The wheel carries all that runs and nothing else, and answers where no checkout is."""

from __future__ import annotations

import json
import shutil
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.packaging.conftest import bare_env, run

pytestmark = pytest.mark.packaging

CARRIED = (
    "assistant/_shipped/web/static/widget/loader.js",
    "assistant/_shipped/knowledge_base/en/reset-your-password.md",
    "assistant/_shipped/knowledge_base/fr/reinitialiser-votre-mot-de-passe.md",
    "assistant/prompts/wordings.fr.toml",
    "assistant/retrieval/stop_words/fr.txt",
    "assistant/migrations/env.py",
    "assistant/py.typed",
)


def test_the_wheel_carries_the_pages_the_sample_and_the_wordings(wheel: Path):
    assert set(CARRIED) <= set(_names(wheel))


def test_the_wheel_installs_one_name_and_no_tests_or_training(wheel: Path):
    assert {name.split("/")[0] for name in _names(wheel)} == {"assistant", _metadata(wheel)}
    strangers = ("__pycache__", "conftest", "/tests/", "/training/", "/evals/", ".sqlite", ".db")
    assert [name for name in _names(wheel) if any(word in name for word in strangers)] == []


def test_the_wheel_carries_the_licence(wheel: Path):
    assert f"{_metadata(wheel)}/licenses/LICENSE" in _names(wheel)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment with the wheel alone; its dependencies are lent by ours."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    lib = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
    # A path named in a .pth file lends its packages, but not what its own .pth files name: so the
    # checkout, which is installed in the lending environment as editable, stays out of reach.
    lib.joinpath("lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python")]
    install = ["install", "--quiet", "--no-deps", "--no-index", "--ignore-installed", str(wheel)]
    run([*pip, *install], cwd=folder)
    return folder / "bin"


def test_the_installed_wheel_is_what_runs(installed: Path, tmp_path: Path):
    code = "import assistant; print(assistant.__file__)"
    found = run([str(installed / "python"), "-c", code], cwd=tmp_path, env=bare_env())
    assert Path(found.strip()).is_relative_to(installed.parent)


def test_the_installed_wheel_answers_from_the_sample_that_it_carries(
    installed: Path, tmp_path: Path
):
    env = bare_env(ASSISTANT_HOME=str(tmp_path / "home"), HOME=str(tmp_path))
    code = "from assistant.resources import shipped; print(shipped('knowledge_base'))"
    sample = Path(run([str(installed / "python"), "-c", code], cwd=tmp_path, env=env).strip())
    assert sample.is_relative_to(installed.parent)
    # A few of them: encoding all takes a minute and shows no more.
    few = tmp_path / "few"
    few.mkdir()
    for article in sorted((sample / "en").glob("re*.md")):
        shutil.copy(article, few)
    run([str(installed / "assistant"), "sync", str(few)], cwd=tmp_path, env=env)

    question = "How do I reset my password?"
    asked = [str(installed / "assistant"), "ask", "--json", question]
    reply = json.loads(run(asked, cwd=tmp_path, env=env))

    assert reply["decision"] == "answer"
    assert reply["message"]["citations"][0]["title"] == "Reset your password"


def _names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def _metadata(wheel: Path) -> str:
    name, version = wheel.name.split("-")[:2]
    return f"{name}-{version}.dist-info"
