"""What the OpenAPI document says of the API as a whole."""

API_DESCRIPTION = """Airline pilots' contracts and 14 CFR Part 117 as rules that programs can ask.

**Requests** are JSON in UTF-8 (uploads are forms). Unknown parameters and members are refused, not passed over,
and so is the character U+0000. Addresses end in a slash.

**Who asks.** `Authorization: Bearer` with a person's access token (`auth/token/`) or a service client's (`auth/client-token/`). What a
caller may not know of is not found.

**Refusals** are `application/problem+json` (RFC 9457): `code` names the error for programs, `errors` points to each fault. Each
operation lists its codes. A method that an address does not have is refused with 405 and `Allow`, an address that there is not with 404.

**Lists** are pages by cursor: `{"next", "previous", "results"}`, 50 rows unless `page_size` says otherwise, at most 200.

**Asking again.** What has an `ETag` is answered with 304 to its `If-None-Match`. What creates takes an `Idempotency-Key`: sent again
within a day, it gives the first answer and creates nothing.

**How much.** Each caller may ask so often a minute; beyond that is 429 with `Retry-After`. Each answer has an `X-Request-ID`.
"""

API_TAGS = [
    {"name": "auth", "description": "Tokens and sessions."},
    {"name": "airlines", "description": "Airlines, what is in force there, and its rules as a signed pack."},
    {
        "name": "contracts",
        "description": "Contracts on their way: uploaded, read, reviewed, in force, followed; compared and rated.",
    },
    {"name": "reviews", "description": "Pilots' ratings of contracts' records."},
    {"name": "improvements", "description": "What pilots propose to change in contracts' records."},
    {"name": "rules", "description": "Rules of contracts: found, read, decided."},
    {"name": "text", "description": "Pages of contracts' documents, found by their words."},
    {"name": "pilots", "description": "What binds a pilot, and judging by it."},
    {"name": "regulations", "description": "14 CFR Part 117: its rules, its limits, and judging schedules by it."},
    {"name": "changes", "description": "What changed, from a cursor on."},
    {"name": "webhooks", "description": "Being told of changes, and the log of what was told."},
    {"name": "notifications", "description": "What people have been told."},
]
