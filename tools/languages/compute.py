"""Works out the computations of every protocol with nothing but Python's own library: compute.py VECTORS

VECTORS is the folder `schemas/vectors`. Prints one line a protocol, and on standard error each case whose result is
another one; then it ends with 1.
"""

import base64
import copy
import hashlib
import hmac
import json
import re
import sys
from pathlib import Path
from urllib.parse import quote


class Refused(Exception):
    pass


def need(condition):
    if not condition:
        raise Refused


# llming: tokens


def llming_token(kind):
    def signature(given, value, moment):
        text = f"id:{value}:{moment}" if kind == "identity" else f"{value}.{moment}"
        return hmac.new(given["secret"].encode(), text.encode(), hashlib.sha256).hexdigest()

    def sign(given):
        need("." not in given["id"])
        return f"{given['id']}.{given['nowS']}.{signature(given, given['id'], given['nowS'])}"

    def verify(given):
        parts = given["token"].split(".")
        need(len(parts) == 3)
        value, moment, found = parts
        need(re.fullmatch("0|[1-9][0-9]*", moment) and hmac.compare_digest(found, signature(given, value, moment)))
        need(-given["futureSkewS"] <= given["nowS"] - int(moment) <= given["maxAgeS"])
        return value

    return sign, verify


# hub: JSON Web Tokens

HASHES = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verify_jwt(given):
    parts = given["token"].split(".")
    need(len(parts) == 3)
    head, claims = (json.loads(unpadded(part)) for part in parts[:2])
    need(head["alg"] in HASHES)
    signed = f"{parts[0]}.{parts[1]}".encode()
    expected = hmac.new(given["secret"].encode(), signed, HASHES[head["alg"]]).digest()
    need(hmac.compare_digest(expected, unpadded(parts[2])))
    need(claims.get("iss") == given["issuer"] and type(claims.get("user_id")) is int and "role" in claims)
    need(claims.get("nbf", 0) <= given["nowS"] < claims.get("exp", 0))
    return claims


# ai-sessions: the URL of a WebSocket


def websocket_url(given):
    base = re.sub("^http", "ws", given["baseUrl"].rstrip("/"))
    segment, token = (quote(given[name], safe="") for name in ("sessionId", "token"))
    return f"{base}/v1/sessions/{segment}/ws?token={token}"


# lap: pointers of RFC 6901 and diffs of RFC 6902


def names(pointer):
    need(pointer == "" or pointer.startswith("/"))
    need(not re.search("~(?![01])", pointer))
    return [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]


def index(name, last):
    need(re.fullmatch("0|[1-9][0-9]*", name) and int(name) <= last)
    return int(name)


def member(value, name):
    if isinstance(value, list):
        return value[index(name, len(value) - 1)]
    need(isinstance(value, dict) and name in value)
    return value[name]


def resolve(given):
    value = given["document"]
    for name in names(given["pointer"]):
        value = member(value, name)
    return value


def apply(given):
    state = {"": copy.deepcopy(given["before"])}
    for step in given["diff"]:
        *way, name = ["", *names(step["path"])]
        place = state
        for each in way:
            place = member(place, each)
        change(place, name, step)
    need("" in state)
    return state[""]


def change(place, name, step):
    if isinstance(place, list) and step["op"] == "add":
        place.insert(len(place) if name == "-" else index(name, len(place)), step["value"])
        return
    if step["op"] != "add":
        member(place, name)
    need(isinstance(place, (list, dict)))
    key = index(name, len(place) - 1) if isinstance(place, list) else name
    if step["op"] == "remove":
        del place[key]
    else:
        place[key] = step["value"]


OPERATIONS = {
    **dict(zip(("sign-session-token", "verify-session-token"), llming_token("session"))),
    **dict(zip(("sign-identity-token", "verify-identity-token"), llming_token("identity"))),
    "verify-token": verify_jwt,
    "websocket-url": websocket_url,
    "resolve-pointer": resolve,
    "apply-diff": apply,
}


def agrees(vector):
    try:
        result = OPERATIONS[vector["operation"]](vector["given"])
    except Refused:
        return vector["judgement"] != "valid"
    if vector["judgement"] == "implementation-defined":
        return True
    # As texts, since to Python 1 and True are equal.
    same = json.dumps(result, sort_keys=True) == json.dumps(vector.get("result"), sort_keys=True)
    return vector["judgement"] == "valid" and same


def main(vectors):
    wrong = 0
    for file in sorted(vectors.glob("*/computations.json")):
        cases = json.loads(file.read_text())["vectors"]
        others = [case for case in cases if not agrees(case)]
        for case in others:
            print(f"{file}: {case['id']}: {case['why']}: Python has another result", file=sys.stderr)
        print(f"{file.parent.name}: {len(cases)} worked out by Python, {len(others)} otherwise")
        wrong += len(others)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
