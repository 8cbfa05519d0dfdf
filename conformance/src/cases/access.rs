//! Access options and owners, checked by the users who can connect: OPT-3, OPT-9, OPT-11.

use super::options::all_sets;
use super::prelude::*;
use crate::Capability;

/// The user and the group of the server.
const OWNER: (u32, u32) = (54_321, 54_321);

/// Another user of the same group.
const MEMBER: (u32, u32) = (54_322, OWNER.1);

/// Another user of another group.
const STRANGER: (u32, u32) = (54_323, 54_323);

pub(crate) fn each_option_admits_only_its_users(t: &mut Fixture) {
    for (options, mode) in [
        (SocketOptions::USER, 0o700),
        (SocketOptions::GROUP, 0o070),
        (SocketOptions::OTHER, 0o007),
        (SocketOptions::WORLD, 0o777),
    ] {
        let name = listen_as_owner(t, options);
        expect_admitted(t, &name, mode);
        close_as_owner(t);
    }
}

pub(crate) fn each_set_admits_only_its_users_under_every_umask(t: &mut Fixture) {
    for umask in [0o000, 0o022, 0o077] {
        t.env.set_umask(umask);
        for (options, mode) in all_sets() {
            let mode = mode.unwrap_or(0o777 & !umask);
            let name = listen_as_owner(t, options);
            expect_admitted(t, &name, mode);
            close_as_owner(t);
        }
    }
}

pub(crate) fn other_client_is_denied_access(t: &mut Fixture) {
    let name = listen_as_owner(t, SocketOptions::USER);
    let error = t.as_user(STRANGER, |t| t.fail_to_connect(&name));
    assert_eq!(error.kind, ErrorKind::Access);
}

/// Expects that a stranger cannot connect while the server listens and closes repeatedly.
#[track_caller]
fn expect_no_stranger(t: &mut Fixture) {
    let name = t.env.full_name("server");
    let subject = &mut t.subject;
    let run = &mut || {
        assert_eq!(subject.listen(&name), Ok(()));
        subject.close();
    };
    assert!(!t.env.attack(STRANGER.0, STRANGER.1, &name, run));
}

pub(crate) fn no_access_before_mode_is_set(t: &mut Fixture) {
    t.env.set_umask(0o000);
    t.subject.set_socket_options(SocketOptions::USER);
    expect_no_stranger(t);
}

pub(crate) fn unenforced_options_are_refused(t: &mut Fixture) {
    let name = t.env.full_name("server");
    let enforced = t.capabilities().contains(&Capability::Modes);
    let restricts = |options| options != SocketOptions::WORLD && options != SocketOptions::empty();
    for (options, _) in all_sets() {
        t.subject.set_socket_options(options);
        let result = t.subject.listen(&name);
        if enforced || !restricts(options) {
            assert_eq!(result, Ok(()), "{options:?}");
        } else {
            assert_eq!(result, Err(ErrorKind::Unsupported.into()), "{options:?}");
            t.expect_nothing_on_disk();
        }
        t.subject.close();
    }
    let name = listen_as_owner(t, SocketOptions::WORLD);
    expect_admitted(t, &name, 0o777);
}

pub(crate) fn inherited_acl_is_removed(t: &mut Fixture) {
    if !has_acl_for_stranger(t) {
        return;
    }
    for (options, mode) in all_sets() {
        let Some(mode) = mode else { continue };
        let name = listen_as_owner(t, options);
        assert_eq!(t.permissions(&name), mode, "{options:?}");
        expect_admitted(t, &name, mode);
        close_as_owner(t);
    }
}

pub(crate) fn inherited_acl_stays_without_options(t: &mut Fixture) {
    if !has_acl_for_stranger(t) {
        return;
    }
    t.env.set_umask(0o000);
    let name = listen_as_owner(t, SocketOptions::empty());
    expect_admitted(t, &name, 0o777);
}

pub(crate) fn no_access_by_inherited_acl(t: &mut Fixture) {
    if !has_acl_for_stranger(t) {
        return;
    }
    t.env.set_umask(0o000);
    let both = SocketOptions::USER | SocketOptions::GROUP;
    t.subject.set_socket_options(both);
    expect_no_stranger(t);
}

pub(crate) fn owner_and_group_are_set(t: &mut Fixture) {
    let name = t.env.full_name("server");
    t.subject
        .set_owner(Owner::new(Some(OWNER.0), Some(OWNER.1)));
    for (options, mode) in all_sets() {
        let Some(mode) = mode else { continue };
        t.subject.set_socket_options(options);
        t.listen(&name);
        assert_eq!(t.permissions(&name), mode, "{options:?}");
        let Entry::Socket { owner, .. } = t.env.entry(&name) else {
            panic!("no socket at {name}");
        };
        assert_eq!(owner, OWNER);
        expect_admitted(t, &name, mode);
        t.subject.close();
        t.subject.discard_pending();
        t.expect_nothing_on_disk();
    }
}

pub(crate) fn failure_to_set_owner_leaves_nothing(t: &mut Fixture) {
    let name = t.env.full_name("server");
    t.subject.set_socket_options(SocketOptions::USER);
    for owner in [
        Owner::new(Some(STRANGER.0), None),
        Owner::new(None, Some(STRANGER.1)),
    ] {
        t.subject.set_owner(owner);
        let result = t.as_user(OWNER, |t| t.subject.listen(&name));
        let error = result.expect_err("only root may set this owner");
        assert_eq!(error.kind, ErrorKind::Access);
        t.expect_idle();
        t.expect_nothing_on_disk();
    }
}

pub(crate) fn own_group_can_be_set_without_privileges(t: &mut Fixture) {
    t.subject.set_owner(Owner::new(None, Some(OWNER.1)));
    let name = listen_as_owner(t, SocketOptions::GROUP);
    expect_admitted(t, &name, 0o070);
}

/// Makes new files inherit an ACL that admits the stranger. Returns false if there are no ACLs.
fn has_acl_for_stranger(t: &mut Fixture) -> bool {
    let has_acl = t.env.inherit_acl(STRANGER.0);
    skip_unless(has_acl, "the file system has no ACLs");
    has_acl
}

/// Listens as a user without privileges.
#[track_caller]
fn listen_as_owner(t: &mut Fixture, options: SocketOptions) -> ServerName {
    let name = t.env.full_name("server");
    t.subject.set_socket_options(options);
    let result = t.as_user(OWNER, |t| t.subject.listen(&name));
    assert_eq!(result, Ok(()));
    name
}

fn close_as_owner(t: &mut Fixture) {
    t.as_user(OWNER, |t| t.subject.close());
    t.subject.discard_pending();
}

/// Expects that the owner, a member and a stranger can connect if the mode allows them to write.
#[track_caller]
fn expect_admitted(t: &mut Fixture, name: &ServerName, mode: u32) {
    for ((user, group), bit) in [(OWNER, 0o200), (MEMBER, 0o020), (STRANGER, 0o002)] {
        let expected = if mode & bit != 0 {
            Ok(())
        } else {
            Err(ErrorKind::Access)
        };
        let result = t.env.connect_as(user, group, name);
        assert_eq!(
            result, expected,
            "user {user} of group {group} with mode {mode:03o}"
        );
    }
}
