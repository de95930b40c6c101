"""Lines of kubectl, logs and metrics that hold long random words, and no secret."""

import random
import uuid

_RANDOM = random.Random(4)
_HASHED = "bcdfghjklmnpqrstvwxz2456789"

_TEMPLATES = """
inferadb-{rs}-{pod}   1/1     Running            0          25h
inferadb-{rs}-{pod}   0/1     CrashLoopBackOff   7 (21s ago)   12m   10.0.3.17   node-2   <none>   <none>
replicaset.apps/prod-omendb-{rs}   3   3   3   6d
    Image ID:       registry.example.com/omendb@sha256:{sha256}
    Container ID:   containerd://{sha256}
  uid: {uuid}
                  pod-template-hash={rs}
  Normal  Pulled  2m  kubelet  Successfully pulled image "api:{sha7}" in 1.2s. Image size: 48123456 bytes.
  Warning  FailedMount  3m  MountVolume.SetUp failed for "kube-api-access-{pod}" : failed to fetch token: timed out
    /var/run/secrets/kubernetes.io/serviceaccount from kube-api-access-{pod} (ro)
    SecretName:  inferadb-tls
    Type:        Projected (a volume that contains injected data from multiple sources)
    TokenExpirationSeconds:  3607
automountServiceAccountToken: false
Warning: apply: the object is not managed with 'kubectl apply'. Rolling back will not update 'last-applied-{days}'
  secretName: db-credentials-{rs}
      secretKeyRef:
        key: password
        name: db-{rs}
        - secretRef: {{name: app-env}}
imagePullSecrets:
Mountable secrets:   <none>
Tokens:              default-token-{pod}
serviceaccount/default   0   {days}d
secret/inferadb-tls   kubernetes.io/tls   2   {days}d
default-token-{pod}   kubernetes.io/service-account-token   3   {days}d
resourceVersion: "{number}"
kubernetes.io/config.hash: {md5}
checksum/config: {sha256}
  caBundle: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t{base64}
  app.properties: {base64}
binaryData: {{"logo.png": "{base64}"}}
commit {sha40}
{sha7} Raise the pool to 40 connections (#{number})
HEAD is now at {sha7} Merge branch 'release'
ETag: "{md5}"
X-Request-Id: {uuid}
traceparent: 00-{md5}-{span}-01
time=2026-11-21T12:00:00Z level=info msg="request done" trace_id={md5} span_id={span} status=200 took=12ms
time=2026-11-21T12:00:00Z level=error msg="invalid token: expired" user={uuid}
time=2026-11-21T12:00:00Z level=warn msg="token bucket is empty" limit=100 tokens=0
{{"level":"error","msg":"token has expired","request_id":"{uuid}","status":401}}
{{"ts":{number}.123,"caller":"auth/token.go:{days}","msg":"refreshed","secret":null,"token_type":"jwt"}}
ERROR authentication failed: password is wrong for user app (attempt {days})
FATAL:  password authentication failed for user "app"
pq: password authentication failed for user "postgres"
WARN secret "db-{rs}" not found in namespace orders
E1121 12:00:00.000000 1 reflector.go:{days}] failed to list *v1.Secret: secrets is forbidden
synced secret=orders/db-credentials generation={days}
max_tokens=4096 prompt_tokens={days} completion_tokens=120
openai_tokens_total{{model="a",kind="prompt"}} {number}
inferadb_requests_total{{code="200",pod="inferadb-{rs}-{pod}"}} {number}
inferadb_auth_token_cache_hits_total {number}
process_start_time_seconds 1.{number}e+09
go_info{{version="go1.25.3"}} 1
http_request_duration_seconds_bucket{{le="0.25",path="/v1/tokens"}} {number}
vault_token_count_by_policy{{policy="default"}} {days}
GET /v1/users/{uuid}/tokens HTTP/1.1" 200 512
GET /static/app.{md5}.js HTTP/1.1" 304 0
GET https://api.example.com:8443/v2/_catalog?n=100&last={sha7} 200
docker-pullable://registry.example.com/team/api@sha256:{sha256}
revision: {sha40}
helm.sh/chart: postgres-12.{days}.0
deployment.kubernetes.io/revision: "{days}"
lease.coordination.k8s.io/{uuid} renewed
volume pvc-{uuid} attached to node ip-10-0-{days}-7.eu-central-1.compute.internal
arn:aws:iam::123456789012:role/eks-node-{rs}
i-{span}   m6i.large   running   eu-central-1a
projects/prod-{days}/locations/europe-west1/clusters/main
NAME                    TYPE                DATA   AGE
password: <none>
token: true
PASSWORD=$DB_PASSWORD
env: [DB_PASSWORD, API_TOKEN]
kubectl create secret generic db --from-file=dsn.txt
kubectl get secret -n orders db-{rs}
psql: error: connection to server at "db" (10.0.{days}.4), port 5432 failed: fe_sendauth: no password supplied
Basic information about node-{days}: Ready
The bearer of bad news arrived after {days} minutes
 pid {number} | SELECT id, token_hash_algorithm FROM sessions WHERE user_id = {days}
""".strip().splitlines()


def _hex(length: int) -> str:
    return "".join(_RANDOM.choice("0123456789abcdef") for _ in range(length))


def _values() -> dict[str, object]:
    return {
        "rs": "".join(_RANDOM.choice(_HASHED) for _ in range(10)),
        "pod": "".join(_RANDOM.choice(_HASHED) for _ in range(5)),
        "uuid": uuid.UUID(int=_RANDOM.getrandbits(128), version=4),
        "sha256": _hex(64),
        "sha40": _hex(40),
        "sha7": _hex(7),
        "md5": _hex(32),
        "span": _hex(16),
        "number": _RANDOM.randrange(10**5, 10**9),
        "days": _RANDOM.randrange(4, 240),
        "base64": "".join(_RANDOM.choice("ABCDEFabcdef0123456789+/") for _ in range(60)) + "==",
    }


def innocent() -> list[str]:
    """Return the whole corpus: each line with six fillings."""
    return [template.format(**_values()) for template in _TEMPLATES for _ in range(6)]
