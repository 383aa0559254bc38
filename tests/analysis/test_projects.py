"""Names and descriptions in manifests: what they take from elsewhere is put in, what cannot be told is none."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.projects import Project, project


def pom(inside: str) -> str:
    return f'<project xmlns="http://x.y">{inside}</project>'


def csproj(inside: str) -> str:
    return f"<Project><PropertyGroup>{inside}</PropertyGroup></Project>"


PARENT = "<parent><artifactId>up</artifactId><groupId>g</groupId></parent><artifactId>a</artifactId>"
DESCRIPTIONS = [
    # Ruby
    ('s.description = "Guards it"\ns.summary = "#{s.description}."', "Guards it."),
    ("s.summary = s.description\ns.description = %q{Guards {all} of it}", "Guards {all} of it"),
    ("s.summary = summary\nsummary = 'Guards it'", "Guards it"),
    ("s.name = 'rack'\ns.summary = \"#{s.name} guards #{ WHAT }\"\nWHAT = 'it'", "rack guards it"),
    ("s.summary = 'Guards ' \\\n  'it' + \"\\\"all\\\"\"", 'Guards it"all"'),
    ("s.summary = <<~EOS.strip\n  Guards\n  it.\n\n  Long.\nEOS\n", "Guards it."),
    ("s.summary = <<-'EOS'\n  Guards #{it}.\n  EOS\n", "Guards #{it}."),
    ("s.summary = 'Guards #{it}'.freeze", "Guards #{it}"),
    ("s.summary = %Q|Guards it| if mri?", "Guards it"),
    ("s.summary = %q(\n  Guards\n  it\n).gsub(/\\s+/, ' ')", "Guards it"),
    ("Gem::Specification.new { |g| g.name = 'a'; g.summary = 'Guards it'; g.version = V }", "Guards it"),
    ("s.summary = 'Guards it' # really", "Guards it"),
    ("s.description = s.summary = 'Guards it'", "Guards it"),
    ('s.summary = "Guards #{VERSION}"', ""),
    ('s.summary = "#{s.summary} again"', ""),
    ("s.summary = File.read('README.md')", ""),
    ("s.summary = File.read('README.md').strip\ns.description = 'Guards it'", "Guards it"),
    ("s.summary = mri? ? 'Guards it' : 'Not'", ""),
    ("s.summary = 'guards it'.capitalize", ""),
    ("s.summary = 'guards X'.sub('X', 'it')", ""),
    ("s.summary = \"Guards \\#{it}\"", "Guards #{it}"),
]  # fmt: skip
GRADLE = [
    ("description = \"$name guards\"", ""),
    ("description = \"${project.name} guards\"", ""),
    ("def what = 'all'\ndescription = \"Guards ${what} for \\$5\"", "Guards all for $5"),
    ("val what = \"all\"\ndescription = \"Guards $what.\"", "Guards all."),
    ("description 'Guards $it'", "Guards $it"),
    ("description = project.findProperty(\"words\") as String", ""),
    ("description = \"\"\"\n  Guards\n  it\n\"\"\".trimIndent()", "Guards it"),
    ("description = 'Guards ' + 'it'", "Guards it"),
    ("description = providers.gradleProperty(\"x\").get()", ""),
    ("tasks.register(\"a\") {\n  description = \"Guards it\"\n}", ""),
]  # fmt: skip
XML = [
    ("pom.xml", pom(PARENT + "<description>${project.artifactId} of ${pom.groupId}</description>"), "a of g"),
    ("pom.xml", pom(PARENT + "<description>${project.name} guards</description>"), "a guards"),
    ("pom.xml", pom(PARENT + "<name>A ${w}</name><properties><w>b</w></properties>"
     "<description>${project.name}: ${w}</description>"), "A b: b"),
    ("pom.xml", pom(PARENT + "<description>Guards ${what}</description>"), ""),
    ("pom.xml", pom("<name>${project.description}</name><description>${project.name}</description>"), ""),
    ("pom.xml", pom(PARENT + "<description>Guards <!-- no --> it</description>"), "Guards it"),
    ("A.B.csproj", csproj("<Description>$(AssemblyName) guards ${it}</Description>"), "A.B guards ${it}"),
    ("A.B.csproj", csproj("<product>P</product><Description>$(Product) guards</Description>"), "P guards"),
    ("A.B.csproj", csproj("<Description>Guards $(What)</Description>"), ""),
    ("A.B.csproj", csproj("<Description>Guards %(Item.X)</Description>"), ""),
]  # fmt: skip
OTHERS = [
    ("setup.py", "W = 'it'\nsetup(name='a', description=f'Guards {W}' ' all')", "Guards it all"),
    ("setup.py", "import setuptools as s\ns.setup(**dict(name='a', description='Guards ' + 'it'))", "Guards it"),
    ("setup.py", "d = {'description': 'Guards it'}\nsetup(**d)", "Guards it"),
    ("setup.py", "setup(description='Guards %s' % it)", ""),
    ("setup.py", "setup(description='Guards {}'.format(it))", ""),
    ("setup.py", "setup(description=a.__doc__)", ""),
    ("setup.py", "a = b\nb = a\nsetup(description=a)", ""),
    ("setup.py", "setup(description=)", ""),
    ("setup.cfg", "[metadata]\nname = a\ndescription = Guards\n  it\n[options]\ndescription = no\n", "Guards it"),
    ("setup.cfg", "[metadata]\r\ndescription: Guards it\r\n", "Guards it"),
    ("setup.cfg", "[metadata]\ndescription = file: README\n", ""),
    ("setup.cfg", "[metadata]\ndescription = attr: a.__doc__\n", ""),
    ("pyproject.toml", "[project]\nname = 'a'\ndynamic = ['description']\n", ""),
    ("package.json", '{"name": "{{name}}", "description": "Guards {{it}} and all"}', ""),
    ("package.json", '{"name": "a", "description": "Guards {{it}} and all"}', "Guards {{it}} and all"),
]  # fmt: skip
CASES = [("a.gemspec", *case) for case in DESCRIPTIONS] + [("build.gradle.kts", *case) for case in GRADLE]


@pytest.mark.parametrize(("path", "text", "expected"), [*CASES, *XML, *OTHERS])
def test_descriptions(path: str, text: str, expected: str) -> None:
    assert project(path, text.encode()).description == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.gemspec", 's.name = "rack-#{part}"', ""),
        ("a.gemspec", 's.name = "rack-#{part}"\npart = "x"', "rack-x"),
        ("settings.gradle", "maven { name = 'no' }\nrootProject.name = 'yes'", "yes"),
        ("settings.gradle.kts", 'rootProject.name = "a-${part}"', ""),
        ("pom.xml", pom("<artifactId>${b}-core</artifactId><properties><b>shop</b></properties>"), "shop-core"),
        ("pom.xml", pom("<artifactId>${base}-core</artifactId>"), ""),
        ("setup.py", "NAME = 'a'\nsetup(name=NAME, version=1)", "a"),
        ("setup.cfg", "[metadata]\nname = attr: a.b\n", ""),
        ("Cargo.toml", '[package]\nname = "{{project-name}}"\n', ""),
        ("package.json", '{"name": "<%= name %>"}', ""),
        ("go.mod", "module example.org/a/v2\n", "a"),
    ],
)  # fmt: skip
def test_names(path: str, text: str, expected: str) -> None:
    assert project(path, text.encode()).name == expected


def test_what_cannot_be_read_declares_nothing() -> None:
    for path in ("package.json", "pom.xml", "a.csproj", "setup.py", "Cargo.toml", "setup.cfg", "a.gemspec"):
        assert project(path, b"\xff{<") in (Project(), Project("a"))
