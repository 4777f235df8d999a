"""A client that holds every answer against the server's own OpenAPI document."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jsonschema_rs

from citytime.gateway.matching import match

TIMEOUT = 20.0


@dataclass(frozen=True)
class Answer:
    """A response; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def kind(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]


class Client:
    """Asks the service at `url`, over one connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)
        self._prefix = parts.path.rstrip("/")
        self.document: dict[str, Any] = self._send("GET", "/openapi.json", {}, None).json
        self._validator = cache(self._make_validator)

    def close(self) -> None:
        self._connection.close()

    def request(
        self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """The answer to `target`, percent-encoded as it is to go over the wire."""
        answer = self._send(method, target, headers or {}, body)
        self._check(method, target, answer)
        return answer

    def get(self, path: str, headers: dict[str, str] | None = None, /, **query: object) -> Answer:
        """The answer to a path as one would write it by hand, and a query."""
        target = quote(path, safe="/,:%+~!$&'()*;=@")
        return self.request("GET", f"{target}?{urlencode(query, doseq=True)}" if query else target, headers)

    def time(self, path: str, **query: object) -> Any:
        """The facts of an answer that must be there."""
        answer = self.get(path, **query)
        assert answer.status == 200, answer.text
        return answer.json

    def batch(self, value: object, **query: object) -> Answer:
        """The answer to a batch."""
        target = "/v1/batch" + (f"?{urlencode(query)}" if query else "")
        return self.request("POST", target, {"Content-Type": "application/json"}, json.dumps(value).encode())

    def _send(self, method: str, target: str, headers: dict[str, str], body: bytes | None) -> Answer:
        self._connection.request(method, self._prefix + target, body, headers)
        response = self._connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())

    def _check(self, method: str, target: str, answer: Answer) -> None:
        """Status, content type and body must be documented; a problem must be one."""
        assert answer.status != 500, answer.text
        if answer.kind == "application/problem+json":
            if method != "HEAD":
                self._validator("Problem").validate(answer.json)
                assert answer.json["status"] == answer.status
            assert answer.status >= 300
        matched = match(target.partition("?")[0])
        methods = self.document["paths"].get(matched.route.template, {}) if matched else {}
        operation = methods.get("get" if method == "HEAD" else method.lower())
        if operation is None:
            return
        responses = operation["responses"]
        assert str(answer.status) in responses, f"{answer.status} of {method} {target} is not documented"
        if answer.status == 304:
            assert not answer.body
            return
        content = responses[str(answer.status)]["content"]
        assert answer.kind in content, f"{answer.kind} of {method} {target} is not documented"
        schema = content[answer.kind].get("schema", {})
        if answer.kind == "application/json" and "$ref" in schema and method != "HEAD":
            self._validator(schema["$ref"].rpartition("/")[2]).validate(answer.json)

    def _make_validator(self, name: str) -> Any:
        schema = {"$ref": f"#/components/schemas/{name}", "components": self.document["components"]}
        return jsonschema_rs.validator_for(schema, validate_formats=True)
