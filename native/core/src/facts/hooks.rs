//! Names that the standard library and pytest call or read by convention, in what is written for them.

/// Module, then names; a trailing `*` stands for any ending.
const HOOKS: [(&str, &[&str]); 17] = [
    ("unittest", &["setUp*", "tearDown*", "maxDiff", "longMessage", "failureException", "return_value", "side_effect"]),
    (
        "unittest",
        &["skipTest", "subTest", "debug", "run", "addModuleCleanup", "load_tests", "asyncSetUp", "asyncTearDown"],
    ),
    ("ast", &["visit_*", "generic_visit"]),
    ("argparse", &["epilog", "required", "format_help", "format_usage"]),
    ("collections", &["default_factory"]),
    ("ctypes", &["_anonymous_", "_as_parameter_", "_fields_", "_flags_", "_length_", "_pack_", "_restype_", "_type_"]),
    ("ctypes", &["argtypes", "errcheck", "restype", "value", "contents"]),
    ("enum", &["_missing_", "_generate_next_value_", "_ignore_", "_order_"]),
    ("http", &["do_*", "log_message", "log_request", "log_error", "protocol_version", "server_version"]),
    (
        "socketserver",
        &["allow_reuse_address", "daemon_threads", "handle", "finish_request", "process_request", "setup", "finish"],
    ),
    ("logging", &["emit", "filter", "format", "formatException", "formatTime", "handleError", "disabled", "propagate"]),
    ("cmd", &["do_*", "complete_*", "help_*", "default", "emptyline", "precmd", "postcmd", "preloop", "postloop"]),
    ("html", &["handle_*"]),
    ("json", &["default"]),
    ("pytest", &["pytest_*", "pytestmark"]),
    (
        "string",
        &["delimiter", "idpattern", "get_value", "get_field", "check_unused_args", "convert_field", "format_field"],
    ),
    ("threading", &["daemon", "excepthook", "run"]),
];

/// Whether one of them uses `name` by itself in a project that imports the modules `imported`.
pub(crate) fn is_hook(name: &str, imported: impl Fn(&str) -> bool) -> bool {
    HOOKS.iter().any(|(module, names)| names.iter().any(|pattern| matches(pattern, name)) && imported(module))
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}
