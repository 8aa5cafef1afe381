"""The server as a process of its own."""

import signal
import subprocess
import sys

import httpx2
import openai

from briefmill.fake_openai import Book
from briefmill.fake_openai.__main__ import main


def test_it_says_where_it_is_serves_writes_its_book_and_ends_cleanly_on_sigterm(tmp_path):
    scenario, book = tmp_path / "s.yaml", tmp_path / "book.jsonl"
    scenario.write_text("rules: [{when: {nth: 1}, do: {fault: insufficient_quota}}]")
    command = [sys.executable, "-m", "briefmill.fake_openai", "--scenario", scenario, "--book", book, "--key", "sk-1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            url = line.removeprefix("fake OpenAI ready at ").strip()
            with openai.OpenAI(
                api_key="sk-1", base_url=url, max_retries=1, http_client=httpx2.Client(verify=False)
            ) as client:
                assert client.moderations.create(input="a").results
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert Book.read(book).outcomes() == {"insufficient_quota": 1, "ok": 1}


def test_a_wrong_scenario_or_port_is_one_line_and_an_exit_code(tmp_path, capsys, pair, monkeypatch):
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    scenario = tmp_path / "s.yaml"
    scenario.write_text("sed: 1")
    assert main(["--scenario", str(scenario)]) == 78
    assert "s.yaml: line 1, column 1: sed: There is no such field. Did you mean seed?" in capsys.readouterr().err
    taken = pair().fake.base_url.split(":")[-1].split("/")[0]
    assert main(["--port", taken]) == 78
    assert "cannot listen" in capsys.readouterr().err
    assert main(["--port", "99999"]) == 78
