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


def test_a_package_in_folders_of_other_names_is_seen_from_within_them() -> None:
    files = {
        "os/src/List.scala": "package os\nobject list { val p: Path; val r: Root }\n",
        "os/src/Path.scala": "package os\nclass Path\n",
        "os/src-jvm/package.scala": "package os\nclass Root\n",
        "os/src-jvm/Process.scala": "package os\nobject proc { val p: Path; val r: Root }\n",
    }
    assert arrows(files) == {
        "os/src-jvm/Process.scala": ["os/src-jvm/package.scala", "os/src/Path.scala"],
        "os/src/List.scala": ["os/src/Path.scala"],
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
    assert arrows(files) == {kotlin("app", "App"): [kotlin("lib/shop-core", "Twin")]}
    named = arrows({**files, "app/build.gradle.kts": "dependencies { internal() }"})
    assert named == {kotlin("app", "App"): [kotlin("lib/other", "Only")]}, (
        "what a build does not say may be so"
    )


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


def test_a_script_that_names_its_projects_names_all_but_those_of_its_plugins() -> None:
    kotlin = "{}/src/main/kotlin/{}.kt".format
    files = {
        "settings.gradle.kts": 'include(":app", ":core", ":ui", ":other", ":far")\n'
        'project(":far").projectDir = file("elsewhere/distance")\n',
        "build.gradle.kts": "",
        "app/build.gradle.kts": 'plugins { id("shop.screen") }\n// api(project(":other"))\n'
        'dependencies { api(project(":core")); api(projects.far) }\n',
        "core/build.gradle.kts": "",
        "ui/build.gradle.kts": "",
        "other/build.gradle.kts": "",
        "elsewhere/distance/build.gradle.kts": "",
        "build-logic/src/main/kotlin/shop.screen.gradle.kts": 'plugins { id("shop.base") }\n',
        "build-logic/src/main/kotlin/shop.base.gradle.kts": 'dependencies { api(project(":ui")) }\n',
        kotlin(
            "app", "App"
        ): "package org.x\nimport org.o.Other\nclass App(val c: Core, val u: Ui, val f: Far)\n",
        kotlin("core", "Core"): "package org.x\nclass Core\n",
        kotlin("ui", "Ui"): "package org.x\nclass Ui\n",
        kotlin("other", "Other"): "package org.o\nclass Other\n",
        kotlin("elsewhere/distance", "Far"): "package org.x\nclass Far\n",
    }
    wanted = [kotlin("core", "Core"), kotlin("elsewhere/distance", "Far"), kotlin("ui", "Ui")]
    assert arrows(files) == {kotlin("app", "App"): wanted}
    lib = {**files, "build-logic/src/main/kotlin/Base.kt": 'fun base() { project(":other") }\n'}
    lib["settings.gradle.kts"] += 'includeBuild("build-logic")\n'
    assert arrows(lib)[kotlin("app", "App")] == sorted([*wanted, kotlin("other", "Other")])


def test_modules_see_what_the_pom_that_they_inherit_from_says() -> None:
    java = "{}/src/main/java/org/x/{}.java".format
    above = "<parent><groupId>g</groupId><artifactId>{}</artifactId>{}</parent>"
    managed = "<dependencyManagement><dependencies>{}</dependencies></dependencyManagement>"
    tests = "<dependency><artifactId>{}</artifactId><scope>test</scope></dependency>"
    files = {
        "pom.xml": "<project><artifactId>shop</artifactId>"
        + managed.format(NEEDS.format("other"))
        + "<profiles><profile><dependencies>"
        + NEEDS.format("some")
        + "</dependencies></profile></profiles><dependencies>"
        + NEEDS.format("base")
        + tests.format("fixtures")
        + "</dependencies></project>",
        "app/pom.xml": f"<project>{above.format('shop', '')}<artifactId>app</artifactId></project>",
        "alone/pom.xml": f"<project>{above.format('shop', '<relativePath/>')}<artifactId>alone</artifactId></project>",
        "wrong/pom.xml": f"<project>{above.format('starter', '')}<artifactId>wrong</artifactId></project>",
        **{f"{m}/pom.xml": POM.format(m, "") for m in ("base", "some", "other", "fixtures")},
        **{
            java(m, m.title()): f"package org.x;\npublic class {m.title()} {{}}\n"
            for m in ("base", "some", "other")
        },
        java("fixtures", "Fixtures"): "package org.x;\npublic class Fixtures {}\n",
        **{
            java(
                m, m.title()
            ): f"package org.x;\nclass {m.title()} {{ Base b; Some s; Other o; Fixtures f; }}\n"
            for m in ("app", "alone", "wrong")
        },
    }
    assert arrows(files) == {java("app", "App"): [java("base", "Base"), java("some", "Some")]}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("m/Use.java", "package b;\nclass Use extends a.x.Thing {}\n"),
        ("m/Use.java", "package b;\nclass Use { Object o = new a.x.Thing(); }\n"),
        ("m/Use.java", "package b;\nclass Use { int f() { return a.x.Thing.make(); } }\n"),
        ("m/Use.java", "package b;\n@a.x.Thing(1)\nclass Use { java.util.List<a.x.Thing.In> l; }\n"),
        (
            "m/Use.java",
            "package b;\nimport c.Thing;\nclass Use { Thing t; Thing f(a.x.Thing x) { return t; } }\n",
        ),
        ("m/Use.kt", "package b\nclass Use(val t: List<a.x.Thing<Int>>)\n"),
        ("m/Use.kt", "package b\nval use = a.x.Thing.make()\n"),
        ("m/Use.kt", "package b\nimport a.x.Thing as Other\nclass Use(val t: Other)\n"),
        ("m/Use.kt", "package a.x\nimport c.Thing as Other\nclass Use(val t: Other, val o: Thing)\n"),
        ("m/Use.scala", "package b\nclass Use(val t: List[a.x.Thing[Int]])\n"),
        ("m/Use.scala", "package b\nobject Use { val t = a.x.Thing.make }\n"),
        ("m/Use.scala", "package a.x\nimport c.{Thing => Other}\nclass Use(val t: Thing, val o: Other)\n"),
    ],
)
def test_types_that_are_named_in_full_or_beside_another_that_is_renamed(path: str, text: str) -> None:
    files = {"m/a/x/Thing.java": "package a.x;\npublic class Thing<T> {}\n", path: text}
    assert arrows(files) == {path: ["m/a/x/Thing.java"]}


def test_a_type_inside_of_a_type_is_none_of_the_package() -> None:
    java = "src/main/java/org/x/{}.java".format
    files = {
        "pom.xml": POM.format("m", ""),
        java("Builder"): "package org.x;\npublic class Builder { }\n",
        java("Box"): "package org.x;\npublic class Box { Builder b; public static class Builder { } }\n",
        java("Use"): "package org.x;\npublic class Use { Builder b; Box c; }\n",
    }
    assert arrows(files) == {java("Use"): [java("Box"), java("Builder")]}
