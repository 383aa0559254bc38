"""PHP: names in full, and Composer's maps."""

from __future__ import annotations

import json

from tests.analysis.resolution.worlds import arrows

COMPOSER = json.dumps(
    {"autoload": {"psr-4": {"X\\": "src/"}, "psr-0": {"Old_": "lib/", "Older\\Things": ["lib"]}}}
)


def test_names_that_are_written_in_full_or_through_an_alias() -> None:
    files = {
        "composer.json": COMPOSER,
        "src/Auth/Manager.php": "<?php\nnamespace X\\Auth;\nclass Manager {}\n",
        "src/Auth/Guard.php": "<?php\nnamespace X\\Auth;\ninterface Guard {}\n",
        "src/Http/Concerns/Sends.php": "<?php\nnamespace X\\Http\\Concerns;\ntrait Sends {}\n",
        "src/Http/Peer.php": "<?php\nnamespace X\\Http;\nclass Peer {}\n",
        "src/Http/Kernel.php": "<?php\nnamespace X\\Http;\nuse X\\Auth as Authing;\nuse Monolog\\Logger;\n"
        "class Kernel {\n use Concerns\\Sends;\n public string $m = \\X\\Auth\\Manager::class;\n"
        " function f(Authing\\Guard $g, Logger $l): namespace\\Peer { return \\strlen($g); }\n}\n",
    }
    assert arrows(files) == {
        "src/Http/Kernel.php": [
            "src/Auth/Guard.php",
            "src/Auth/Manager.php",
            "src/Http/Concerns/Sends.php",
            "src/Http/Peer.php",
        ]
    }


def test_a_renamed_class_means_the_class() -> None:
    files = {
        "composer.json": COMPOSER,
        "src/A.php": "<?php\nnamespace X;\nclass A {}\n",
        "src/B.php": "<?php\nnamespace X;\nclass B {}\n",
        "src/Use.php": "<?php\nnamespace X\\In;\nuse X\\A as B;\nclass U extends B {}\n",
    }
    assert arrows(files) == {"src/Use.php": ["src/A.php"]}


def test_namespaces_that_are_whole_below_their_directory() -> None:
    files = {
        "composer.json": COMPOSER,
        "lib/Older/Things/T.php": "<?php\nnamespace Older\\Things;\nclass T {}\n",
        "src/Use.php": "<?php\nnamespace X;\nclass U extends \\Older\\Things\\T {}\n",
    }
    assert arrows(files) == {"src/Use.php": ["lib/Older/Things/T.php"]}


def test_a_class_that_two_files_declare_is_none_of_them() -> None:
    two = "<?php\nnamespace Y;\nclass Twin {}\n"
    files = {
        "a/Twin.php": two,
        "b/Twin.php": two,
        "c/Use.php": "<?php\nnamespace Z;\nclass U extends \\Y\\Twin {}\n",
    }
    assert arrows(files) == {}


def test_a_class_beside_the_file_that_has_the_name_of_one_that_is_renamed() -> None:
    files = {
        "composer.json": COMPOSER,
        "src/A.php": "<?php\nnamespace X;\nclass A {}\n",
        "src/Use.php": "<?php\nnamespace X;\nuse Other\\A as Outer;\nclass U { function f(A $a, Outer $o) {} }\n",
    }
    assert arrows(files) == {"src/Use.php": ["src/A.php"]}
