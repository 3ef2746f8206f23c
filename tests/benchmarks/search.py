"""The typeahead next to tantivy, a search engine in Rust, over the same labels and the same queries in one run.

Every query is made from the preferred label of a skill, which it should find among the first ten: typed in full, cut
off, with one typo, with two, with its words in another order. Both search all labels of ESCO, alternative ones too.
"""

import random
import statistics
import string
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy

from services.skills.imports.formats import esco
from services.skills.imports.records import Options, SkillRecord
from services.skills.search.index import Entry, LabelIndex
from services.skills.search.words import split
from shared.uploads import open_upload

ESCO_FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "esco-1.1.1"
QUERIES, ROUNDS, FIRST = 400, 3, 10
GOAL_MILLISECONDS, GOAL_RECALL = 1.0, 0.95

Search = Callable[[str], Sequence[int]]
"""From what was typed to the skills found, best first."""
Distort = Callable[[str, random.Random], str]


def main() -> None:
    out = sys.stdout.write
    archives = sorted(ESCO_FOLDER.glob("*.zip"))
    if not archives:
        out(f"search: left out, {ESCO_FOLDER} is not on this machine\n")
        return
    labels, entries = _labels(archives)
    one, two = _theirs(entries)
    engines = {"typeahead": _ours(entries), "tantivy": one, "tantivy, two": two}
    out(f"{len(labels)} skills, {len(entries)} labels; {QUERIES} queries of a sort, recall at {FIRST} and median CPU\n")
    out(f"{'':<14}" + "".join(f"{name:>26}" for name in engines) + "\n")
    for sort, distort in QUERY_SORTS.items():
        queries = _queries(labels, distort)
        measured = {name: _measure(search, queries) for name, search in engines.items()}
        figures = "".join(f"{m.recall:>14.3f}{m.milliseconds:>9.3f} ms" for m in measured.values())
        out(f"{sort:<14}{figures}\n")
    out(f"goal: median under {GOAL_MILLISECONDS:g} ms and not above tantivy's, one typo {GOAL_RECALL:g}\n")


@dataclass(frozen=True)
class Measured:
    """How often the skill was among the first ten, and the median processor time of a query."""

    recall: float
    milliseconds: float


def _labels(archives: Sequence[Path]) -> tuple[list[str], list[Entry]]:
    """The preferred label of each skill, and all labels as the index takes them."""
    files = [file for path in archives for file in open_upload(path.name, path.read_bytes())]
    records = [r for r in esco.parse(files, Options()) if isinstance(r, SkillRecord) and r.kind != "group"]
    entries = [
        Entry(number, label, preferred)
        for number, record in enumerate(records)
        for preferred, label in [
            (True, record.labels["en"]),
            *((False, other) for other in record.alternative_labels.get("en", [])),
        ]
    ]
    return [record.labels["en"] for record in records], entries


def _ours(entries: Sequence[Entry]) -> Search:
    index = LabelIndex(entries)
    return lambda typed: [hit.skill for hit in index.search(typed, FIRST)]


def _theirs(entries: Sequence[Entry]) -> tuple[Search, Search]:
    """A document for each label; all words must be there, the last one may go on.

    The first way forgives one typo in each word. The second forgives two in long ones, and prefers what is exact.
    """
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("label")
    builder.add_integer_field("skill", stored=True)
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer()
    for entry in entries:
        writer.add_document(tantivy.Document(label=" ".join(split(entry.label)), skill=entry.skill))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def near(word: str, distance: int, is_last: bool) -> tuple[tantivy.Occur, tantivy.Query]:
        query = tantivy.Query.fuzzy_term_query(schema, "label", word, distance, True, is_last)
        return tantivy.Occur.Must, query

    def first(clauses: Sequence[tuple[tantivy.Occur, tantivy.Query]]) -> list[int]:
        hits = searcher.search(tantivy.Query.boolean_query(clauses), 3 * FIRST, count=False).hits
        return list(dict.fromkeys(searcher.doc(address)["skill"][0] for _, address in hits))[:FIRST]

    def forgive_one(typed: str) -> list[int]:
        words = split(typed)
        return first([near(word, 1, place == len(words) - 1) for place, word in enumerate(words)])

    def forgive_two(typed: str) -> list[int]:
        words = split(typed)
        exact = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "label", word)) for word in words]
        return first([near(w, 1 + (len(w) > 5), place == len(words) - 1) for place, w in enumerate(words)] + exact)

    return forgive_one, forgive_two


def _queries(labels: Sequence[str], distort: Distort) -> list[tuple[str, int]]:
    chance = random.Random(7)  # noqa: S311
    chosen = chance.sample([number for number, label in enumerate(labels) if len(label) > 5], QUERIES)
    return [(distort(labels[number], chance), number) for number in chosen]


def _measure(search: Search, queries: Sequence[tuple[str, int]]) -> Measured:
    best = [float("inf")] * len(queries)
    found = 0
    for _ in range(ROUNDS):
        found = 0
        for place, (typed, skill) in enumerate(queries):
            began = time.process_time_ns()
            hits = search(typed)
            best[place] = min(best[place], (time.process_time_ns() - began) / 1e6)
            found += skill in hits
    return Measured(found / len(queries), statistics.median(best))


def _cut(label: str, chance: random.Random) -> str:
    return label[: max(5, round(len(label) * chance.uniform(0.5, 0.9)))]


def _mistype(label: str, chance: random.Random) -> str:
    """One slip of the fingers: a letter left out, doubled up, mistaken, or swapped with the next."""
    place = chance.randrange(len(label) - 1)
    before, here, after = label[:place], label[place], label[place + 1 :]
    other = chance.choice(string.ascii_lowercase)
    return chance.choice(
        [before + after, before + other + here + after, before + other + after, before + after[0] + here + after[1:]]
    )


def _mistype_twice(label: str, chance: random.Random) -> str:
    return _mistype(_mistype(label, chance), chance)


def _shuffle(label: str, chance: random.Random) -> str:
    words = label.split()
    chance.shuffle(words)
    return " ".join(words)


QUERY_SORTS: dict[str, Distort] = {
    "as it is": lambda label, _: label,
    "beginning": _cut,
    "one typo": _mistype,
    "two typos": _mistype_twice,
    "other order": _shuffle,
}

if __name__ == "__main__":
    main()
