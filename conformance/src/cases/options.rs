//! Access options, checked by the mode of the socket file: OPT.

use super::occupied::OCCUPANTS;
use super::prelude::*;

const UMASKS: [u32; 3] = [0o000, 0o022, 0o077];

pub(crate) fn options_have_documented_bits(_t: &mut Fixture) {
    assert_eq!(SocketOptions::empty().bits(), 0x0);
    assert_eq!(SocketOptions::USER.bits(), 0x1);
    assert_eq!(SocketOptions::GROUP.bits(), 0x2);
    assert_eq!(SocketOptions::OTHER.bits(), 0x4);
    assert_eq!(SocketOptions::WORLD.bits(), 0x7);
    assert_eq!(
        SocketOptions::USER | SocketOptions::GROUP | SocketOptions::OTHER,
        SocketOptions::WORLD
    );
}

pub(crate) fn no_option_leaves_mode_to_umask(t: &mut Fixture) {
    for umask in UMASKS {
        t.env.set_umask(umask);
        let name = t.listen_on("server");
        assert_eq!(t.permissions(&name), 0o777 & !umask);
        t.subject.close();
        t.env.delete(&name);
    }
}

pub(crate) fn options_give_exact_modes(t: &mut Fixture) {
    let (user, other) = (SocketOptions::USER, SocketOptions::OTHER);
    assert_eq!(mode_with(t, user), 0o700);
    assert_eq!(mode_with(t, SocketOptions::GROUP), 0o070);
    assert_eq!(mode_with(t, other), 0o007);
    assert_eq!(mode_with(t, user | other), 0o707);
}

pub(crate) fn world_gives_mode_0777(t: &mut Fixture) {
    assert_eq!(mode_with(t, SocketOptions::WORLD), 0o777);
}

pub(crate) fn all_sets_give_exact_modes_under_every_umask(t: &mut Fixture) {
    for umask in UMASKS {
        t.env.set_umask(umask);
        for (options, expected) in all_sets() {
            let expected = expected.unwrap_or(0o777 & !umask);
            let mode = mode_with(t, options);
            let message = format!("{mode:03o} with {options:?} under {umask:03o}");
            assert_eq!(mode, expected, "{message}");
        }
    }
}

pub(crate) fn listen_keeps_umask(t: &mut Fixture) {
    t.env.set_umask(0o027);
    mode_with(t, SocketOptions::WORLD);
    assert_eq!(mode_with(t, SocketOptions::empty()), 0o750);
}

pub(crate) fn options_create_no_other_file(t: &mut Fixture) {
    t.subject.set_socket_options(SocketOptions::USER);
    let name = t.listen_on("server");
    assert_eq!(t.env.list().len(), 1, "{:?}", t.env.list());
    t.subject.close();
    t.expect_nothing_on_disk();
    t.expect_absent(&name);
}

pub(crate) fn options_apply_to_next_listen(t: &mut Fixture) {
    t.subject.set_socket_options(SocketOptions::USER);
    let name = t.listen_on("server");
    let before = t.env.entry(&name);
    t.subject.set_socket_options(SocketOptions::WORLD);
    t.subject.settle();
    assert_eq!(t.env.entry(&name), before);
    t.subject.close();
    t.listen(&name);
    assert_eq!(t.permissions(&name), 0o777);
}

pub(crate) fn options_are_stored_while_listening(t: &mut Fixture) {
    t.listen_on("server");
    t.subject.set_socket_options(SocketOptions::GROUP);
    assert_eq!(t.observe().options, SocketOptions::GROUP);
    assert!(t.observe().listening);
}

pub(crate) fn abstract_option_while_listening_keeps_no_file(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.subject.set_socket_options(SocketOptions::ABSTRACT);
    t.subject.close();
    t.expect_absent(&name);
}

pub(crate) fn options_are_read_back(t: &mut Fixture) {
    for bits in 0..=0xF {
        let options = SocketOptions::from_bits_truncate(bits);
        t.subject.set_socket_options(options);
        assert_eq!(t.observe().options, options);
    }
    t.subject.set_socket_options(SocketOptions::WORLD);
    t.listen_on("server");
    t.subject.close();
    assert_eq!(t.observe().options, SocketOptions::WORLD);
}

pub(crate) fn options_keep_live_server(t: &mut Fixture) {
    let name = t.place_at("server", Occupant::LiveServer);
    t.subject.set_socket_options(SocketOptions::WORLD);
    assert_eq!(t.fail_to_listen(&name).kind, ErrorKind::AddressInUse);
    assert!(t.env.is_unchanged(&name));
    assert!(t.env.placed_server_answers(&name));
}

pub(crate) fn options_keep_every_occupant(t: &mut Fixture) {
    for (number, (options, _)) in all_sets().into_iter().enumerate() {
        for occupant in OCCUPANTS {
            let name = t.place_at(&format!("{occupant:?}{number}"), occupant);
            t.subject.set_socket_options(options);
            let error = t.fail_to_listen(&name);
            assert_eq!(
                error.kind,
                ErrorKind::AddressInUse,
                "{occupant:?} {options:?}"
            );
            assert!(t.env.is_unchanged(&name), "{occupant:?} {options:?}");
        }
    }
}

/// Returns the eight sets of access options with their modes. Without options the umask decides.
pub(super) fn all_sets() -> [(SocketOptions, Option<u32>); 8] {
    [0o000, 0o700, 0o070, 0o770, 0o007, 0o707, 0o077, 0o777].map(|mode| {
        let bits = [(0o700, SocketOptions::USER), (0o070, SocketOptions::GROUP)];
        let bits = bits.into_iter().chain([(0o007, SocketOptions::OTHER)]);
        let set = bits
            .filter(|(bit, _)| mode & bit != 0)
            .map(|(_, option)| option);
        (set.collect(), (mode != 0).then_some(mode))
    })
}

/// Listens with these options, closes, and returns the mode.
#[track_caller]
fn mode_with(t: &mut Fixture, options: SocketOptions) -> u32 {
    t.subject.set_socket_options(options);
    let name = t.listen_on("server");
    let mode = t.permissions(&name);
    t.subject.close();
    mode
}
