# ruff: noqa: E501
"""What may be a secret, and what only looks like one. The secrets are made up."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.secret_rules import _FORMS, _PLACEHOLDER, _may_hold_one, has_secret, masked, without_tokens

DIGITS, HEX = "0123456789", "0123456789abcdef"
TOKENS = [
    *("AKIA" + "IOSFODNN7EXAMPLQ", "ghp_" + "a1B2" * 9, "github_pat_" + "a1B2" * 10, "glpat-" + "a1B2" * 5),
    *("xoxb-" + "12345-" * 2 + "abcDEF", "https://hooks.slack.com/services/T0A/B0B/c0C", "sk_live_" + "a1B2" * 6),
    *("sk-ant-" + "api03-" + "a1B2" * 6, "sk-proj-" + "a1B2" * 6, "AIza" + "a1B2C" * 7, "hf_" + "a1B2" * 8),
    *("npm_" + "a1B2" * 9, "pypi-Ag" + "a1B2" * 20, "SG." + "a1B2c3" * 3 + "a1B2." + "a1B2" * 10 + "a1B"),
    *("AC" + HEX * 2, HEX * 2 + "-us12", "eyJ" + "a1B2" * 4 + ".eyJ" + "a1B2" * 5 + ".a1B2c3", DIGITS[1:9] + ":" + "a1B2C" * 7),
    *("-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----", "-----BEGIN OPENSSH PRIVATE KEY-----"),
    *("AccountKey=" + "a1B2" * 21 + "==", "postgres://app:hunter2@db.example.org/x", "AGE-SECRET-KEY-1" + "A1B2C" * 11),
    *("dop_v1_" + HEX * 4, "shpat_" + HEX * 2, "hvs." + "a1B2" * 7),
]  # fmt: skip
HARMLESS = [
    *(
        "http://user:password@host",
        "http://me:$PW@host",
        "https://host:8080/a@b",
        "mailto:a@b.c",
        "git@host:a/b.git",
    ),
    *(
        "task-list-of-many-things-to-do",
        "skip-this-one-and-that-one",
        "0123456789abcdef0123456789abcdef01234567",
    ),
    *("import token_type", "PUBLIC KEY", "sk-learn", "gh_pages", "a:b@c"),
]


@pytest.mark.parametrize("token", TOKENS)
def test_tokens_of_a_known_form(token: str) -> None:
    text = f'x = 1\nvalue = f("{token}")\n'
    assert has_secret(text)
    assert token not in without_tokens(text)
    assert "x = 1" in without_tokens(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_one(text: str) -> None:
    assert not has_secret(text)
    assert masked(text) == text


@pytest.mark.parametrize(
    "line",
    [
        *('PASSWORD = "VALUE"', "DB_PASSWORD: str = 'VALUE'", 'SECRET_KEY = "VALUE"', 'const apiKey = "VALUE";'),
        *("def connect(user, password='VALUE'): ...", 'const Password string = "VALUE"', '#define API_KEY "VALUE"'),
        *('{"password": "VALUE"}', ':auth_token => "VALUE"', 'public static final String ACCESS_TOKEN = "VALUE";'),
        *("token: `VALUE`,", 'val secret = "VALUE"', 'awsSecretAccessKey = b"VALUE"', "$password = 'VALUE';"),
        *('char *db_password = "VALUE";', 'SENTRY_DSN = "VALUE"', 'password := "VALUE"', "settings['SECRET_KEY'] = 'VALUE'"),
        *('static ref PASSWORD: &str = "VALUE";', 'string Password { get; } = "VALUE";', 'os.environ["API_TOKEN"] = "VALUE"'),
    ],
)  # fmt: skip
def test_values_by_their_name(line: str) -> None:
    secret = "correct-horse-1"
    text = masked(line.replace("VALUE", secret))
    assert secret not in text
    assert text == line.replace("VALUE", "...")
    assert masked(text) == text


# As programs of all languages write it.
WRITTEN = r'''
API_KEY = os.getenv("API_KEY", "VALUE")
API_KEY = os.environ.get('API_KEY', 'VALUE')
PASSWORD = ("VALUE" "VALUE")
password = b"VALUE" + b"VALUE"
password = base64.b64decode("VALUE")
SECRETS = {"a": "VALUE"}
session.auth = HTTPBasicAuth("admin", "VALUE")
requests.get(url, auth=("admin", "VALUE"))
if password == "VALUE":
self.password = password or "VALUE"
const apiKey = process.env.API_KEY || "VALUE";
const apiKey: string = process.env.API_KEY ?? 'VALUE';
if (password === 'VALUE') {
String k = System.getenv().getOrDefault("API_KEY", "VALUE");
props.setProperty("db.password", "VALUE");
config.setPassword("VALUE");
if (password.equals("VALUE")) {
@Value("${db.password:VALUE}")
var url = "jdbc:mysql://db/x?user=me&password=VALUE";
private const string ConnectionString = "Server=db;Uid=sa;Pwd=VALUE;";
private const string Password = @"VALUE";
new NetworkCredential("admin", "VALUE")
key = ENV.fetch("API_KEY", "VALUE")
key = ENV.fetch("API_KEY") { "VALUE" }
config.secret_key_base = "VALUE"
define('DB_PASSWORD', 'VALUE');
'key' => env('APP_KEY', 'VALUE'),
$config['db_password'] = "VALUE";
private static ?string $token = 'VALUE';
const API_KEY: &'static str = "VALUE";
const API_KEY: &str = r#"VALUE"#;
static KEY_SECRET: Lazy<String> = Lazy::new(|| "VALUE".to_string());
let password = String::from("VALUE");
var apiKey = []byte("VALUE")
Password: `VALUE`,
#define DB_PASS "VALUE"
std::string password("VALUE");
std::string apiKey{"VALUE"};
auto password = R"(VALUE)";
strcmp(password, "VALUE")
let apiKey = #"VALUE"#
private val apiKey: String by lazy { "VALUE" }
mapOf("user" to "me", "password" to "VALUE")
val password = """VALUE"""
PASSWORD_PROD = "VALUE"
api_key_v2 = "VALUE"
private_key_pem = "VALUE"
"https://api.example.org/v1?x=1&access_token=VALUE&y=2"
flag.StringVar(&apiKey, "api-key", "VALUE", "usage")
parser.add_argument("--password", default="VALUE")
{ user: 'a', pass: 'VALUE' }
psycopg2.connect("host=db user=me password=VALUE")
new PDO($dsn, 'root', 'VALUE')
jwt.sign(payload, "VALUE")
curl -H 'Authorization: token VALUE'
headers = {"Authorization": "Bearer VALUE"}
# curl -u admin:VALUE -H "X-Api-Key: VALUE" https://example.org
# SMTP_PASSWORD=VALUE ./run --token=VALUE
"""export API_KEY=VALUE"""
'''.strip().splitlines()


@pytest.mark.parametrize("line", WRITTEN)
def test_values_in_all_ways_of_writing_them(line: str) -> None:
    text = masked(line.replace("VALUE", "correct-horse-1"), "a.py")
    assert "horse" not in text
    assert masked(text, "a.py") == text


def test_a_value_on_lines_of_its_own() -> None:
    text = 'PRIVATE_KEY = """\ncorrect\nhorse\n"""\nafter = 1\nPASSWORD = (\n    "battery"\n    "staple"\n)\nlast = "here"\n'
    found = masked(text)
    assert not any(word in found for word in ("correct", "horse", "battery", "staple"))
    assert "after = 1" in found
    assert 'last = "here"' in found


@pytest.mark.parametrize(
    "line",
    [
        *('token = self.expect("NAME")', 'tokens = ["if", "else", "while"]', 'if token is "macro" or "rule":'),
        *("type: 'apiKey' | 'http';", 'fields = ["username", "password", "email"]', "password.encode('latin1')"),
        *('password = os.environ["DB_PASSWORD"]', 'password = getpass("Password: ")', 'get_secret("db/main")'),
        *('password = password.encode("latin1")', 'token = request.headers["X-Token"]', 'raise Error("no token", "x")'),
        *('"Bearer authentication"', '"Basic Authentication is off"', 'expect("token", "identifier")', "KEY=value"),
        *('parser.add_argument("--password", "-p")', "connect(user, password=password)", 'Token("NAME")', 'x = "?page=2"'),
    ],
)  # fmt: skip
def test_words_of_programs_that_speak_of_secrets(line: str) -> None:
    assert masked(line, "a.py") == line


@pytest.mark.parametrize(
    "line",
    [
        *('TOKEN_TYPE = "bearer"', 'PASSWORD = "password"', 'if token == "if":', 'raise Error("bad password", "again")'),
        *('print("token: ", x, "and")', "password = get_password()", 'PASSWORD_FIELD = "passwd_field"', 'SECRET = ""'),
        *('token = "${TOKEN}"', 'key = "value"', 'keyboard = "qwerty"', 'author = "Ada"', 'secret_name = "db"'),
        *('tokenize("a b")', 'password.replace("a", "b")', 'x = "the token is: " + token', 'api_key = "<your key>"'),
    ],
)  # fmt: skip
def test_values_that_are_none(line: str) -> None:
    assert masked(line) == line


def test_data_needs_no_quotes() -> None:
    text = "db:\n  password: hunter2  # now\n  host: db\nAPI_KEY=abc\n"
    assert masked(text, "a.yaml") == "db:\n  password: ...  # now\n  host: db\nAPI_KEY=...\n"
    assert masked(text, "a.py") == text.replace("=abc", "=...")


@pytest.mark.parametrize(
    "hostile", ["password" * 20_000, 'token = "' * 20_000, "a_" * 50_000 + "token", "key " * 50_000]
)
def test_no_text_takes_long(hostile: str) -> None:
    began = time.process_time()
    masked(hostile)
    masked(hostile, "a.yaml")
    assert time.process_time() - began < 10


@pytest.mark.parametrize("form", _FORMS)
@given(data=st.data())
def test_no_form_is_passed_over_for_a_short_text(form: str, data: st.DataObject) -> None:
    token = data.draw(st.from_regex(form, fullmatch=True))
    assert _may_hold_one(token)
    if not _PLACEHOLDER.match(token):  # found in its line, whatever stands in others
        assert without_tokens(f"first\n{token}\nlast") != f"first\n{token}\nlast"
