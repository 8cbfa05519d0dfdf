//! What the codes of the operating systems mean.

use anteroom_core::rules::codes::{
    UnixCodes, windows_accept_failure, windows_failure, windows_kind,
};
use anteroom_core::{AcceptFailure, Detail, ErrorKind, Operation};

/// The numbers of FreeBSD and macOS, for a system that disagrees with Linux.
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
fn linux_codes_have_the_documented_kinds() {
    let kinds = [
        (ErrorKind::Access, &[1, 13][..]),
        (ErrorKind::AddressInUse, &[98]),
        (ErrorKind::NotFound, &[2]),
        (ErrorKind::Name, &[20, 30, 36, 40]),
        (ErrorKind::Resources, &[12, 23, 24, 105]),
        (ErrorKind::Refused, &[111]),
        (ErrorKind::TimedOut, &[110]),
    ];
    assert_kinds(&kinds, 0..=200, |code| UnixCodes::LINUX.kind(code));
}

#[test]
fn other_unixes_give_the_same_kinds_to_other_numbers() {
    let kinds = [
        (ErrorKind::Access, &[1, 13][..]),
        (ErrorKind::AddressInUse, &[48]),
        (ErrorKind::NotFound, &[2]),
        (ErrorKind::Name, &[20, 30, 62, 63]),
        (ErrorKind::Resources, &[12, 23, 24, 55]),
        (ErrorKind::Refused, &[61]),
        (ErrorKind::TimedOut, &[60]),
    ];
    assert_kinds(&kinds, 0..=200, |code| BSD.kind(code));
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
fn a_failure_keeps_its_operation_and_its_code() {
    let unix = UnixCodes::LINUX.failure(Operation::Listen, 98);
    let windows = windows_failure(Operation::Connect, 2);

    assert_eq!(unix.operation(), Operation::Listen);
    assert_eq!(unix.code(), Some(98));
    assert_eq!(unix.kind(), ErrorKind::AddressInUse);
    assert_eq!(windows.operation(), Operation::Connect);
    assert_eq!(windows.code(), Some(2));
    assert_eq!(windows.kind(), ErrorKind::NotFound);
}

#[test]
fn codes_that_share_a_kind_are_told_apart_by_their_details() {
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
fn on_linux_accept_goes_on_pauses_or_gives_up_by_the_code() {
    assert_classes(&[71, 103], &[9, 22, 88, 95], 0..=200, |code| {
        UnixCodes::LINUX.accept_failure(code)
    });
}

#[test]
fn on_other_unixes_accept_goes_on_pauses_or_gives_up_by_their_numbers() {
    assert_classes(&[53, 92], &[9, 22, 38, 45], 0..=200, |code| {
        BSD.accept_failure(code)
    });
}

#[test]
fn on_windows_accept_gives_up_only_without_a_handle() {
    assert_classes(&[], &[6], 0..=2000, windows_accept_failure);
}

/// Checks the kind of every code in the range: those that are not listed are unknown.
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

/// Checks the class of every code in the range: those that are not listed pause.
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
