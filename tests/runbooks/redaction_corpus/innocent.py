"""Lines of kubectl, logs and metrics that hold long random words, and no secret."""

import random
import uuid

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


_OTHERS = r"""
password authentication failed for user "app2"
FATAL: no pg_hba.conf entry for host "10.0.0.4", user "app", database "orders", no encryption
SELECT usename, passwd IS NULL FROM pg_shadow
 rolname | rolpassword | rolvaliduntil
 app     | ********    |
auth method=scram-sha-256 user=app
"AUTH failed: WRONGPASS invalid username-password pair"
NOAUTH Authentication required.
Token expired at 2026-11-21T12:00:00Z
token expires in 3600 seconds
token is expired
the password is wrong
password is incorrect for user admin1
secret is missing key tls.crt
secret was not found in namespace orders-7
Secret "orders-db-v2" not found
MountVolume.SetUp failed for volume "creds" : secret "orders-db-v2" not found
Error: couldn't find key PASSWORD in Secret orders/db-credentials
Error: secret "registry-credentials" not found
envFrom: [{secretRef: {name: orders-env}}]
      DB_PASSWORD:  <set to the key 'password' in secret 'orders-db'>  Optional: false
      API_TOKEN:    <set to the key 'token' in secret 'api-7f9'>  Optional: false
pod/orders-7d9f8b6c5d-x2x9z
deployment.apps/checkout-token-service-5c6d7f8b9d
image: registry.example.com/auth/token-server:v1.24.3
image: ghcr.io/org/secret-manager@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
https://registry.example.com/v2/token?service=registry&scope=repository:a/b:pull
2026-11-21T12:00:00Z INFO auth/token.go:123 refreshed token for client web-7
I1121 12:00:00.123456       1 token_cache.go:52] evicted 12 tokens
main.go:12:34:error:oops
10.0.0.1:443:tcp:open:https
2026-11-21 12:00:00:123:main:info:started
kafka_consumergroup_lag{group="orders-v2",topic="payments"} 12345
rate(http_requests_total{code=~"5..",path="/v1/password/reset"}[5m])
GET /v1/password/reset?user=42 200 12ms
POST /oauth/token 401 3ms
POST /api/v1/secrets/list HTTP/1.1 403
"path":"/auth/token","status":401,"duration_ms":12
level=info msg="rotated signing key" kid=2026-11 alg=RS256
level=warn msg="api key missing" path=/v1/orders client=10.0.3.4
key=orders:session:count value=1234
cache key user:1234:profile expired
session=closed reason=idle
PersistentVolumeClaim data-postgres-0 is bound to pvc-6f1c9b3a-6f3f-4f0e-9d6f-1e2d3c4b5a69
etcdserver: request timed out, possibly due to previous leader failure
md5sum: 9e107d9d372bb6826bd81d3542a419d6  backup.tar.gz
sha1:2fd4e1c67a2d28fced849ee1bb76e7391b93eb12
ETag: "9e107d9d372bb6826bd81d3542a419d6"
git commit 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12
x-amz-request-id: 4442587FB7D0A2F9
x-amz-id-2: vlR7PnpV2Ce81l0PRw6jlUpck7Jo5ZsQjryTjKlc5aLWGVHPZLj5NeC6qMa0emYBDXOo6QBU0Wo=
CloudFront request AbCdEfGhIjKlMnOpQrStUvWxYz0123456789==
arn:aws:secretsmanager:eu-central-1:123456789012:secret:orders-db-AbC123
vault kv get secret/orders/db
kubectl -n orders get secret orders-db -o name
kubectl create secret generic orders-db --from-file=password=./password.txt
helm upgrade api ./chart --set auth.existingSecret=orders-db
psql -U postgres -d orders -c "SELECT 1"
zip -r out.zip data
docker run -p 8080:80 nginx
docker login registry.example.com
mongosh --port 27017
ldapsearch -x -b dc=corp "(uid=jdoe)"
openssl x509 -in tls.crt -noout -enddate
notAfter=Nov 21 12:00:00 2027 GMT
ssh -p 2222 deploy@bastion
curl -u admin https://grafana/api/health
curl -sS -H "Accept: application/json" https://api.example.com/v1/users/1234
redis-cli -h redis -p 6379 ping
redis-cli --bigkeys
mysql -u root -p orders
mysqldump --single-transaction orders
NAME                  TYPE                                  DATA   AGE
sh.helm.release.v1.orders.v12   helm.sh/release.v1   1   3d
ServiceAccount token for orders will expire
  Tokens:  <none>
  token-ttl: 3600s
  tokenRequests: null
  automountServiceAccountToken: true
  passwordPolicy: strong
  secretName: wildcard-tls-2026
  secretKeyRef: {key: password, name: orders-db}
  valueFrom:
max_token_length=8192
password_encryption | scram-sha-256
 password_encryption
 ssl_passphrase_command |
tokens_per_second=12.5 tokens_total=981
usage: prompt_tokens=1200 completion_tokens=300
the secret sauce is caching
Basic auth is disabled
Bearer token required
WWW-Authenticate: Bearer realm="api"
WWW-Authenticate: Basic realm="Restricted"
Authorization header missing
authorization failed: no policy matched
error: You must be logged in to the server (Unauthorized)
JSESSIONID cookie is missing
Set session ttl to 30m
cookie jar has 3 entries
PASSWORD RESET REQUESTED for user 42
PASSWORD EXPIRED: account app-4
resetting password for user1234
user=app1 action=login result=failed reason=bad_password attempts=5
{"event":"login_failed","user":"app","reason":"invalid_password"}
{"token_type":"Bearer","expires_in":3600,"scope":"read write"}
{"kind":"ConfigMap","data":{"LOG_LEVEL":"debug","REGION":"eu-central-1"}}
kind: ConfigMap\ndata:\n  LOG_LEVEL: debug
node ip-10-0-3-4.eu-central-1.compute.internal
gke-prod-default-pool-1a2b3c4d-x9z8
AGE-OUT after 300s
SG.1 group was updated
sk-1 shard moved
EventId AAAA1234 repeated
s.handler registered
Warning  FailedScheduling  0/3 nodes are available
oy2 cluster ready
accessing dp.st file
Waiting for lock on relation 16384 of database 16385
process 12345 still waiting for ShareLock on transaction 981234 after 1000.123 ms
STATEMENT: UPDATE users SET password_hash = $1 WHERE id = $2
STATEMENT: SELECT * FROM tokens WHERE token = $1
duration: 1234.567 ms  execute <unnamed>: SELECT id FROM secrets WHERE key = $1
pg_stat_statements: SELECT count(*) FROM api_tokens WHERE expires_at < now()
public.user_tokens | 123456 | 42 MB
idx_tokens_token_hash | 98 MB | 1234567
table "password_resets": removed 1234 dead item identifiers
WAL archive 00000001000000A3000000FE
0/A3FE1234
-U app --dbname=orders
at com.example.auth.TokenFilter.doFilter(TokenFilter.java:123)
  File "/app/auth/token.py", line 42, in refresh
KeyError: 'password'
ValueError: invalid literal for int() with base 10: 'abc'
TypeError: secret must be str
panic: runtime error: index out of range [3] with length 3
goroutine 123 [running]: main.(*TokenCache).Get(0xc000123456, {0xc0001a2b3c, 0x24})
Password:
Enter password:
Password for user postgres:
private key: /etc/ssl/private/tls.key
ssl_key_file = '/etc/ssl/private/server.key'
privateKeySecretRef:\n  name: letsencrypt-account-key
public key = MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
peer: kR4Zk3ZyXwVuTsRqPoNmLkJiHgFeDcBa0987654321A=
-----BEGIN CERTIFICATE-----
--- PASS: TestLogin2 (0.02s)
PASS: 12/12 checks
PWD=/usr/src/app
OLDPWD=/
image: vault-secret:1.0.12
image: ghcr.io/acme/token-service:v1.25.3
token-api:8080 is down
db-credentials   2d4h
TOKEN_SERVICE_PORT=tcp://10.96.12.3:8080
GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568
PGPASSWORD=$POSTGRES_PASSWORD psql -h db -c "SELECT 1"
oauth_access_token 1.760001e+09
service.key: /etc/ssl/Service1/private-2026.pem
PUBLIC_KEY=MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
      DB_PASSWORD:  <set to the key 'password' in secret 'db'>  Optional: false
Credentials\n-----------\nThe administrator keeps them
 column   | type\n----------+------\n password | text\n(1 row)
 id | has_password\n----+--------------\n  1 | t\n(1 row)
 name | token\n------+-------\n a    | \n(1 row)
user,password,token
auth_method | count\n------------+-------\n password   | 12
""".strip().splitlines()
"""Lines of other programs; `\\n` begins a line."""


def _values(chance: random.Random) -> dict[str, object]:
    def _hex(length: int) -> str:
        return "".join(chance.choice("0123456789abcdef") for _ in range(length))

    return {
        "rs": "".join(chance.choice(_HASHED) for _ in range(10)),
        "pod": "".join(chance.choice(_HASHED) for _ in range(5)),
        "uuid": uuid.UUID(int=chance.getrandbits(128), version=4),
        "sha256": _hex(64),
        "sha40": _hex(40),
        "sha7": _hex(7),
        "md5": _hex(32),
        "span": _hex(16),
        "number": chance.randrange(10**5, 10**9),
        "days": chance.randrange(4, 240),
        "base64": "".join(chance.choice("ABCDEFabcdef0123456789+/") for _ in range(60)) + "==",
    }


def innocent() -> list[str]:
    """Return the whole corpus: each line with six fillings, and those of other programs."""
    chance = random.Random(4)
    filled = [template.format(**_values(chance)) for template in _TEMPLATES for _ in range(6)]
    return [*filled, *(line.replace("\\n", "\n") for line in _OTHERS)]
