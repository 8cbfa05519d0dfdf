//! Which options are refused because nothing could enforce them.

use anteroom_core::rules::unix::{Environment, resolve, resolve_to_listen};
use anteroom_core::rules::windows;
use anteroom_core::{
    Detail, ErrorKind, Failure, ListenOptions, Operation, Owner, ServerName, SocketOptions,
};

const ABSTRACT: SocketOptions = SocketOptions::ABSTRACT;
const UNDEFINED: SocketOptions = SocketOptions::from_bits_retain(0x10);

fn all_access_sets() -> impl Iterator<Item = SocketOptions> {
    (0..8).map(SocketOptions::from_bits_retain)
}

fn linux(options: SocketOptions, operation: Operation) -> Result<(), Failure> {
    let name = ServerName::from("editor");
    resolve(&name, options, Environment::linux(None), operation).map(drop)
}

fn refused(operation: Operation, detail: Detail) -> Result<(), Failure> {
    Err(Failure::new(operation, ErrorKind::Unsupported).with_detail(detail))
}

fn restricts(access: SocketOptions) -> bool {
    !access.is_empty() && access != SocketOptions::WORLD
}

#[test]
fn an_abstract_name_cannot_restrict_who_connects() {
    for access in all_access_sets() {
        let result = linux(access | ABSTRACT, Operation::Listen);
        let expected = if restricts(access) {
            refused(Operation::Listen, Detail::AccessOfAbstractName)
        } else {
            Ok(())
        };
        assert_eq!(result, expected, "{access:?}");
    }
}

#[test]
fn a_platform_that_ignores_modes_cannot_restrict_who_connects() {
    let name = ServerName::from("editor");
    for (environment, enforces) in [
        (Environment::bsd(None), true),
        (Environment::bsd(None).ignoring_modes(), false),
    ] {
        for access in all_access_sets() {
            let result = resolve_to_listen(&name, access.into(), environment).map(drop);
            let expected = if restricts(access) && !enforces {
                refused(Operation::Listen, Detail::AccessNotEnforced)
            } else {
                Ok(())
            };
            assert_eq!(result, expected, "{access:?}");
        }
    }
}

#[test]
fn a_client_has_no_access_options() {
    for operation in [Operation::Connect, Operation::Inspect, Operation::Remove] {
        for access in all_access_sets() {
            for options in [access, access | ABSTRACT] {
                let expected = if access.is_empty() {
                    Ok(())
                } else {
                    refused(operation, Detail::AccessOfClient)
                };
                assert_eq!(linux(options, operation), expected, "{options:?}");
            }
        }
    }
}

#[test]
fn undefined_bits_are_refused() {
    let name = ServerName::from("editor");
    for operation in [Operation::Listen, Operation::Connect] {
        let expected = refused(operation, Detail::UnknownOptions);
        assert_eq!(linux(UNDEFINED, operation), expected);
        let pipe = windows::resolve(&name, UNDEFINED, operation).map(drop);
        assert_eq!(pipe, expected);
    }
}

#[test]
fn only_a_path_can_have_an_owner() {
    let name = ServerName::from("editor");
    for owner in [Owner::new(Some(1), None), Owner::new(None, Some(1))] {
        let options = ListenOptions::new().with_owner(owner);
        let environment = Environment::linux(None);
        assert!(resolve_to_listen(&name, options, environment).is_ok());
        assert_eq!(
            resolve_to_listen(&name, options.with_socket(ABSTRACT), environment).map(drop),
            refused(Operation::Listen, Detail::AccessOfAbstractName)
        );
        assert_eq!(
            windows::resolve_to_listen(&name, options).map(drop),
            refused(Operation::Listen, Detail::NoOwner)
        );
    }
    let no_owner = ListenOptions::from(ABSTRACT);
    assert!(resolve_to_listen(&name, no_owner, Environment::linux(None)).is_ok());
    let no_owner = ListenOptions::from(SocketOptions::USER);
    assert!(windows::resolve_to_listen(&name, no_owner).is_ok());
    let client = windows::resolve(&name, SocketOptions::USER, Operation::Connect).map(drop);
    assert_eq!(client, refused(Operation::Connect, Detail::AccessOfClient));
}

/// The system calls take this number for "unchanged".
#[test]
fn the_largest_id_is_no_owner() {
    let name = ServerName::from("editor");
    for owner in [
        Owner::new(Some(u32::MAX), None),
        Owner::new(None, Some(u32::MAX)),
    ] {
        let options = ListenOptions::new().with_owner(owner);
        assert_eq!(
            resolve_to_listen(&name, options, Environment::linux(None)).map(drop),
            refused(Operation::Listen, Detail::OwnerRefused)
        );
    }
}
