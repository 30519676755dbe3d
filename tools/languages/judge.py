"""Judges the vectors of every protocol with python3-jsonschema: judge.py SCHEMAS VECTORS

SCHEMAS and VECTORS are the folders `schemas/json` and `schemas/vectors`. Prints one line a protocol, and on standard
error each vector on which Python disagrees; then it ends with 1.
"""

import json
import re
import sys
from pathlib import Path

from jsonschema import Draft202012Validator, ValidationError, validators


def end_of_text(pattern):
    """In JavaScript `$` is the end of the text; in Python it is also before a line feed that ends it."""
    return re.sub(r"\\.|\[(?:\\.|[^\]])*\]|\$", lambda found: r"\Z" if found[0] == "$" else found[0], pattern)


def pattern(validator, wanted, instance, schema):
    if validator.is_type(instance, "string") and not re.search(end_of_text(wanted), instance):
        yield ValidationError(f"{instance!r} does not match {wanted!r}")


Validator = validators.extend(Draft202012Validator, {"pattern": pattern})


def judge(schemas, vectors, protocol):
    bundle = json.loads((schemas / protocol / f"{protocol}.json").read_text())
    Draft202012Validator.check_schema(bundle)
    by_id = {shape["$id"]: Validator(shape) for shape in bundle["$defs"].values()}
    judged = disagreed = 0
    for file in sorted((vectors / protocol).rglob("*.json")):
        content = json.loads(file.read_text())
        if content["format"] != "agentwire-vectors/1":
            continue
        for vector in content["vectors"]:
            instance = json.loads(vector["text"]) if "text" in vector else vector["value"]
            for schema in content["schemas"]:
                accepted = by_id[schema].is_valid(instance)
                if vector["judgement"] == "implementation-defined":
                    continue
                judged += 1
                if accepted != (vector["judgement"] == "valid"):
                    disagreed += 1
                    print(f"{file}: {vector['id']}: {vector['why']}: Python {'accepts' if accepted else 'refuses'} it", file=sys.stderr)
    print(f"{protocol}: {judged} judged by Python, {disagreed} otherwise")
    return judged > 0 and disagreed == 0


if __name__ == "__main__":
    schemas, vectors = map(Path, sys.argv[1:])
    verdicts = [judge(schemas, vectors, folder.name) for folder in sorted(vectors.iterdir()) if folder.is_dir()]
    sys.exit(0 if verdicts and all(verdicts) else 1)
