from collections.abc import Callable, Mapping
from typing import Any

from repos.suites.layout import layout

Make = Callable[[Mapping[str, str]], Any]


def test_a_src_layout_puts_src_before_the_root(tree: Make) -> None:
    found = layout(tree({"src/sample/__init__.py": "", "tests/test_a.py": "", "setup.py": ""}))
    assert (found.roots, found.source, found.tests) == (("src", "."), ("src/sample",), ("tests",))


def test_a_single_file_project_is_its_module(tree: Make) -> None:
    found = layout(tree({"sample.py": "", "setup.py": "", "test/test_a.py": "", "docs/conf.py": ""}))
    assert (found.roots, found.source, found.tests) == ((".",), ("sample.py",), ("test",))


def test_tests_inside_the_package_are_not_product(tree: Make) -> None:
    found = layout(tree({"sample/__init__.py": "", "sample/testing.py": "", "sample/tests/test_a.py": ""}))
    assert (found.source, found.tests) == (("sample",), ("sample/tests",))


def test_examples_and_scripts_are_no_product_beside_a_package(tree: Make) -> None:
    files = {"sample/__init__.py": "", "examples/__init__.py": "", "demo.py": "", "tests/test_a.py": ""}
    assert layout(tree(files)).source == ("sample",)


def test_declared_modules_count_beside_a_package(tree: Make) -> None:
    files = {"sample.py": "", "extra/__init__.py": "", "other.py": "", "x.egg-info/top_level.txt": "sample\nextra\n"}
    assert layout(tree(files)).source == ("extra", "sample.py")


def test_test_files_outside_test_folders_are_listed_one_by_one(tree: Make) -> None:
    found = layout(tree({"sample.py": "", "test.py": "", "conftest.py": "", "docs/test_docs.py": ""}))
    assert found.tests == ("conftest.py", "test.py")
    assert found.test_files == ("conftest.py", "test.py")


def test_product_modules_named_like_tests_stay_product(tree: Make) -> None:
    files = {"src/sample/__init__.py": "", "src/sample/test.py": "", "src/sample/testapp.py": "", "tests/test_a.py": ""}
    assert layout(tree(files)).tests == ("tests",)


def test_data_files_among_tests_are_not_test_files(tree: Make) -> None:
    found = layout(tree({"sample.py": "", "tests/data/broken.py": "", "tests/test_a.py": ""}))
    assert found.test_files == ("tests/test_a.py",)


def test_an_empty_tree_has_no_roles(tree: Make) -> None:
    found = layout(tree({}))
    assert (found.source, found.tests) == ((), ())
