"""The command line, over fakes: what it prints and how it ends."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from assistant import trials
from assistant.adapters.home import HomeLock
from assistant.cli import main
from assistant.evaluation.predictions import Prediction
from assistant.evaluation.runner import Result as RunResult
from assistant.opening import opened
from assistant.ports import Deed
from assistant.remote import RunningServer
from assistant.retrieval.confidence import Calibration
from assistant.terminal import reply_text
from assistant.testing import InMemoryVectorIndex
from assistant.wiring import utc_now
from tests.unit.command_line import Run
from tests.unit.web_server import Site, serving

pytestmark = pytest.mark.slow


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "articles" / "en"
    folder.mkdir(parents=True)
    (folder / "kettles.md").write_text("# Kettle warranty\n\nA kettle has five years.")
    return tmp_path / "articles"


def test_the_help_shows_a_first_round(run: Run) -> None:
    shown = run("--help")
    assert shown.exit_code == 0
    assert "A first round:" in shown.output
    for command in main.commands:
        assert run(command, "--help").exit_code == 0


def test_a_log_level_that_is_none_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_LOG", "chatty")
    shown = run("doctor")
    assert shown.exit_code == 1
    assert "ASSISTANT_LOG: 'CHATTY' is none of DEBUG, INFO" in shown.output


def test_what_is_not_a_command_is_a_matter_of_usage(run: Run) -> None:
    assert run("bake").exit_code == 2
    assert run("sync").exit_code == 2
    assert run("sync", "/nowhere/at/all").exit_code == 2
    assert run("export", "messages", "--format", "xml").exit_code == 2


# -- sync and ask


def test_a_source_that_is_gone_is_withdrawn_once_somebody_is_sure(run: Run, source: Path) -> None:
    run("sync", str(source))
    shutil.rmtree(source)
    assert run("withdraw", str(source), input="n\n").exit_code == 1
    done = run("withdraw", str(source), input="y\n")
    assert done.exit_code == 0
    assert "Take away all 1 articles" in done.output
    assert "1 withdrawn" in done.output
    gone = run("withdraw", str(source), "--yes")
    assert gone.exit_code == 1
    assert "There is no source" in gone.stderr


def test_sync_says_what_it_did(run: Run, source: Path) -> None:
    done = run("sync", str(source))
    assert done.exit_code == 0
    assert "1 added, 0 changed, 0 unchanged, 0 withdrawn, 0 refused" in done.output
    (row,) = json.loads(run("sync", str(source), "--json").stdout)
    assert (row["unchanged"], row["embedded"], row["refused"]) == (1, 0, [])


def test_sync_names_what_it_refused_and_ends_with_three(run: Run, source: Path) -> None:
    (source / "en" / "broken.md").write_bytes(b"\xff\xfe\x00\xe9")
    done = run("sync", str(source))
    assert done.exit_code == 3
    assert "broken.md" in done.stderr
    report = run("sync", str(source), "--json")
    assert report.exit_code == 3
    (row,) = json.loads(report.stdout)
    assert row["refused"][0].keys() == {"path", "line", "reason", "remedy"}


def test_sync_names_drafts_and_ends_well(run: Run, source: Path) -> None:
    (source / "en" / "draft.md").write_text("---\ndraft: true\n---\nNot yet.")
    done = run("sync", str(source))
    assert done.exit_code == 0
    assert "draft.md" in done.stderr
    assert "0 refused" in done.output
    (row,) = json.loads(run("sync", str(source), "--json").stdout)
    assert [entry["reason"] for entry in row["passed_over"]] == ["it is a draft"]


def test_a_dry_run_names_the_articles_and_does_nothing(run: Run, source: Path) -> None:
    for _ in range(2):
        done = run("sync", str(source), "--dry-run")
        assert done.exit_code == 0
        assert "would be added: " in done.stdout
        assert "1 added" in done.stdout
        assert "nothing was done" in done.stdout
    (row,) = json.loads(run("sync", str(source), "--dry-run", "--json").stdout)
    assert (row["dry_run"], len(row["articles"]["added"])) == (True, 1)


def test_a_source_emptied_keeps_its_articles_until_that_is_meant(run: Run, source: Path) -> None:
    run("sync", str(source))
    for path in source.rglob("*.md"):
        path.unlink()
    done = run("sync", str(source))
    assert done.exit_code == 3
    assert f"assistant sync {source} --withdraw" in done.stderr
    done = run("sync", str(source), "--withdraw")
    assert (done.exit_code, "1 withdrawn" in done.stdout) == (0, True)


def test_a_web_site_is_a_source(run: Run, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site()
    site.pages = {"/help": "<main><h1>Pay later</h1><p>In three parts.</p></main>"}
    with serving(site):
        done = run("sync", f"{site.url}/help", str(source))
        assert (done.exit_code, "ASSISTANT_SYNC_PRIVATE" in done.stderr) == (3, True)
        assert "1 added" in done.stdout
        monkeypatch.setenv("ASSISTANT_SYNC_PRIVATE", "true")
        monkeypatch.setenv("ASSISTANT_SITE_PAUSE", "0")
        assert "1 added" in run("sync", f"{site.url}/help").stdout
        assert "1 unchanged" in run("sync", f"{site.url}/help").stdout


def test_a_source_that_fails_leaves_the_others_alone(
    run: Run, source: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = run("sync", str(empty), str(source))
    assert done.exit_code == 3
    assert "has no " in done.stderr
    assert "1 added" in done.stdout


def test_articles_leave_as_markdown_and_come_back(run: Run, source: Path, tmp_path: Path) -> None:
    run("sync", str(source))
    out = tmp_path / "out"
    done = run("export", "articles", "--format", "markdown", "--to", str(out))
    assert f"Wrote 1 articles into {out}." in done.stdout
    shutil.rmtree(source)
    # Its old folder is gone: the new one owns the article.
    assert "1 added, 0 changed" in run("sync", str(out)).stdout
    again = run("export", "articles", "--format", "markdown", "--to", str(out))
    assert (again.exit_code, "not empty" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    "asked", ["articles --format markdown", "messages --format markdown --to x", "articles --to x"]
)
def test_an_export_to_nowhere_is_a_matter_of_usage(run: Run, asked: str) -> None:
    assert run("export", *asked.split()).exit_code == 2


def test_a_form_that_cannot_be_read_fails_with_one_clear_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "manual.textile"
    path.write_text("Manual\n======\n")
    done = run("sync", str(path))
    assert done.exit_code == 1
    assert done.stderr.startswith("assistant: ")
    assert "manual.textile" in done.stderr
    assert "Traceback" not in done.output


def test_ask_prints_the_answer_and_its_source_and_logs_it(run: Run, source: Path) -> None:
    run("sync", str(source))
    asked = run("ask", "kettle warranty")
    assert asked.exit_code == 0
    reply = json.loads(run("ask", "kettle warranty", "--json", "--locale", "en").stdout)
    assert reply.keys() >= {"message", "decision", "confidence", "conversation"}
    assert reply["message"]["text"].split("\n")[0] in asked.output
    assert len(run("export", "conversations").stdout.splitlines()) == 2


def test_a_handoff_is_an_answer_too(run: Run) -> None:
    asked = run("ask", "je veux parler à un conseiller", "--locale", "fr")
    assert asked.exit_code == 0
    assert "Une personne" in asked.output


def test_sources_and_topics_are_listed_under_the_text() -> None:
    citation = {"n": 1, "title": "Returns", "url": "/help/en/returns"}
    reply = {
        "message": {"text": "Send it back.", "citations": [citation]},
        "suggestions": [{"text": "Fees", "action": "ask"}, {"text": "P", "action": "handoff"}],
    }
    assert reply_text(reply).splitlines() == [
        "Send it back.", "[1] Returns  /help/en/returns", "  · Fees",
    ]  # fmt: skip
    assert reply_text({"message": None, "suggestions": []})


# -- a server that owns the home


def test_with_a_server_running_it_is_asked(
    run: Run, home: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = HomeLock(home)
    lock.take("the server", url="http://127.0.0.1:9", secret="s3cret")
    try:
        said = {"message": None, "suggestions": []}
        monkeypatch.setattr(RunningServer, "ask", lambda self, question, locale: said)
        examined = (["lacks 2 vectors"], None)
        monkeypatch.setattr(RunningServer, "doctor", lambda self, repair: examined)
        assert "A person has this conversation" in run("ask", "hello").output
        # A database that a server has is not opened, and so not migrated, beside it.
        with monkeypatch.context() as closed:
            closed.setattr("assistant.opening.store_at", None)
            found = run("doctor")
        assert (found.exit_code, "lacks 2 vectors" in found.output) == (1, True)
        assert run("doctor", "--repair").exit_code == 0
        assert run("sync", str(source)).exit_code == 0
        assert run("export", "articles").stdout.count("\n") == 1
        refused = run("restore", str(home / "assistant.db"))
        assert refused.exit_code == 1
        assert "is in use by the server" in refused.stderr
    finally:
        lock.release()


def test_a_server_that_does_not_answer_is_named(run: Run, home: Path) -> None:
    lock = HomeLock(home)
    lock.take("the server", url="http://127.0.0.1:9", secret="s")
    try:
        failed = run("ask", "hello")
    finally:
        lock.release()
    assert failed.exit_code == 1
    assert "http://127.0.0.1:9 owns this home but does not answer" in failed.stderr


# -- care


def test_the_doctor_finds_a_sound_home_and_mends_another(
    run: Run, source: Path, home: Path, indexes: dict[Path, InMemoryVectorIndex]
) -> None:
    run("sync", str(source))
    assert "sound" in run("doctor").output
    index = indexes[home / "vectors"]
    index.remove("en", sorted(index.fingerprints("en"))[:1])
    ill = run("doctor")
    assert ill.exit_code == 1
    assert "assistant doctor --repair" in ill.output
    mended = run("doctor", "--repair")
    assert (mended.exit_code, "mended" in mended.output) == (0, True)
    assert "sound" in run("doctor").output


def test_what_leads_adopted_holds_for_whoever_tells_what_customers_get(run: Run) -> None:
    assert "(ASSISTANT_MAX_WRONG=0.15)" in run("doctor").output
    with opened("test") as assistant:
        dial = Calibration.of(assistant.settings.home).dial
        assert assistant.answerer_of(None).answers_from == dial.answer_at(0.15)
        deed = Deed(utc_now(), "lea", "experiment_adopted", "x-1", {})
        assistant.store.set_team_setting("max_wrong", 0.6, deed=deed)
        answerer = assistant.answerer_of(None)
        assert answerer.answers_from == dial.answer_at(0.6) < dial.answer_at(0.15)
        assert assistant.answerer_of(None) is answerer
    told = run("doctor").output
    assert "leads adopted an error budget of 0.6" in told
    assert f"from a confidence of {dial.answer_at(0.6)}:" in told


def test_a_backup_comes_back_into_an_empty_home(
    run: Run, source: Path, tmp_path: Path, made_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("sync", str(source))
    run("ask", "kettle warranty")
    kept = tmp_path / "kept.backup"
    assert run("backup", str(kept)).exit_code == 0
    before = run("export", "conversations").stdout
    (tmp_path / "other").mkdir()
    shutil.copyfile(made_store, tmp_path / "other" / "assistant.db")
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "other"))
    assert run("restore", str(kept)).exit_code == 0
    assert run("export", "conversations").stdout == before
    again = run("restore", str(kept))
    assert again.exit_code == 1
    assert again.stderr.startswith("assistant: ")


def test_records_are_exported_in_both_forms_and_a_visitor_is_forgotten(run: Run) -> None:
    run("ask", "hello, « é »")
    (row,) = map(json.loads, run("export", "conversations").stdout.splitlines())
    rows = list(csv.DictReader(io.StringIO(run("export", "messages", "--format", "csv").stdout)))
    assert [entry["author"] for entry in rows] == ["customer", "assistant"]
    assert rows[0]["text"] == "hello, « é »"
    assert run("export", "secrets").exit_code == 1
    assert "with 1 conversation." in run("forget", row["visitor_id"]).output
    assert run("export", "messages").stdout == ""
    assert run("forget", "v-nobody").exit_code == 1


def test_a_person_is_added_with_a_password_from_standard_input(run: Run) -> None:
    added = run("user", "add", "Ana@shop.example", "--role", "agent", input="long enough 42\n")
    assert added.exit_code == 0
    assert "long enough" not in added.output
    twice = run("user", "add", "ana@shop.example", "--role", "lead", input="long enough 43\n")
    assert twice.exit_code == 1
    assert run("user", "add", "bo@shop.example", "--role", "king", input="x\n").exit_code == 2


def test_who_forgot_their_password_gets_another_one(run: Run) -> None:
    run("user", "add", "ana@shop.example", "--role", "admin", input="long enough 42\n")
    done = run("user", "password", "Ana@Shop.example", input="remembered 43\n")
    assert done.exit_code == 0
    assert done.stdout == "ana@shop.example has another password, and is signed out everywhere.\n"
    with opened("a test", needs_index=False) as assistant:
        ana = assistant.people.sign_in("ana@shop.example", "remembered 43").person
        assert not ana.password_passed_on
        by = [(deed.person_id, deed.action) for _, deed in assistant.store.deeds(limit=1)]
        assert by == [("operator", "password_changed")]
    short = run("user", "password", "ana@shop.example", input="short\n")
    assert short.exit_code == 1
    assert "at least 10 characters" in short.stderr
    nobody = run("user", "password", "bo@shop.example", input="remembered 43\n")
    assert nobody.exit_code == 1
    assert "Nobody has an account with 'bo@shop.example'" in nobody.stderr
    assert "remembered" not in done.output + nobody.output


def test_migrate_may_be_run_at_any_time(run: Run) -> None:
    for _ in range(2):
        assert run("migrate").exit_code == 0


def test_a_setting_that_cannot_work_is_one_clear_line(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_REPLY_HOURS", "never")
    failed = run("migrate")
    assert failed.exit_code == 1
    assert failed.stderr.startswith("assistant: ASSISTANT_REPLY_HOURS: ")
    monkeypatch.setenv("ASSISTANT_REPLY_HOURS", "24")
    monkeypatch.setenv("ASSISTANT_EMBEDDER", "no-such-encoder")
    failed = run("migrate")
    assert "ASSISTANT_EMBEDDER: 'no-such-encoder'" in failed.stderr


# -- eval, score and calibrate


@pytest.fixture
def question_set(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    article = {"id": "k", "title": "Kettle warranty", "text": "Five years.", "lang": "en"}
    query = {"id": "1", "text": "kettle warranty", "answerable": True, "lang": "en"}
    (folder / "corpus.jsonl").write_text(json.dumps(article) + "\n")
    (folder / "queries.jsonl").write_text(json.dumps(query) + "\n")
    (folder / "qrels.tsv").write_text("1\tk\t1\n")
    (folder / "meta.json").write_text('{"name": "tiny"}')
    return folder


def test_a_question_set_is_asked_in_a_home_of_its_own(
    run: Run, question_set: Path, tmp_path: Path, home: Path
) -> None:
    files = {name: tmp_path / f"out.{name}" for name in ("json", "predictions", "html")}
    options = [part for name, path in files.items() for part in (f"--{name}", str(path))]
    done = run("eval", str(question_set), *options)
    assert done.exit_code == 0
    assert "tiny" in done.output
    assert json.loads(files["json"].read_text())["tiny"]["R@1"]["value"] == 1.0
    (row,) = map(json.loads, files["predictions"].read_text().splitlines())
    assert row["ranked"] == ["k"]
    assert "tiny" in files["html"].read_text()
    assert (home / "eval" / "vectors.db").is_file()
    assert run("export", "articles").stdout == ""


def test_fewer_questions_may_be_asked(run: Run, question_set: Path) -> None:
    query = {"id": "2", "text": "warranty?", "answerable": True, "lang": "en"}
    with (question_set / "queries.jsonl").open("a") as file:
        file.write(json.dumps(query) + "\n")
    shown = run("eval", str(question_set), "--questions", "1").output
    assert "tiny (at most 1)" in shown
    assert "n=1" in shown


def test_a_figure_that_fell_fails_the_check(
    run: Run, question_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    failed = run("eval", str(question_set), "--check")
    assert failed.exit_code == 1
    assert "run from the project's folder" in failed.stderr
    (tmp_path / "evals").mkdir()
    assert run("eval", str(question_set), "--write-baseline").exit_code == 0
    assert run("eval", str(question_set), "--check").exit_code == 0

    wrong = Prediction("1", ("x",), (1.0,), 0.1, "handoff", "No.", (), 1.0)
    monkeypatch.setattr(trials, "evaluate", lambda _, found, **__: RunResult(found, (wrong,)))
    failed = run("eval", str(question_set), "--check")
    assert failed.exit_code == 1
    assert "tiny: R@1 is 0.000" in failed.stderr
    assert "it was 1.000" in failed.stderr
    assert run("eval", str(question_set)).exit_code == 0


def test_a_set_without_a_baseline_is_told(
    run: Run, question_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evals").mkdir()
    (tmp_path / "evals" / "baseline.json").write_text("{}")
    done = run("eval", str(question_set), "--check")
    assert done.exit_code == 0
    assert "tiny: not compared" in done.stderr


def test_what_is_no_question_set_is_named(run: Run, source: Path) -> None:
    failed = run("eval", str(source))
    assert failed.exit_code == 1
    assert "is not a question set" in failed.stderr


def test_calibrate_with_nothing_to_learn_from_writes_nothing(run: Run, home: Path) -> None:
    failed = run("calibrate", "--no-marks")
    assert failed.exit_code == 2
    assert not (home / "calibration.json").exists()
    too_little = run("calibrate")
    assert too_little.exit_code == 1
    assert "0 marks that teach" in too_little.stderr
    assert not (home / "calibration.json").exists()


def test_a_calibration_of_a_former_version_does_not_keep_the_next_from_being_made(
    run: Run, question_set: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = home / "calibration.json"
    own.write_text('{"dial": {}, "cases": {"en": {"weights": {"body_lexical": 1.0}}}}')
    refused = run("eval", str(question_set))
    assert refused.exit_code == 1
    assert "run assistant calibrate" in refused.stderr
    dial = {"labels": 9, "confidence": [0.5], "answered": [0.8], "wrong": [0.1]}
    fitted = {"dial": dial, "cases": {}}
    monkeypatch.setattr(trials, "fit", lambda _: fitted)
    assert run("calibrate", "--no-marks", str(question_set)).exit_code == 0
    assert json.loads(own.read_text()) == fitted


def test_what_was_calibrated_is_written_where_it_is_read(
    run: Run, question_set: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dial = {"labels": 9, "confidence": [0.5, 0.7], "answered": [0.8, 0.6], "wrong": [0.2, 0.1]}
    fitted = {"dial": dial, "cases": {}}
    monkeypatch.setattr(trials, "fitted_calibration", lambda *_, **__: fitted)
    told = run("calibrate", str(question_set)).output
    assert "from a confidence of 0.7" in told
    assert "9 labelled questions" in told
    assert json.loads((home / "calibration.json").read_text()) == fitted
    assert run("migrate").exit_code == 0
