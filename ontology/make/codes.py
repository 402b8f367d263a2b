"""Write the code lists of ontology/codes/ as SKOS, from the tables in ontology/codes/src/.

    python ontology/make/codes.py

functional_codes.csv, economic_codes_dept.csv, economic_codes_gov.csv and economic_crosswalk.csv are the facts
as they were collected; what is known to be wrong in them stands in amendments.csv with its reason, other
spellings in labels.csv, and what was different in other years in history.csv. Nothing is corrected here.
"""

import csv
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

CODES = Path(__file__).resolve().parent.parent / "codes"
SRC = CODES / "src"
BASE = "https://w3id.org/mbkg/code/"
LEVEL_BY_LENGTH = {3: "类", 5: "款", 7: "项"}

PREFIXES = """\
@prefix mb:      <https://w3id.org/mbkg/ontology#> .
@prefix rdfs:    <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos:    <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl:     <http://www.w3.org/2002/07/owl#> .
@prefix xsd:     <http://www.w3.org/2001/XMLSchema#> .
"""


@dataclass(frozen=True)
class CodeList:
    """One classification: where its codes come from and what its scheme says of itself."""

    name: str  # last part of its IRIs
    prefix: str
    source: str
    output: str
    title: str
    about: str
    first_year: int  # of the classification before the 2018 reform, or of the reform itself


LISTS = [
    CodeList(
        "function",
        "fn",
        "functional_codes.csv",
        "functional.ttl",
        "支出功能分类科目",
        "What public money is for: 类, 款 and 项.",
        2007,
    ),
    CodeList(
        "economic-department",
        "ed",
        "economic_codes_dept.csv",
        "economic-department.ttl",
        "部门预算支出经济分类科目",
        "What a department's money buys: 类 and 款.",
        2007,
    ),
    CodeList(
        "economic-government",
        "eg",
        "economic_codes_gov.csv",
        "economic-government.ttl",
        "政府预算支出经济分类科目",
        "The same spending as the government's budget groups it, since the reform of 2018.",
        2018,
    ),
]
LIST_IN_TABLES = {"function": "functional"}  # the tables say functional, the IRIs function


@dataclass
class Code:
    """One code with its current name and all that the tables say of it."""

    code: str
    name: str
    source: str
    confidence: str
    note: str = ""
    local: str = ""  # local name of its IRI; differs from the code where the code was used again
    alt: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    names: list[tuple[str, str, str]] = field(default_factory=list)  # (name, from, to) of other years
    valid_from: str = ""
    valid_to: str = ""
    replaced_by: str = ""
    retired: bool = False


def rows(name: str) -> list[dict[str, str]]:
    """Read one table of ontology/codes/src."""
    with (SRC / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def text(value: str, language: str = "zh") -> str:
    """Quote one Turtle literal."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"@{language}' if language else f'"{escaped}"'


def texts(values: list[str]) -> str:
    return " , ".join(text(value) for value in values)


def printed_as(note: str) -> list[str]:
    """The other spellings that a note of the collected tables names."""
    found = re.search(r"also printed as: ([^;]+)", note)
    return [name.strip() for name in found[1].split("/") if name.strip()] if found else []


def read_list(code_list: CodeList) -> list[Code]:
    """All codes of one list, in code order, retired ones after those that use their number now."""
    key = LIST_IN_TABLES.get(code_list.name, code_list.name)
    amended = defaultdict(set)
    for row in rows("amendments.csv"):
        if row["list"] == key:
            amended[row["action"]].add((row["code"], row["value"]))
    codes = {}
    for row in rows(code_list.source):
        if (row["code"], "") in amended["drop"]:
            continue
        code = Code(row["code"], row["name"], row["source"], row["confidence"], row["note"], row["code"])
        code.alt = [name for name in printed_as(row["note"]) if (code.code, name) not in amended["drop-printed-as"]]
        codes[code.code] = code
    for row in rows("labels.csv"):
        if row["list"] == key:
            getattr(codes[row["code"]], row["kind"]).append(row["label"])
    retired = []
    for row in rows("history.csv"):
        if row["list"] != key:
            continue
        if row["note"] == "name":
            codes[row["code"]].names.append((row["name"], row["valid_from"], row["valid_to"]))
        elif row["note"] == "code":
            code = codes[row["code"]]
            code.valid_from, code.valid_to, code.replaced_by = row["valid_from"], row["valid_to"], row["replaced_by"]
        elif row["note"] == "retired":
            retired.append(
                Code(
                    row["code"],
                    row["name"],
                    "unprinted",
                    "high",
                    "",
                    f"{row['code']}-to-{row['valid_to']}",
                    valid_to=row["valid_to"],
                    replaced_by=row["replaced_by"],
                    retired=True,
                )
            )
        else:
            raise ValueError(f"history.csv: {row['code']}: unknown note {row['note']!r}")
    current_names = {code.name for code in codes.values()}
    for code in codes.values():
        # A former name is a label too, unless it is some other code's name today: 其他资本性支出 was 310, is 31099.
        code.alt += [name for name, _, _ in code.names if name not in current_names and name not in code.alt]
        if len(code.code) == 3 and code.name.endswith("支出") and not code.name.startswith("其他"):
            short = code.name.removesuffix("支出").removesuffix("等")
            if short not in code.alt + code.hidden:
                code.hidden.insert(0, short)
    for code in codes.values():
        if len(code.code) > 3 and code.code[:-2] not in codes:
            raise ValueError(f"{code_list.source}: {code.code} {code.name} has no {code.code[:-2]} above it")
    return sorted([*codes.values(), *retired], key=lambda code: (code.code, code.retired))


def concept(code: Code, code_list: CodeList, children: dict[str, list[Code]]) -> list[str]:
    """The Turtle of one code."""
    here, scheme = code_list.prefix, "scheme2007" if code.retired else "scheme2018"
    iri, level = f"{here}:{code.local}", LEVEL_BY_LENGTH[len(code.code)]
    lines = [
        f"{iri} a skos:Concept ; skos:notation {text(code.code, '')} ; skos:prefLabel {text(code.name)} ; mb:level {text(level, '')} ;"
    ]
    if code.alt:
        lines.append(f"    skos:altLabel {texts(code.alt)} ;")
    if code.hidden:
        lines.append(f"    skos:hiddenLabel {texts(code.hidden)} ;")
    if level == "类":
        lines.append(f"    skos:topConceptOf <{BASE}{code_list.name}/scheme/{scheme[6:]}> ;")
    else:
        lines.append(f"    skos:broader {here}:{code.code[:-2]} ;")
    below = [] if code.retired else [f"{here}:{child.local}" for child in children[code.code]]
    if below:
        lines.append(f"    skos:narrower {' , '.join(below)} ;")
    if code.valid_from:
        lines.append(f"    mb:validFrom {code.valid_from} ;")
    if code.valid_to:
        lines.append(f"    mb:validTo {code.valid_to} ;")
    if code.replaced_by:
        lines.append(f"    dcterms:isReplacedBy {here}:{code.replaced_by} ;")
    if code.retired:
        lines.append("    owl:deprecated true ;")
    if "政府性基金" in code.note:
        lines.append("    mb:governmentFund true ;")
    for _, _, last in code.names:
        lines.append(f"    mb:datedName {here}:{code.code}-name-to-{last} ;")
    seen = "false" if code.source == "unprinted" else "true"
    if seen == "true":
        lines.append(f"    dcterms:source {text(code.source, '')} ;")
    schemes = [f"<{BASE}{code_list.name}/scheme/{scheme[6:]}>"]
    if not code.retired:
        schemes.insert(0, f"<{BASE}{code_list.name}/scheme>")
    lines.append(
        f"    mb:seenInPrint {seen} ; mb:confidence {text(code.confidence, '')} ; skos:inScheme {' , '.join(schemes)} ."
    )
    for name, first, last in code.names:
        since = f"mb:validFrom {first} ; " if first else ""
        lines.append(
            f"{here}:{code.code}-name-to-{last} a mb:DatedName ; rdfs:label {text(name)} ; {since}mb:validTo {last} ."
        )
    return lines


def scheme_lines(code_list: CodeList, codes: list[Code]) -> list[str]:
    """The Turtle of the scheme: undated, and one version for each side of the 2018 reform."""
    scheme = f"{BASE}{code_list.name}/scheme"
    tops = " , ".join(f"{code_list.prefix}:{code.local}" for code in codes if len(code.code) == 3)
    versions = [2018] if code_list.first_year == 2018 else [2007, 2018]
    lines = [
        f"<{scheme}> a skos:ConceptScheme ; skos:prefLabel {text(code_list.title)} ;",
        f"    dcterms:description {text(code_list.about, 'en')} ;",
        f"    dcterms:hasVersion {' , '.join(f'<{scheme}/{version}>' for version in versions)} .",
    ]
    if 2007 in versions:
        lines += [
            f"<{scheme}/2007> a skos:ConceptScheme ; skos:prefLabel {text(code_list.title + '（2007—2017年）')} ;",
            f"    dcterms:description {text('Before the reform of 2018: only codes that are gone now, or mean something else.', 'en')} ;",
            f'    dcterms:isVersionOf <{scheme}> ; mb:validFrom 2007 ; mb:validTo 2017 ; dcterms:valid "2007/2017" .',
        ]
    lines += [
        f"<{scheme}/2018> a skos:ConceptScheme ; skos:prefLabel {text(code_list.title + '（2018年起）')} ;",
        f"    dcterms:description {text('From the reform of 2018 onward; codes added or dropped since say when.', 'en')} ;",
        f'    dcterms:isVersionOf <{scheme}> ; mb:validFrom 2018 ; dcterms:valid "2018/" ;',
        f"    skos:hasTopConcept {tops} .",
    ]
    return lines


def write_list(code_list: CodeList) -> list[Code]:
    """Write one list's file and return its codes."""
    codes = read_list(code_list)
    children = defaultdict(list)
    for code in codes:
        if len(code.code) > 3:
            children[code.code[:-2]].append(code)
    lines = [
        f"# {code_list.title}. Written by ontology/make/codes.py from codes/src; edit the tables there.",
        "# A printed code that is absent here is a warning at most: the list is what was seen in print, and memory.",
        "",
        PREFIXES + f"@prefix {code_list.prefix}: <{BASE}{code_list.name}/> .",
        "",
        *scheme_lines(code_list, codes),
        "",
    ]
    for code in codes:
        if len(code.code) == 3:
            lines.append("")
        lines += concept(code, code_list, children)
    (CODES / code_list.output).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return codes


def write_crosswalk(known: dict[str, set[str]]) -> int:
    """Write which government code a department code falls under, and return the number of pairs.

    A pair is either of 机关 or of 事业; those under 509 hold for both, since money for individuals is not
    divided by the kind of body. Pairs of 类 follow from the pairs of their 款.
    """
    dropped = {
        row["code"]
        for row in rows("amendments.csv")
        if row["list"] == "economic-department" and row["action"] == "drop"
    }
    pairs: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: {"kinds": set(), "sources": set()})
    for row in [*rows("economic_crosswalk.csv"), *rows("crosswalk-more.csv")]:
        department, government = row["dept_code"], row["gov_code"]
        if department in dropped:
            continue
        for code, codes in ((department, known["economic-department"]), (government, known["economic-government"])):
            if code not in codes:
                raise ValueError(f"crosswalk: {department} to {government}: {code} is in no list")
        kinds = {"机关", "事业"} if government.startswith("509") else {row["unit_type"]}
        for pair in ((department, government), (department[:3], government[:3])):
            pairs[pair]["kinds"] |= kinds
            pairs[pair]["sources"] |= set(row["source"].split("+"))
    kind_iri = {"机关": "kind:agency", "事业": "kind:institution"}
    lines = [
        "# 部门预算支出经济分类 to 政府预算支出经济分类, by kind of body. Written by ontology/make/codes.py from codes/src.",
        "",
        PREFIXES + f"@prefix ed: <{BASE}economic-department/> .\n@prefix eg: <{BASE}economic-government/> .\n"
        f"@prefix cw: <{BASE}crosswalk/> .\n@prefix kind: <https://w3id.org/mbkg/bodyKind/> .",
        "",
    ]
    for (department, government), pair in sorted(pairs.items()):
        kinds = " , ".join(kind_iri[kind] for kind in ("机关", "事业") if kind in pair["kinds"])
        seen = sorted(source for source in pair["sources"] if re.search(r"20\d\d|pdf", source))
        source = f" dcterms:source {text('+'.join(seen), '')} ;" if seen else ""
        lines.append(
            f"cw:{department}-{government} a mb:CodeCorrespondence ;"
            f" mb:departmentCode ed:{department} ; mb:governmentCode eg:{government} ; mb:bodyKind {kinds} ;"
            f"{source} mb:seenInPrint {'true' if seen else 'false'} ."
        )
        lines.append(f"ed:{department} skos:broadMatch eg:{government} .")
    (CODES / "crosswalk.ttl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(pairs)


def main() -> None:
    known = {}
    for code_list in LISTS:
        codes = write_list(code_list)
        known[code_list.name] = {code.code for code in codes if not code.retired}
        print(f"{code_list.output}: {len(codes)} codes, {sum(code.retired for code in codes)} of them retired")
    print(f"crosswalk.ttl: {write_crosswalk(known)} pairs")


if __name__ == "__main__":
    main()
