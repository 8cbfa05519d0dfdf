//! The error codes of the operating systems.

use anteroom_core::rules::codes::{
    UnixCodes, windows_accept_failure, windows_failure, windows_kind,
};
use anteroom_core::{AcceptFailure, Detail, ErrorKind, Failure, Operation};

/// The numbers of the BSDs, which differ from those of Linux.
const BSD: UnixCodes = UnixCodes {
    eacces: 13,
    eaddrinuse: 48,
    ebadf: 9,
    econnaborted: 53,
    econnrefused: 61,
    einval: 22,
    eloop: 62,
    emfile: 24,
    enametoolong: 63,
    enfile: 23,
    enobufs: 55,
    enoent: 2,
    enomem: 12,
    enotdir: 20,
    enotsock: 38,
    eopnotsupp: 45,
    eperm: 1,
    eproto: 92,
    eprototype: 41,
    erofs: 30,
    etimedout: 60,
};

#[test]
fn unix_codes_have_the_documented_kinds() {
    // The numbers of Linux, and those of the BSDs.
    let kinds: [(ErrorKind, [&[i32]; 2]); 7] = [
        (ErrorKind::Access, [&[1, 13], &[1, 13]]),
        (ErrorKind::AddressInUse, [&[98], &[48]]),
        (ErrorKind::NotFound, [&[2], &[2]]),
        (ErrorKind::Name, [&[20, 30, 36, 40], &[20, 30, 62, 63]]),
        (
            ErrorKind::Resources,
            [&[12, 23, 24, 105], &[12, 23, 24, 55]],
        ),
        (ErrorKind::Refused, [&[111], &[61]]),
        (ErrorKind::TimedOut, [&[110], &[60]]),
    ];
    for (system, codes) in [UnixCodes::LINUX, BSD].iter().enumerate() {
        let kinds = kinds.map(|(kind, listed)| (kind, listed[system]));
        assert_kinds(&kinds, 0..=200, |code| codes.kind(code));
    }
}

#[test]
fn windows_codes_have_the_documented_kinds() {
    let kinds = [
        (ErrorKind::Access, &[5][..]),
        (ErrorKind::AddressInUse, &[183]),
        (ErrorKind::NotFound, &[2, 3]),
        (ErrorKind::Name, &[123, 161, 206]),
        (ErrorKind::Resources, &[4, 8, 14, 1450, 1453, 1455, 1816]),
        (ErrorKind::TimedOut, &[121, 258]),
        (ErrorKind::Unsupported, &[50, 120]),
    ];
    assert_kinds(&kinds, 0..=2000, windows_kind);
}

#[test]
fn a_failure_has_its_operation_and_its_code() {
    for (failure, operation, code, kind) in [
        (
            UnixCodes::LINUX.failure(Operation::Listen, 98),
            Operation::Listen,
            98,
            ErrorKind::AddressInUse,
        ),
        (
            windows_failure(Operation::Connect, 2),
            Operation::Connect,
            2,
            ErrorKind::NotFound,
        ),
    ] {
        assert_eq!(failure, Failure::new(operation, kind).with_code(code));
    }
}

#[test]
fn codes_of_one_kind_have_different_details() {
    let details = [
        (Detail::NotADirectory, [20, 20]),
        (Detail::LinkLoop, [40, 62]),
        (Detail::ReadOnly, [30, 30]),
        (Detail::PartTooLong, [36, 63]),
        (Detail::OtherSocketType, [91, 41]),
    ];
    for (system, codes) in [UnixCodes::LINUX, BSD].iter().enumerate() {
        for code in 0..=200 {
            let expected = details
                .iter()
                .find(|(_, listed)| listed[system] == code)
                .map_or(Detail::None, |(detail, _)| *detail);
            let failure = codes.failure(Operation::Connect, code);
            assert_eq!(failure.detail(), expected, "code {code}");
        }
    }
}

#[test]
fn the_code_decides_how_the_server_reacts_to_a_failed_accept() {
    let linux = |code| UnixCodes::LINUX.accept_failure(code);
    assert_classes(&[71, 103], &[9, 22, 88, 95], 0..=200, linux);
    assert_classes(&[53, 92], &[9, 22, 38, 45], 0..=200, |code| {
        BSD.accept_failure(code)
    });
    assert_classes(&[], &[6], 0..=2000, windows_accept_failure);
}

/// Codes that are not listed must be unknown.
fn assert_kinds(
    kinds: &[(ErrorKind, &[i32])],
    codes: core::ops::RangeInclusive<i32>,
    kind: impl Fn(i32) -> ErrorKind,
) {
    for code in codes.chain([i32::MIN, -1, i32::MAX]) {
        let expected = kinds
            .iter()
            .find(|(_, listed)| listed.contains(&code))
            .map_or(ErrorKind::Unknown, |(kind, _)| *kind);
        assert_eq!(kind(code), expected, "code {code}");
    }
}

/// Codes that are not listed must cause a back-off.
fn assert_classes(
    transient: &[i32],
    fatal: &[i32],
    codes: core::ops::RangeInclusive<i32>,
    class: impl Fn(i32) -> AcceptFailure,
) {
    for code in codes {
        let failure = class(code);
        assert_eq!(failure.failure().operation(), Operation::Accept);
        assert_eq!(failure.failure().code(), Some(code));
        let as_expected = match failure {
            AcceptFailure::Transient(_) => transient.contains(&code),
            AcceptFailure::Fatal(_) => fatal.contains(&code),
            AcceptFailure::Exhausted(_) => !transient.contains(&code) && !fatal.contains(&code),
        };
        assert!(as_expected, "code {code} is {failure:?}");
    }
}
