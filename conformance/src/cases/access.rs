//! Access options and owners, seen by who can really connect: OPT-3, OPT-9, OPT-11.

use super::options::all_sets;
use super::steps::skip_unless;
use crate::prelude::*;

/// The user and the group which the server runs as.
const OWNER: (u32, u32) = (54_321, 54_321);

/// Another user of the same group.
const MEMBER: (u32, u32) = (54_322, OWNER.1);

/// Another user of another group.
const STRANGER: (u32, u32) = (54_323, 54_323);

/// The user option admits the user and nobody else.
pub(crate) fn the_user_option_admits_only_the_user(bench: &mut Bench) {
    let name = listen_as_owner(bench, SocketOptions::USER);
    assert_eq!(admitted(bench, &name), [true, false, false]);
}

/// The group option admits the group, but not the user who made the socket.
pub(crate) fn the_group_option_admits_the_group_but_not_the_user(bench: &mut Bench) {
    let name = listen_as_owner(bench, SocketOptions::GROUP);
    assert_eq!(admitted(bench, &name), [false, true, false]);
}

/// The other option admits everybody save the user and the group.
pub(crate) fn the_other_option_admits_strangers_only(bench: &mut Bench) {
    let name = listen_as_owner(bench, SocketOptions::OTHER);
    assert_eq!(admitted(bench, &name), [false, false, true]);
}

/// The world option admits everybody.
pub(crate) fn the_world_option_admits_everybody(bench: &mut Bench) {
    let name = listen_as_owner(bench, SocketOptions::WORLD);
    assert_eq!(admitted(bench, &name), [true, true, true]);
}

/// Each of the eight sets admits whom it names, whatever the umask.
pub(crate) fn every_set_admits_whom_it_names_under_every_umask(bench: &mut Bench) {
    for umask in [0o000, 0o022, 0o077] {
        bench.world.set_umask(umask);
        for (options, mode) in all_sets() {
            let mode = mode.unwrap_or(0o777 & !umask);
            let name = listen_as_owner(bench, options);
            let expected = [mode & 0o200 != 0, mode & 0o020 != 0, mode & 0o002 != 0];
            assert_eq!(
                admitted(bench, &name),
                expected,
                "owner, member and stranger with {options:?} under umask {umask:03o}"
            );
            close_as_owner(bench);
        }
    }
}

/// A client who is not admitted is told that access was denied, by the backend's own client.
pub(crate) fn a_client_who_is_not_admitted_is_denied_access(bench: &mut Bench) {
    let name = listen_as_owner(bench, SocketOptions::USER);
    bench.world.act_as(Some(STRANGER));
    let failure = bench.fail_to_connect(&name);
    bench.world.act_as(None);
    assert_eq!(failure.kind(), ErrorKind::Access);
}

/// Returns whether a stranger connects while the server listens and closes.
fn stranger_slips_in(bench: &mut Bench) -> bool {
    let name = bench.world.full_name("server");
    let subject = &mut bench.subject;
    bench
        .world
        .is_breached(STRANGER.0, STRANGER.1, &name, &mut || {
            assert_eq!(subject.listen(&name), Ok(()));
            subject.close();
        })
}

/// There is no moment at which somebody gets in who is not admitted.
pub(crate) fn nobody_slips_in_before_the_mode_is_set(bench: &mut Bench) {
    bench.world.set_umask(0o000);
    bench.subject.set_socket_options(SocketOptions::USER);
    assert!(
        !stranger_slips_in(bench),
        "a stranger connected to a socket that is for its user alone"
    );
}

/// Where modes are ignored a set that restricts access is refused, and everybody gets in otherwise.
pub(crate) fn where_modes_are_ignored_restricting_sets_are_refused(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    let restricts = |options| options != SocketOptions::WORLD && options != SocketOptions::empty();
    for (options, _) in all_sets() {
        bench.subject.set_socket_options(options);
        let result = bench.subject.listen(&name);
        if bench.world.caps().modes || !restricts(options) {
            assert_eq!(result, Ok(()), "{options:?}");
        } else {
            let expected = Failure::new(Operation::Listen, ErrorKind::Unsupported)
                .with_detail(Detail::AccessNotEnforced);
            assert_eq!(result, Err(ListenError::Failed(expected)), "{options:?}");
            bench.expect_nothing_on_disk();
        }
        bench.subject.close();
    }
    let name = listen_as_owner(bench, SocketOptions::WORLD);
    assert_eq!(admitted(bench, &name), [true, true, true]);
}

/// An ACL that the directory gives to new files admits nobody whom the options do not name.
pub(crate) fn an_inherited_acl_admits_nobody_else(bench: &mut Bench) {
    if !has_acl_for_stranger(bench) {
        return;
    }
    for (options, mode) in all_sets()
        .into_iter()
        .filter(|(options, _)| !options.is_empty())
    {
        let name = listen_as_owner(bench, options);
        let mode = mode.expect("the options say who is admitted");
        assert_eq!(bench.permissions(&name), mode, "{options:?}");
        let expected = [mode & 0o200 != 0, mode & 0o020 != 0, mode & 0o002 != 0];
        assert_eq!(admitted(bench, &name), expected, "{options:?}");
        close_as_owner(bench);
    }
}

/// Without options it does what it says.
pub(crate) fn without_options_an_inherited_acl_counts(bench: &mut Bench) {
    if !has_acl_for_stranger(bench) {
        return;
    }
    bench.world.set_umask(0o000);
    let name = listen_as_owner(bench, SocketOptions::empty());
    assert_eq!(admitted(bench, &name), [true, true, true]);
}

/// Nobody whom an inherited ACL names gets in before it is removed.
pub(crate) fn nobody_slips_in_by_an_inherited_acl(bench: &mut Bench) {
    if !has_acl_for_stranger(bench) {
        return;
    }
    bench.world.set_umask(0o000);
    let both = SocketOptions::USER | SocketOptions::GROUP;
    bench.subject.set_socket_options(both);
    assert!(
        !stranger_slips_in(bench),
        "a user connected whom only the ACL names"
    );
}

/// The owner and the group that were set are those who are admitted.
pub(crate) fn the_file_is_given_to_its_owner_and_group(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    bench
        .subject
        .set_owner(Owner::new(Some(OWNER.0), Some(OWNER.1)));
    for (options, mode) in all_sets()
        .into_iter()
        .filter(|(options, _)| !options.is_empty())
    {
        bench.subject.set_socket_options(options);
        bench.listen(&name);
        let mode = mode.expect("the options say who is admitted");
        match bench.world.entry(&name) {
            Entry::Socket {
                mode: actual,
                owner,
                ..
            } => {
                assert_eq!((actual, owner), (mode, OWNER), "{options:?}");
            }
            other => panic!("{other:?} instead of a socket"),
        }
        let expected = [mode & 0o200 != 0, mode & 0o020 != 0, mode & 0o002 != 0];
        assert_eq!(admitted(bench, &name), expected, "{options:?}");
        bench.subject.close();
        bench.subject.discard_pending();
        bench.expect_nothing_on_disk();
    }
}

/// A user who may not give the file away gets an error, and no file.
pub(crate) fn an_owner_that_may_not_be_set_leaves_nothing(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    bench.subject.set_socket_options(SocketOptions::USER);
    for owner in [
        Owner::new(Some(STRANGER.0), None),
        Owner::new(None, Some(STRANGER.1)),
    ] {
        bench.subject.set_owner(owner);
        bench.world.act_as(Some(OWNER));
        let result = bench.subject.listen(&name);
        bench.world.act_as(None);
        let failure = result
            .expect_err("it may not")
            .failure()
            .expect("no misuse");
        assert_eq!(failure.kind(), ErrorKind::Access);
        assert_eq!(failure.detail(), Detail::OwnerRefused);
        bench.expect_idle();
        bench.expect_nothing_on_disk();
    }
}

/// One's own group takes no privilege.
pub(crate) fn ones_own_group_can_be_set_without_privileges(bench: &mut Bench) {
    bench.subject.set_owner(Owner::new(None, Some(OWNER.1)));
    let name = listen_as_owner(bench, SocketOptions::GROUP);
    assert_eq!(admitted(bench, &name), [false, true, false]);
}

/// Makes new files inherit an ACL that admits the stranger. Returns false where there are no ACLs.
fn has_acl_for_stranger(bench: &mut Bench) -> bool {
    let has_acl = bench.world.inherit_acl(STRANGER.0);
    skip_unless(has_acl, "the file system has no ACLs");
    has_acl
}

/// Listens as a user without privileges.
#[track_caller]
fn listen_as_owner(bench: &mut Bench, options: SocketOptions) -> ServerName {
    let name = bench.world.full_name("server");
    bench.subject.set_socket_options(options);
    bench.world.act_as(Some(OWNER));
    let result = bench.subject.listen(&name);
    bench.world.act_as(None);
    assert_eq!(result, Ok(()));
    name
}

fn close_as_owner(bench: &mut Bench) {
    bench.world.act_as(Some(OWNER));
    bench.subject.close();
    bench.world.act_as(None);
    bench.subject.discard_pending();
}

/// Tells which of the owner, a member of the group and a stranger can connect.
#[track_caller]
fn admitted(bench: &mut Bench, name: &ServerName) -> [bool; 3] {
    [OWNER, MEMBER, STRANGER].map(
        |(user, group)| match bench.world.connect_as(user, group, name) {
            Ok(()) => true,
            Err(ErrorKind::Access) => false,
            Err(kind) => panic!("user {user} of group {group} met {kind:?}"),
        },
    )
}
