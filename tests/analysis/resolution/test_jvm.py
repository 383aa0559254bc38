"""Java and Kotlin: what the build lets a file use."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.resolution.jvm_build import source_set
from tests.analysis.resolution.worlds import arrows

POM = "<project xmlns='http://maven.apache.org/POM/4.0.0'><artifactId>{}</artifactId><dependencies>{}</dependencies></project>"
NEEDS = "<dependency><groupId>g</groupId><artifactId>{}</artifactId></dependency>"


def test_an_actual_declaration_is_found_in_the_own_source_set_else_in_the_common_one() -> None:
    kotlin = "{}/src/{}Main/kotlin/io/{}.kt".format
    files = {
        "m/build.gradle.kts": 'plugins { kotlin("multiplatform") }\n',
        kotlin("m", "common", "Source"): "package io\nexpect class Clock\n",
        kotlin("m", "common", "All"): "package io\nclass All { val c: Clock? = null }\n",
        kotlin("m", "jvm", "Clock"): "package io\nactual class Clock\n",
        kotlin("m", "jvm", "Use"): "package io\nclass Use { val c: Clock? = null }\n",
        kotlin("m", "js", "Clock"): "package io\nactual class Clock\n",
        kotlin("m", "native", "Other"): "package io\nclass Other { val c: Clock? = null }\n",
    }
    assert arrows(files) == {
        kotlin("m", "common", "All"): [kotlin("m", "common", "Source")],
        kotlin("m", "jvm", "Use"): [kotlin("m", "jvm", "Clock")],
        kotlin("m", "native", "Other"): [kotlin("m", "common", "Source")],
    }


def test_no_platform_uses_another_one_and_the_common_source_none() -> None:
    files = {
        "m/build.gradle.kts": "",
        "m/common/src/a/Common.kt": "package a\nimport b.OnlyJvm\nimport b.OnlyJs\nclass Common\n",
        "m/jvm/src/b/OnlyJvm.kt": "package b\nimport b.OnlyJs\nimport a.Common\nimport b.Shared\nclass OnlyJvm\n",
        "m/js/src/b/OnlyJs.kt": "package b\nimport b.OnlyJvm\nclass OnlyJs\n",
        "m/jvmAndPosix/src/b/Shared.kt": "package b\nimport b.OnlyJvm\nclass Shared\n",
    }
    assert arrows(files) == {
        "m/jvm/src/b/OnlyJvm.kt": ["m/common/src/a/Common.kt", "m/jvmAndPosix/src/b/Shared.kt"]
    }


def test_modules_of_maven_see_what_their_poms_say() -> None:
    java = "{}/src/main/java/org/x/{}.java".format
    files = {
        "a/pom.xml": POM.format("shop-a", NEEDS.format("shop-b")),
        "b/pom.xml": POM.format("shop-b", NEEDS.format("shop-c")),
        "c/pom.xml": POM.format("shop-c", ""),
        "d/pom.xml": POM.format("shop-d", ""),
        java("a", "A"): "package org.x;\nclass A { B b; C c; D d; Twin t; }\n",
        java("b", "B"): "package org.x;\npublic class B { A a; }\n",
        java("c", "C"): "package org.x;\npublic class C {}\n",
        java("d", "D"): "package org.x;\npublic class D {}\n",
        java("d", "Twin"): "package org.x;\npublic class Twin {}\n",
        java("c", "Twin"): "package org.x;\npublic class Twin {}\n",
    }
    assert arrows(files) == {java("a", "A"): [java("b", "B"), java("c", "C"), java("c", "Twin")]}


@pytest.mark.parametrize(
    "build",
    [
        'api(project(":lib:shop-core"))',
        "implementation(projects.lib.shopCore)",
        "compile project(path: ':lib:shop-core')",
    ],
)
def test_of_several_modules_the_one_that_a_gradle_module_depends_on(build: str) -> None:
    kotlin = "{}/src/main/kotlin/{}.kt".format
    files = {
        "app/build.gradle.kts": build,
        "lib/shop-core/build.gradle.kts": "",
        "lib/other/build.gradle.kts": "",
        kotlin("app", "App"): "package org.x\nclass App { val t: Twin? = null\n val o: Only? = null }\n",
        kotlin("lib/shop-core", "Twin"): "package org.x\nclass Twin\n",
        kotlin("lib/other", "Twin"): "package org.x\nclass Twin\n",
        kotlin("lib/other", "Only"): "package org.x\nclass Only\n",
    }
    assert arrows(files) == {
        kotlin("app", "App"): [kotlin("lib/other", "Only"), kotlin("lib/shop-core", "Twin")]
    }


def test_a_name_that_may_mean_two_files_means_none() -> None:
    files = {
        "m/src/A.kt": "package p\nfun twice(a: Int) {}\nprivate fun own() {}\n",
        "m/src/B.kt": "package p\nfun twice(a: String) {}\n",
        "m/src/C.kt": "package p\nfun use() { twice(1); own() }\n",
    }
    assert arrows(files) == {}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/src/main/java/x/A.java", ""),
        ("a/src/commonMain/kotlin/A.kt", "common"),
        ("a/jvm/src/x/A.kt", "jvm"),
        ("a/src/x/A.kt", ""),
        ("ktor-io/jsAndWasmShared/src/A.kt", "jsAndWasmShared"),
        ("src/linuxX64Main/kotlin/A.kt", "linuxX64"),
    ],
)
def test_source_sets(path: str, name: str) -> None:
    assert source_set(path) == name
