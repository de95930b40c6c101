"""The protobuf bodies that the real kubectl sends (recorded from kubectl 1.36)."""

import base64

import pytest

from sandbox.cluster.faults import Fault
from sandbox.cluster.protobuf import read

CAN_I = (
    "azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSRgoQCgASABoAIgAqADIAOABCABIoCiYKA2xh"
    "YhIGZGVsZXRlGgRhcHBzIgAqC2RlcGxveW1lbnRzMgA6ABoICAASABoAIAAaACIA"
)
RULES = (
    "azhzAAoxChdhdXRob3JpemF0aW9uLms4cy5pby92MRIWU2VsZlN1YmplY3RSdWxlc1JldmlldxIfChAKABIAGgAiACoAMgA4AEIAEgUKA2xhYhoE"
    "GAAiABoAIgA="
)
WHO = "azhzAAotChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESEVNlbGZTdWJqZWN0UmV2aWV3EhoKEAoAEgAaACIAKgAyADgAQgASBgoECgASABoAIgA="


def test_an_access_review_is_read() -> None:
    found = read(base64.b64decode(CAN_I))
    wanted = {"namespace": "lab", "verb": "delete", "group": "apps", "resource": "deployments"}
    assert (found["kind"], found["spec"]) == ("SelfSubjectAccessReview", {"resourceAttributes": wanted})


def test_the_other_reviews_are_read() -> None:
    assert read(base64.b64decode(RULES))["spec"] == {"namespace": "lab"}
    assert read(base64.b64decode(WHO))["kind"] == "SelfSubjectReview"


def test_another_kind_is_an_unsupported_media_type() -> None:
    with pytest.raises(Fault) as caught:
        read(base64.b64decode(WHO).replace(b"SelfSubjectReview", b"SelfSubjectOthers"))
    assert caught.value.code == 415


@pytest.mark.parametrize("body", [b"", b"rubbish", b"k8s\x00\x0a\xff", base64.b64decode(CAN_I)[:40]])
def test_a_broken_body_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(Fault) as caught:
        read(body)
    assert caught.value.code == 400
