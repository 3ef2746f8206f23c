"""The roster of a personnel system, one row per person, with the names of `PUT /v1/people/by-external-id`.

| heading | meaning |
| --- | --- |
| `external_id` | the person in the sending system, or `source:external_id` |
| `source` | the sending system of this row; the option `source` (`hris` unless set) where absent |
| `user_name`, `given_name`, `family_name`, `email` | as they are; `user_name` is unique without regard to capitals |
| `org_unit` | a code; an unknown one is made |
| `role_id`, `manager_id` | an id, `source:external_id`, or an external id of the same source |
| `effective_from` | the day from which role, manager and org unit of the row hold; today where empty |
| `hired_on`, `left_on` | YYYY-MM-DD |
| `leave_reason` | voluntary, involuntary or other: only together with `left_on` |
| `active` | true or false |

An absent column leaves what is stored as it is; an empty cell clears it. Unknown columns are left aside and listed.
A manager may stand further down, or arrive with a later upload.
"""

from collections.abc import Iterator, Sequence
from functools import partial

from services.skills.imports.formats.people import HEADINGS, REQUIRED, Roster, read_people
from services.skills.imports.formats.tables import Table, check_given, read_blocks
from services.skills.imports.records import Options, Record
from shared.uploads import UploadedFile


def is_heading(heading: str) -> bool:
    """Whether a table of people may have it."""
    return heading in (*REQUIRED, *HEADINGS)


def parse(files: Sequence[UploadedFile], options: Options) -> Iterator[Record]:
    """A record per person; the second row of one person is refused, since either might be meant."""
    roster, read = Roster(), partial(read_people, options=options)
    check_given(files, options.columns)
    for file in files:
        table = Table(file, REQUIRED, HEADINGS, options.columns)
        yield from table.notes()
        yield from roster.first_of(read_blocks(table.blocks(), read))
