"""What O*NET's own tables mean: which file is which, what kind an element is, which family an occupation."""

from collections.abc import Sequence

from services.skills.imports.formats.tables import Line, Table, headings_of
from services.skills.imports.records import ScaleLevel, ScaleRecord
from shared.uploads import UploadedFile

OCCUPATION = "o_net_soc_code"

FILE_KINDS: dict[str, frozenset[str]] = {
    "ratings": frozenset({OCCUPATION, "element_id", "element_name", "scale_id", "data_value", "not_relevant"}),
    "alternate_titles": frozenset({OCCUPATION, "alternate_title"}),
    "job_zones": frozenset({OCCUPATION, "job_zone"}),
    "occupations": frozenset({OCCUPATION, "title", "description"}),
    "anchors": frozenset({"element_id", "scale_id", "anchor_value", "anchor_description"}),
    "content_model": frozenset({"element_id", "element_name", "description"}),
}
"""Tables by the headings that they have in the text edition; the spreadsheet edition has more."""

CATEGORIES = "category"
"""A heading of the tables that rate frequencies and not levels (work context): they are left aside."""

KINDS: dict[str, str] = {"2.A": "skill", "2.B": "skill", "2.C": "knowledge", "1.A": "skill"}
"""Branches of the content model whose elements are required of people: skills, knowledge, abilities."""

MAJOR_GROUPS: dict[str, str] = {
    "11": "Management",
    "13": "Business and Financial Operations",
    "15": "Computer and Mathematical",
    "17": "Architecture and Engineering",
    "19": "Life, Physical, and Social Science",
    "21": "Community and Social Service",
    "23": "Legal",
    "25": "Educational Instruction and Library",
    "27": "Arts, Design, Entertainment, Sports, and Media",
    "29": "Healthcare Practitioners and Technical",
    "31": "Healthcare Support",
    "33": "Protective Service",
    "35": "Food Preparation and Serving Related",
    "37": "Building and Grounds Cleaning and Maintenance",
    "39": "Personal Care and Service",
    "41": "Sales and Related",
    "43": "Office and Administrative Support",
    "45": "Farming, Fishing, and Forestry",
    "47": "Construction and Extraction",
    "49": "Installation, Maintenance, and Repair",
    "51": "Production",
    "53": "Transportation and Material Moving",
    "55": "Military Specific",
}
"""Major groups of the Standard Occupational Classification of 2018, by the first two digits of a code."""

SCALE_KEY = "onet-level"
SCALE = ScaleRecord(
    key=SCALE_KEY,
    title="O*NET level, 1 to 7",
    levels=tuple(
        ScaleLevel(level, f"Level {level}", "Described for each element by its anchors." if level in (2, 4, 6) else "")
        for level in range(1, 8)
    ),
)


def kind_of_file(file: UploadedFile) -> str | None:
    """Which of the tables a file is; None for one that is not read."""
    headings = headings_of(file)
    if CATEGORIES in headings:
        return None
    kind = next((kind for kind, wanted in FILE_KINDS.items() if wanted <= headings), None)
    return None if kind == "ratings" and not _rates_people(file) else kind


def _rates_people(file: UploadedFile) -> bool:
    """Whether a table of ratings is about what people need, by its first row. Work activities look the same."""
    first = next((line for line in Table(file, [OCCUPATION, "element_id"]).lines() if isinstance(line, Line)), None)
    return first is None or kind_of_element(first["element_id"]) is not None


def sort_files(files: Sequence[UploadedFile]) -> dict[str | None, list[UploadedFile]]:
    found: dict[str | None, list[UploadedFile]] = {kind: [] for kind in (*FILE_KINDS, None)}
    for file in files:
        found[kind_of_file(file)].append(file)
    return found


def kind_of_element(element_id: str) -> str | None:
    return KINDS.get(element_id[:3])


def family_of(code: str) -> str | None:
    return MAJOR_GROUPS.get(code[:2])


def importance(value: float) -> float:
    """O*NET's importance, 1 to 5, as 0..1: its standardised score (value - 1) / (5 - 1), kept as a decimal."""
    return (value - 1) / 4
