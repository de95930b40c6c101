"""Secrets as others write them: in foreign programs' lines, files and logs.

`«…»` is the secret, `‹a12›` twelve letters of it, and `⏎` begins a line.
"""

import random
import re
import string

from tests.runbooks.redaction_corpus.secrets import Planted

_LETTERS = {
    "a": string.ascii_letters + string.digits,
    "h": "0123456789abcdef",
    "H": "0123456789ABCDEF",
    "B": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "l": string.ascii_lowercase + "234567",
}
_TEXTS = r"""
db.internal:5432:orders:app:«‹a16›»
machine git.example.com login deploy password «‹a18›»
jdbc:postgresql://db:5432/orders?user=app&password=«‹a14›»&ssl=true
jdbc:oracle:thin:app/«‹a12›»@//ora:1521/ORCL
Data Source=db;Initial Catalog=o;User Id=sa;Pwd=«Tr0ub4dor&3x»;
host=db port=5432 dbname=orders user=app password=«hunter2!Zq» sslmode=require
app:«‹a14›»@tcp(mysql:3306)/orders?parseTime=true
amqps://guest:«‹a15›»@rabbit.internal/vhost
smb://corp;svc:«‹a12›»@files/share
Endpoint=sb://bus.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=«‹a43›=»
sqlplus app/«‹a12›»@ORCL
sqlcmd -S db -U sa -P '«s3cretP@ss»' -Q 'SELECT 1'
ldapsearch -x -D cn=admin,dc=corp -w «‹a12›» -b dc=corp
keytool -list -keystore k.jks -storepass «‹a12›»
openssl rsa -in k.pem -passin pass:«‹a12›»
redis-server --requirepass «‹a14›» --appendonly yes
CONFIG SET requirepass «‹a14›»
AUTH default «‹a16›»
smbclient //files/share -U svc%«‹a12›»
mount -t cifs //f/s /mnt -o username=svc,password=«‹a12›»,vers=3
kubectl create secret docker-registry r --docker-username=u --docker-password=«‹a14›»
docker login -u ci -p «‹a20›» registry.example.com
docker run -e MYSQL_ROOT_PASSWORD=«‹a12›» mysql
aws configure set aws_secret_access_key «‹a40›»
etcdctl --user root:«‹a12›» member list
mongosh mongodb://h/o -u root -p «‹a12›» --eval 'db.stats()'
wget --http-password=«‹a12›» https://x/y
wget --user=ci --password «‹a12›» https://x/y
htpasswd -b /etc/nginx/.htpasswd ci «‹a12›»
zip -P «‹a12›» out.zip data
influx -username admin -password «‹a14›» -execute 'SHOW DATABASES'
psql 'host=db user=app password=«‹a12›»' -c 'SELECT 1'
vault login «hvs.‹a24›»
consul kv get -token=«‹h8›-‹h4›-4‹h3›-a‹h3›-‹h12›» app/x
nats sub --password=«‹a12›» orders
kafka: sasl.jaas.config=org.apache.kafka.PlainLoginModule required username="app" password="«‹a16›»";
ALTER ROLE app WITH ENCRYPTED PASSWORD '«Winter2026!»'
CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'app', password '«‹a12›»')
SET PASSWORD FOR 'app'@'%' = PASSWORD('«‹a12›»')
SELECT pgp_sym_decrypt(card, '«‹a20›»') FROM cards
SCRAM-SHA-256$4096:«‹a22›==$‹a43›=:‹a43›=»
app | md5«‹h32›»
rolpassword | SCRAM-SHA-256$4096:salt$stored:«‹a43›=»
| root | % | *«‹H40›» |
$argon2id$v=19$m=65536,t=3,p=4$«‹a22›$‹a43›»
<password>«pa55w0rd.Lo»</password>
<add key="ApiSecret" value="«‹a20›»" />
{:user=>"app", :password=>"«‹a12›»"}
'db' => ['user' => 'app', 'password' => '«‹a12›»'],
Config(user=app, password=«‹a12›», port=5432)
&{User:app Password:«‹a12›» Port:5432}
DbConfig { user: "app", password: "«‹a12›»", port: 5432 }
password: |-⏎  «‹a16›»⏎user: app
password: >⏎    «‹a16›»⏎user: app
DATABASE_PASSWORD => «‹a16›»
PASSWORD «‹a16›»
password is «‹a16›»
Your temporary password is: «Tr0ub4dor&3x»
pin=1&passwd=«‹a10›»&go=1
body=%7B%22password%22%3A%22«‹a12›»%22%7D
bindpw «‹a12›»
rocommunity «‹a14›» 10.0.0.0/8
PrivateKey = «‹a43›=»
PresharedKey = «‹a43›=»
requirepass «‹a20›»
masterauth «‹a20›»
//npm.example.com/:_authToken=«‹a36›»
_auth = «‹a30›==»
ansible_become_pass: «‹a12›»
default_pass = «‹a12›»
  smtp_auth_password: '«‹a12›»'
"AccountKey" : "«‹a86›==»"
otpauth://totp/Corp:me?secret=«‹B32›»&issuer=Corp
Unseal Key 1: «‹a43›=»
Initial Root Token: «s.‹a24›»
encryptionKey=«‹a32›»
{"kind":"Secret","metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"apiVersion\":\"v1\",\"data\":{\"dsn\":\"«‹a24›»\"},\"kind\":\"Secret\"}\n"}}}
kind: Secret⏎stringData: {dsn: «‹a20›»}⏎
{"kind":"Secret","stringData":{"config":"{\"a\": {\"b\": \"«‹a20›»\"}}"}}
{"apiVersion":"v1","kind":"Secret","data":{"tls.crt":"«‹a40›»
X-Auth-Token: «‹h32›»
x-goog-api-key: «‹a30›»
Authorization: AWS4-HMAC-SHA256 Credential=AKID/20261121/eu/s3/aws4_request, SignedHeaders=host, Signature=«‹h64›»
Authorization: Digest username="a", realm="b", nonce="c", response="«‹h32›»"
Authorization: SSWS «‹a42›»
Authorization: GenieKey «‹h8›-‹h4›-4‹h3›-a‹h3›-‹h12›»
DD-API-KEY: «‹h32›»
X-Amz-Security-Token: «‹a120›»
grpc-metadata authorization:[Bearer «‹a40›»]
refresh_token=«‹a40›»&grant_type=refresh_token
"id_token":"«‹a60›»"
SAMLResponse=«‹a80›»
PHPSESSID=«‹h32›»
JSESSIONID=«‹H32›»
level=error msg="call failed" with=«ATATT3xFfGF0‹a60›»
level=error msg="call failed" with=«tskey-auth-‹a12›CNTRL-‹a32›»
level=error msg="call failed" with=«PMAK-‹h24›-‹h34›»
level=error msg="call failed" with=«figd_‹a40›»
level=error msg="call failed" with=«ntn_‹a46›»
level=error msg="call failed" with=«secret_‹a43›»
level=error msg="call failed" with=«sbp_‹h40›»
level=error msg="call failed" with=«rubygems_‹h48›»
level=error msg="call failed" with=«xkeysib-‹h64›-‹a16›»
level=error msg="call failed" with=«sgp_‹h40›»
level=error msg="call failed" with=«‹a14›.atlasv1.‹a67›»
level=error msg="call failed" with=«dt0c01.‹B24›.‹B64›»
level=error msg="call failed" with=«r8_‹a37›»
level=error msg="call failed" with=«xai-‹a80›»
level=error msg="call failed" with=«pplx-‹a48›»
level=error msg="call failed" with=«CCIPAT_‹a22›_‹h40›»
level=error msg="call failed" with=«bkua_‹h40›»
level=error msg="call failed" with=«LTAI5t‹a18›»
level=error msg="call failed" with=«rzp_live_‹a14›»
level=error msg="call failed" with=«pat-na1-‹h8›-‹h4›-4‹h3›-a‹h3›-‹h12›»
level=error msg="call failed" with=«sq0csp-‹a43›»
level=error msg="call failed" with=«EZAK‹a54›»
level=error msg="call failed" with=«v4.local.‹a80›»
level=error msg="call failed" with=«ops_eyJ‹a200›»
level=error msg="call failed" with=«FlyV1 fm2_‹a80›»
level=error msg="call failed" with=«pul-‹h40›»
level=error msg="call failed" with=«CFPAT-‹a43›»
level=error msg="call failed" with=«GR1348941‹a20›»
level=error msg="call failed" with=«MTk4‹a20›.‹a6›.‹a38›»
level=error msg="call failed" with=«nfp_‹a40›»
level=error msg="call failed" with=«vercel_blob_rw_‹a30›»
level=error msg="call failed" with=«dop_v1_‹h64›»
level=error msg="call failed" with=«AKCp8‹a68›»
level=error msg="call failed" with=«cio‹a32›»
level=error msg="call failed" with=«oy2‹l43›»
spring.rabbitmq.password: «‹a12›»
quarkus.datasource.password=«‹a16›»
Hikari: jdbcUrl=jdbc:mysql://db/o?user=a&password=«‹a12›»
airflow: sql_alchemy_conn = postgresql+psycopg2://airflow:«‹a14›»@pg/airflow
CELERY_BROKER_URL=redis://default:«‹a20›»@r:6379/0
DJANGO_SECRET_KEY='«django-insecure-‹a40›»'
RAILS_MASTER_KEY=«‹h32›»
secret_key_base: «‹h128›»
APP_KEY=base64:«‹a43›=»
JWT_SIGNING_SECRET: "«‹a32›»"
NEXTAUTH_SECRET=«‹a44›»
SESSION_SECRET=«‹a32›»
cookie_secret = "«‹a32›»"
HMAC_KEY=«‹h64›»
ENCRYPTION_KEY_V2=«‹h64›»
FERNET_KEY=«‹a43›=»
S3_SECRET=«‹a40›»
MINIO_ROOT_PASSWORD=«‹a16›»
B2_APPLICATION_KEY=«‹a31›»
AZURE_CLIENT_SECRET=«‹a34›»
ARM_ACCESS_KEY=«‹a86›==»
"sas_token": "sv=2022&ss=b&sig=«‹a43›%3D»"
GOOGLE_API_KEY: «AIza‹a35›»
TWILIO_AUTH_TOKEN=«‹h32›»
DATADOG_APP_KEY=«‹h40›»
SENDGRID_API_KEY=«SG.‹a22›.‹a43›»
OPSGENIE_API_KEY=«‹h8›-‹h4›-‹h4›-‹h4›-‹h12›»
pagerduty routing_key: «R0‹a30›»
integration_key=«‹h32›»
newrelic license_key: '«‹h36›NRAL»'
SPLUNK_HEC_TOKEN=«‹h8›-‹h4›-‹h4›-‹h4›-‹h12›»
GF_SECURITY_ADMIN_PASSWORD=«‹a12›»
grafana admin:«‹a12›»@grafana:3000
curl https://admin:«‹a14›»@es:9200/_cat/health
elastic password: «‹a20›»
xpack.security.http.ssl.keystore.secure_password: «‹a12›»
ELASTIC_PASSWORD «‹a20›»
kubeadm join 10.0.0.1:6443 --token «‹h6›.‹h16›» --discovery-token-ca-cert-hash sha256:‹h64›
k3s node-token K10‹h64›::server:«‹h32›»
argocd login a --username admin --password «‹a16›»
Password for user elastic: «‹a20›»
generated root password: «‹a16›»
New password: «‹a14›»
A temporary password is generated for root@localhost: «xT4k;‹a8›»
Jenkins initial admin password:⏎⏎«‹h32›»⏎
nexus admin.password «‹h8›-‹h4›-‹h4›-‹h4›-‹h12›»
ssh-rsa key passphrase='«‹a14›»'
wpa_passphrase=«‹a12›»
psk="«‹a16›»"
snmp-server community «‹a12›» RO
enable secret 5 «$1$‹a4›$‹a22›»
tunnel-key psk «‹a20›»
ldap_bind_password: "«‹a12›»"
olcRootPW: «{SSHA}‹a32›»
userPassword:: «‹a40›»
krb5 keytab password=«‹a12›»
svn --username ci --password «‹a12›» update
git remote -v origin https://«gho_‹a36›»@github.com/o/r
npm config set //r/:_password=«‹a24›==»
pip config index-url https://ci:«‹a20›»@pypi.internal/simple
mvn -Dgpg.passphrase=«‹a14›» deploy
gradle -PsigningPassword=«‹a14›»
terraform: variable db_password = "«‹a16›»"
+ password = "«‹a16›»"
TF_VAR_db_pass=«‹a16›»
MYSQL_PWD=«‹a12›» mysqladmin ping
mysqladmin -u root --password=«‹a12›» status
mongodump --uri=mongodb://root:«‹a12›»@m/o
clickhouse-client --password '«‹a12›»'
cqlsh -u cassandra -p «‹a12›» db
rabbitmqctl change_password app «‹a14›»
rabbitmqctl add_user app «‹a14›»
redis-cli --pass «‹a14›» info
REDISCLI_AUTH=«‹a14›» redis-cli
ACL SETUSER app on >«‹a14›» ~* +@all
kcat -X sasl.password=«‹a14›» -L
sentinel auth-pass mymaster «‹a14›»
Authorization: Token token=«‹a32›»
X-Vault-Token: «hvs.‹a24›»
X-Gitlab-Token: «‹a20›»
Private-Token: «glpat-‹a20›»
Api-Key «‹a32›»
apikey: «‹a36›»
x-hasura-admin-secret: «‹a24›»
X-CSRF-Token: «‹a32›»
Cookie: _session_id=«‹h32›»
sid=«‹a32›»; Path=/
https://x.com/reset?token=«‹h40›»
https://x.com/cb#access_token=«‹a40›»&t=1
wss://x/ws?auth=«‹a32›»
magic link https://x/login/«‹a43›»
WARN  HikariPool-1 - Exception: FATAL: password authentication failed (tried 'app'/'«‹a12›»')
DEBUG sending credentials user=app pass=«‹a12›»
login: app / «‹a14›»
user: app, pw: «‹a12›»
passphrase for key: «‹a16›»
conn = psycopg2.connect(host='db', user='app', password='«‹a12›»')
mysql.connector.connect(user='a', passwd="«‹a12›»")
new MongoClient('mongodb://a:«‹a12›»@m/db')
os.environ['API_SECRET'] = '«‹a30›»'
process.env.TOKEN="«‹a30›»"
ENV DB_PASS «‹a12›»
ARG NPM_TOKEN=«‹a36›»
--build-arg TOKEN=«‹a24›»
-e POSTGRES_PASSWORD=«‹a12›»
set -x⏎+ curl -H 'X-Api-Key: «‹a32›»' https://x
+ export DB_PASSWORD=«‹a12›»
+ PGPASSWORD=«‹a12›» pg_dump
+ vault write auth/userpass/login/a password=«‹a12›»
Set-Cookie: auth=«‹a40›»; HttpOnly
Authorization: Basic «‹a24›==»
authorization=Bearer%20«‹a40›»
{"Authorization":["Bearer «‹a40›»"]}
'x-api-key': '«‹a32›»'
headers: map[Authorization:[Bearer «‹a40›»]]
helm get values api⏎db:⏎  password: «‹a12›»⏎
apiVersion: v1⏎data:⏎  .dockerconfigjson: «‹a60›==»⏎kind: Secret⏎
secretstring: '{"username":"a","password":"«‹a16›»"}'
SecretString: «‹a20›»
aws_session_token = «‹a200›»
export AWS_SECRET_ACCESS_KEY=«‹a40›»
AccessKeyId: AKIAABCDEFGHIJKLMNOP SecretAccessKey: «‹a40›»
az login --service-principal -u x -p «‹a34›» --tenant y
gcloud auth print-access-token⏎«ya29.‹a60›»
oauth2: token=&{AccessToken:«‹a60›» TokenType:Bearer}
client_secret_basic app:«‹a32›»
assertion=«eyJhbGciOi.‹a40›.‹a40›»
code_verifier=«‹a64›»
nonce=1&state=2&code=«‹a32›»
ssh-keygen -N '«‹a12›»' -f k
gpg --batch --passphrase «‹a12›» -d f
ansible-vault: vault_password=«‹a16›»
cryptsetup: key '«‹a20›»'
unlock with pin 4821 failed puk=«83726154»
redis://default:«‹a20›»@cache:6379
rediss://:«‹a40›=»@c:6380/0
nats://user:«‹a12›»@nats:4222
ftp://u:«‹a12›»@h/p
ldaps://cn=a:«‹a12›»@ldap
sqlserver://sa:«‹a12›»@db:1433?database=o
snowflake://u:«‹a12›»@acc/db
clickhouse://default:«‹a12›»@ch:9000
jwt secret is '«‹a32›»'
Your API key: «‹a32›»
Your new access token: «‹a40›»
token created: «‹a40›»
Bearer: «‹a40›»
api_key => «‹a32›»
license = «‹a25›»
- --password⏎- «‹a14›»
Args:⏎      --api-token⏎      «‹a24›»
"args":["--requirepass","«‹a14›»"]
LDAP_BIND_PW=«‹a12›»
GITHUB_PAT=«‹a24›»
vault.unseal.key=«‹a24›a1B»
Connecting to redis with password «‹a6›aB1»
New password for user bob: «‹a6›aB1»
ansible_become_pass: «‹a12›»
mail.smtp.pass=«‹a12›»
  smtpPass: «‹a12›»
{"user": "root", "pass": "«‹a12›»"}
DB_PASSWORD=«‹a6› ‹a6›»
DB_PASSWORD=«‹a6›,‹a4›;‹a2›&‹a2›»
      DB_PASSWORD:  «‹a6› ‹a6› ‹a4›»
"Env": ["PATH=/usr/bin", "DB_PASSWORD=«‹a6›,‹a4›;‹a2›»"]
  password: «‹a12›»  # rotate me
  password: !!str «‹a12›»
< x-api-key: «‹a32›»
<property name="connection.password">«‹a12›»</property>
<entry key="db.password">«‹a12›»</entry>
define('DB_PASSWORD', '«‹a12›1»');
{default_pass, <<"«‹a12›1»">>}
map[host:db password:«‹a12›1»]
  ~ password = "old" -> "«‹a12›»"
OPENAI_KEY=«‹a24›a1B»
STRIPE_KEY: «‹a24›a1B»
Ocp-Apim-Subscription-Key: «‹h32›»
https://maps.example.com/api?key=«‹a24›a1B»&v=3
RABBITMQ_ERLANG_COOKIE=«‹a20›»
user default on #«‹h64›» ~* &* +@all
1) "requirepass"⏎2) "«‹a12›»"
https://api.telegram.org/bot123456789:AA«‹a33›»/sendMessage
SET PASSWORD FOR 'app' = '«‹a12›»'
helm registry login -u ci -p «‹a20›» registry.example.com
Key         Value⏎---         -----⏎password    «‹a12›1»⏎username    app
 id | api_key⏎----+---------⏎  1 | «‹a12›»⏎(1 row)
+----+---------+⏎| id | api_key |⏎+----+---------+⏎|  1 | «‹a12›» |⏎+----+---------+
 password⏎----------⏎ «‹a12›»⏎(1 row)
-[ RECORD 1 ]--⏎name  | bob⏎token | «‹a12›»⏎
id,name,secret⏎1,acme,"«‹a6›,‹a6›"»⏎
id|api_key⏎1|«‹a12›»⏎(1 row)
""".strip().splitlines()


def foreign() -> list[Planted]:
    """Return the whole corpus."""
    chance = random.Random(77)

    def letters(found: re.Match[str]) -> str:
        return "".join(chance.choice(_LETTERS[found[1]]) for _ in range(int(found[2])))

    made = []
    for text in _TEXTS:
        before, _, rest = re.sub(r"‹(\w)(\d+)›", letters, text).replace("⏎", "\n").partition("«")
        secret, _, after = rest.partition("»")
        made.append(Planted(f"{before}{secret}{after}", secret))
    return made
