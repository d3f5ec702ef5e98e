//! What each number means, on the smallest source that shows it.

use pyagent_metrics::{FileMetrics, FunctionMetrics, RawMetrics, Status, measure};

fn file(source: &str) -> FileMetrics {
    measure(source.as_bytes(), "<test>")
}

fn function(source: &str) -> FunctionMetrics {
    file(source).functions.remove(0)
}

#[test]
fn an_elif_is_counted_once() {
    assert_eq!(function("def f():\n if a and b: pass\n elif c or d: pass\n else: pass\n").cyclomatic, 5);
}

#[test]
fn closures_are_listed_and_not_added() {
    let measured = file("def f():\n def g():\n  if a: pass\n if b: pass\n");
    let rows: Vec<_> = measured.functions.iter().map(|row| (row.name.as_str(), row.cyclomatic)).collect();
    assert_eq!(rows, [("f", 2), ("f.<locals>.g", 2)]);
}

#[test]
fn headers_are_not_looked_at() {
    let source = "@d(a or b)\ndef f[T: (a or b)](x: a or b = a or b) -> a or b: return 1\n";
    let measured = function(source);
    assert_eq!((measured.cyclomatic, measured.cognitive, measured.halstead.operators), (1, 0, 0));
}

#[test]
fn a_decorated_function_has_the_line_of_its_def() {
    let measured = function("@a\n\n# why\n@b(\n  1)\nasync def f():\n  pass\n");
    assert_eq!((measured.first_line, measured.line, measured.end_line), (1, 6, 7));
    assert!(measured.is_async);
}

#[test]
fn a_decorator_of_nothing_is_no_function() {
    for broken in ["@[!\n", "@a\nx = 1\n", "@a\nasync with b: pass\n", "@a\n@b\n"] {
        assert_eq!(file(broken).functions, [], "{broken:?}");
    }
    let measured = file("@a\nx = 1\n\ndef f(): pass\n");
    assert_eq!(measured.functions.iter().map(|row| (row.name.as_str(), row.line)).collect::<Vec<_>>(), [("f", 4)]);
}

#[test]
fn a_method_called_by_its_bare_name_counts_as_recursion() {
    assert_eq!(function("def f():\n  return [f() for x in y]\n").cognitive, 2);
    assert_eq!(function("def f():\n  return lambda: f()\n").cognitive, 0);
}

#[test]
fn line_counts_follow_radon_into_its_corners() {
    let raw = |source: &str| {
        let RawMetrics { loc, lloc, sloc, comments, multi, blank, single_comments } = file(source).raw;
        [loc, lloc, sloc, comments, multi, blank, single_comments]
    };
    assert_eq!(raw("x = {1: 2}\n"), [1, 2, 1, 0, 0, 0, 0]);
    assert_eq!(raw("if x: pass; y\n"), [1, 2, 1, 0, 0, 0, 0]);
    assert_eq!(raw("'''a\n\nb'''\n# c\n'd'\n"), [5, 2, 0, 1, 2, 1, 2]);
    assert_eq!(raw("'''a\nb''' # c\n"), [2, 1, 2, 1, 0, 0, 0]);
    assert_eq!(raw("x = (1,\n\n  # c\n  2)\n\x0c\ny = 1 \\\n  + 2\n"), [8, 2, 5, 1, 0, 3, 0]);
    assert_eq!(raw("f'''{a}\n'''\nx = f'{a:>{b}}'; y\n"), [3, 3, 1, 0, 2, 0, 0]);
}

#[test]
fn a_broken_file_is_measured_around_its_errors() {
    let measured = file("def a(): pass\ndef b(:\n pass\ndef c(): pass\n");
    assert_eq!(measured.status, Status::Partial);
    assert!(measured.functions.iter().any(|row| row.name == "c"));
}

#[test]
fn a_local_that_is_surely_deleted_is_none() {
    let sure = "def f():\n  x = 1\n  y = x\n  del x\n";
    let in_a_handler = "def f():\n  try: x = 1\n  except E: del x\n";
    assert_eq!((function(sure).locals, function(in_a_handler).locals), (1, 1));
    let around = file("try: pass\nexcept E:\n  def f():\n    x = 1\n    del x\n  def g(): x = 1\n");
    assert_eq!(around.functions.iter().map(|row| row.locals).collect::<Vec<_>>(), [0, 1]);
}
