import json
from dataclasses import replace

from briefmill.domain import codec
from briefmill.domain.artefact import Snapshot
from briefmill.domain.copywriting import Task, WrittenCopy
from briefmill.domain.verdict import Severity
from briefmill.stages import parting, receipt
from briefmill.stages.translate import Written
from stages import setkit


def test_a_receipt_names_every_creative_with_its_hash_and_words():
    built = receipt.build(setkit.facts())
    assert len(built["creatives"]) == 18
    first = built["creatives"][0]
    assert first["path"] == "cup/en-GB/1x1.jpg"
    assert first["sha256"] == setkit.ref(100).sha256
    assert first["alt_text"] == "Stoneware cup: Begin gently"
    lent = {item["locale"]: item["copy_borrowed_from"] for item in built["creatives"]}
    assert lent == {"en-GB": None, "ar-EG": None, "de-DE": "en-GB"}


def test_a_receipt_says_what_went_in_and_who_made_what():
    built = receipt.build(setkit.facts())
    assert [item["path"] for item in built["inputs"]] == ["morning.yaml", "art/cup.jpg", "logo.png"]
    made = built["pictures"][0]
    assert (made["maker"], made["model"], made["prompt"]) == (
        "openai",
        "an-image-model",
        "A photograph of Stoneware cup",
    )
    assert (made["cost_usd"], built["cost_usd"]) == (0.0412, 0.0824)
    assert built["understood"]["aliases"] == [{"written": "campaign_message", "became": "message"}]
    assert built["understood"]["notices"][0]["line"] == 9
    assert built["timings_s"] == {"generate": 12.346, "resize": 0.2}


def test_the_verdict_counts_by_weight():
    found = tuple(setkit.finding(severity=weight) for weight in (Severity.WARNING, Severity.WARNING, Severity.ADVICE))
    assert receipt.build(setkit.facts(findings=found))["verdict"] == {
        "passed": True,
        "errors": 0,
        "warnings": 2,
        "advice": 1,
    }
    assert receipt.build(setkit.facts(findings=(setkit.finding(),)))["verdict"]["passed"] is False


def test_only_versions_that_were_used_are_told():
    facts = setkit.facts()
    drawn = tuple(replace(picture, maker="procedural") for picture in facts.pictures)
    assert list(receipt.build(facts)["versions"]) == ["briefmill", "openai", "opencv", "pillow"]
    assert list(receipt.build(replace(facts, pictures=drawn))["versions"]) == ["briefmill", "opencv", "pillow"]


def test_the_order_of_the_keys_is_the_one_to_read_in_and_stays():
    assert list(receipt.build(setkit.facts())) == [
        "schema",
        "job",
        "campaign",
        "title",
        "revision",
        "folder",
        "source",
        "tenant",
        "dropped_at",
        "made_at",
        "versions",
        "cost_usd",
        "verdict",
        "understood",
        "inputs",
        "settings",
        "order",
        "pictures",
        "words",
        "creatives",
        "left_out",
        "files",
        "findings",
        "law",
        "timings_s",
    ]


def test_what_was_left_out_is_told_with_its_reasons_and_is_no_part_of_the_verdict():
    made = setkit.creatives(setkit.brief())
    parts = parting.part(made, (setkit.finding(),), {"cup/en-GB/1x1.jpg"})
    built = receipt.build(setkit.facts(creatives=parts.creatives, findings=parts.findings, left_out=parts.left_out))
    (left,) = built["left_out"]
    assert (left["path"], left["sha256"]) == ("cup/en-GB/1x1.jpg", made[0].ref.sha256)
    assert [finding["rule"] for finding in left["findings"]] == ["contrast"]
    assert built["verdict"]["passed"]
    assert left["path"] not in {one["path"] for one in built["creatives"]}


def test_the_same_facts_are_the_same_bytes():
    assert codec.document(receipt.build(setkit.facts())) == codec.document(receipt.build(setkit.facts()))


def test_a_receipt_with_names_that_are_no_unicode_can_be_written():
    odd = Snapshot(name="caf\udce9.yaml", brief=setkit.ref(1), files={"\udcff.png": setkit.ref(2)})
    document = codec.document(receipt.build(setkit.facts(snapshot=odd, job=setkit.job(revision=2))))
    assert json.loads(document)["folder"] == "morning-light.r2"


def test_a_receipt_tells_which_words_a_machine_wrote_and_whether_anybody_has_looked():
    of = setkit.brief()
    made = replace(of.copies["ar-EG"], written_by="openai m", written_parts=("message",), approved=True)
    copy = WrittenCopy(texts={"alt": "كوب"}, maker="openai", model="m")
    alt = Written(task=Task.ALT, product="cup", locale="ar-EG", source_locale="ar-EG", copy=copy, approved=True)
    prompt = replace(alt, task=Task.PROMPT, locale="", copy=replace(copy, texts={"prompt": "A cup"}))
    facts = setkit.facts(replace(of, copies={**of.copies, "ar-EG": made}), words=(alt, prompt))
    built = receipt.build(facts)
    told = {(one["product"], one["locale"]): one for one in built["creatives"]}
    assert told["cup", "ar-EG"]["copy_written_parts"] == ["message"]
    assert told["cup", "ar-EG"]["copy_approved"] is True
    assert told["cup", "en-GB"]["copy_approved"] is None
    assert told["cup", "ar-EG"]["alt_text_written_by"] == "openai m"
    assert told["pot", "ar-EG"]["alt_text_written_by"] is None
    assert [one["prompt_written_by"] for one in built["pictures"]] == ["openai m", None]
    assert [(one["task"], one["approved"]) for one in built["words"]] == [("alt", True), ("prompt", True)]
