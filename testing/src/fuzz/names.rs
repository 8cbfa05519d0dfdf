use anteroom_core::rules::codes::{UnixCodes, windows_accept_failure, windows_failure};
use anteroom_core::rules::unix::{Address, Environment, resolve};
use anteroom_core::rules::{self, windows};
use anteroom_core::{
    Detail, ErrorKind, Failure, Occupant, Operation, ServerName, SocketOptions, describe,
};

/// Resolves a name on a platform, and describes the result.
///
/// The first bytes select the platform, the options, the temporary directory and a code. The rest
/// is the name.
///
/// # Panics
///
/// Panics if a rule is violated. A name that is accepted has to be a full path or a single word, within
/// the limit, and unchanged when it is resolved again. Any other has to be a name error or unsupported.
/// Every description has to be a single line.
pub fn names(bytes: &[u8]) {
    let mut input = Input(bytes);
    let choices = input.byte();
    let options = SocketOptions::from_bits_retain(input.byte().into());
    let code = i32::from(input.byte()) - 16;
    let length = usize::from(input.byte());
    let directory = input.take(length);
    let temporary = (choices & 1 != 0).then_some(directory);
    let environment = if choices & 2 == 0 {
        Environment::linux(temporary)
    } else {
        Environment::bsd(temporary)
    };
    let operation = OPERATIONS[usize::from(choices >> 2) % OPERATIONS.len()];
    let name = ServerName::from(input.0);

    check_unix(&name, options, environment, operation);
    check_windows(&name, options, operation);
    check_parts(&name, options);
    check_codes(&name, operation, code, length);
}

const OPERATIONS: [Operation; 8] = [
    Operation::Listen,
    Operation::Adopt,
    Operation::Accept,
    Operation::Drain,
    Operation::Close,
    Operation::Remove,
    Operation::Connect,
    Operation::Inspect,
];

fn check_unix(
    name: &ServerName,
    options: SocketOptions,
    environment: Environment<'_>,
    operation: Operation,
) {
    let again = |name| resolve(name, options, environment, operation);
    match again(name) {
        Err(failure) => check_refusal(failure, name, operation),
        Ok(address) => {
            let full = address.full_name();
            assert!(full.as_bytes().len() < environment.address_size, "{full:?}");
            assert_eq!(again(full).as_ref(), Ok(&address), "a full name is one");
            let is_abstract = options.contains(SocketOptions::ABSTRACT);
            assert_eq!(is_abstract, matches!(address, Address::Abstract(_)));
            if is_abstract {
                assert_eq!(full, name, "abstract names are verbatim");
            } else {
                assert!(full.as_bytes().starts_with(b"/"), "{full:?}");
                assert!(!full.as_bytes().contains(&0), "{full:?}");
                assert!(full.as_bytes().ends_with(name.as_bytes()), "{full:?}");
                let is_path = name.as_bytes().starts_with(b"/");
                assert!(!is_path || full == name, "paths are verbatim");
                let is_word = !name.as_bytes().contains(&b'/');
                assert!(is_path || is_word, "{name:?} is neither a path nor a word");
                assert!(!full.as_bytes().ends_with(b"/"), "{full:?} is a directory");
            }
        }
    }
}

fn check_windows(name: &ServerName, options: SocketOptions, operation: Operation) {
    let again = |name| windows::resolve(name, options, operation);
    match again(name) {
        Err(failure) => check_refusal(failure, name, operation),
        Ok(full) => {
            let prefix = full.as_bytes()[..windows::PIPE_PREFIX.len()].to_ascii_lowercase();
            assert_eq!(prefix, windows::PIPE_PREFIX.as_bytes());
            assert!(full.as_bytes().len() > prefix.len(), "a pipe has a name");
            assert!(full.as_bytes().ends_with(name.as_bytes()), "{full:?}");
            assert!(!full.as_bytes().contains(&0), "{full:?}");
            if let Ok(text) = core::str::from_utf8(full.as_bytes()) {
                assert!(text.encode_utf16().count() <= windows::PIPE_NAME_LIMIT);
            }
            assert_eq!(again(&full), Ok(full), "a full name is one");
        }
    }
}

fn check_refusal(failure: Failure, name: &ServerName, operation: Operation) {
    assert_eq!(failure.operation(), operation);
    assert_eq!(failure.code(), None, "no system call was made");
    match failure.detail() {
        Detail::NoAbstractNamespace
        | Detail::AccessOfAbstractName
        | Detail::AccessOfClient
        | Detail::UnknownOptions => assert_eq!(failure.kind(), ErrorKind::Unsupported),
        Detail::EmptyName
        | Detail::NulInName
        | Detail::TooLong { .. }
        | Detail::TooManyUnits { .. }
        | Detail::RelativePath
        | Detail::ShellSyntax
        | Detail::Url
        | Detail::TrailingSlash
        | Detail::AtSign
        | Detail::WindowsPipe
        | Detail::RelativeTemporaryDirectory => assert_eq!(failure.kind(), ErrorKind::Name),
        other => panic!("{other:?} is not a reason to reject a name"),
    }
    if let Detail::TooLong { length, limit } | Detail::TooManyUnits { length, limit } =
        failure.detail()
    {
        assert!(length > limit, "{length} fits into {limit}");
        let text = describe(failure, None, None);
        assert!(text.contains(&length.to_string()) && text.contains(&limit.to_string()));
    }
    check_line(&describe(failure, Some(name), None));
}

fn check_parts(name: &ServerName, options: SocketOptions) {
    check_line(&name.to_string());
    let last = name.last_component();
    assert!(!last.as_bytes().contains(&b'/'), "{last:?}");
    assert!(name.as_bytes().ends_with(last.as_bytes()), "{last:?}");
    assert_eq!(last.last_component(), last);
    let mode = rules::mode(options);
    assert_eq!(mode.is_some(), !options.access().is_empty(), "{options:?}");
    assert!(mode.is_none_or(|mode| mode <= 0o777), "{options:?}");
}

fn check_codes(name: &ServerName, operation: Operation, code: i32, length: usize) {
    let codes = UnixCodes::LINUX;
    let details = [
        Detail::None,
        Detail::Occupied(Occupant::StaleSocket),
        Detail::TooLong { length, limit: 107 },
    ];
    for failure in [
        codes.failure(operation, code),
        codes.accept_failure(code).failure(),
        windows_failure(operation, code),
        windows_accept_failure(code).failure(),
    ] {
        assert_eq!(failure.code(), Some(code));
        for detail in details {
            let text = describe(failure.with_detail(detail), Some(name), Some(name));
            check_line(&text);
            assert!(text.contains(&format!("(os error {code})")), "{text}");
        }
    }
}

/// Checks that a text is a single line.
fn check_line(text: &str) {
    assert!(!text.chars().any(char::is_control), "{text:?}");
}

/// The bytes that are left.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }
}
