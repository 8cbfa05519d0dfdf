//! Access options, seen by the mode of the socket file: OPT.

use crate::prelude::*;

/// The umasks with which modes are checked.
const UMASKS: [u32; 3] = [0o000, 0o022, 0o077];

/// The options are a bit set with the documented values.
pub(crate) fn options_have_the_documented_bits(_bench: &mut Bench) {
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

/// With no option the mode is what the umask leaves of everything.
pub(crate) fn no_option_leaves_the_mode_to_the_umask(bench: &mut Bench) {
    for umask in UMASKS {
        bench.world.set_umask(umask);
        assert_eq!(mode_with(bench, SocketOptions::empty()), 0o777 & !umask);
    }
}

/// The user option gives the user everything, and nobody else anything.
pub(crate) fn the_user_option_gives_mode_0700(bench: &mut Bench) {
    assert_eq!(mode_with(bench, SocketOptions::USER), 0o700);
}

/// The group option gives the group everything, and the user nothing.
pub(crate) fn the_group_option_gives_mode_0070(bench: &mut Bench) {
    assert_eq!(mode_with(bench, SocketOptions::GROUP), 0o070);
}

/// The other option gives all others everything, and user and group nothing.
pub(crate) fn the_other_option_gives_mode_0007(bench: &mut Bench) {
    assert_eq!(mode_with(bench, SocketOptions::OTHER), 0o007);
}

/// The world option gives everybody everything.
pub(crate) fn the_world_option_gives_mode_0777(bench: &mut Bench) {
    assert_eq!(mode_with(bench, SocketOptions::WORLD), 0o777);
}

/// Two options add up.
pub(crate) fn two_options_add_up(bench: &mut Bench) {
    let both = SocketOptions::USER | SocketOptions::OTHER;
    assert_eq!(mode_with(bench, both), 0o707);
}

/// All eight sets have their exact mode, whatever the umask.
pub(crate) fn all_eight_sets_have_exact_modes_under_every_umask(bench: &mut Bench) {
    for umask in UMASKS {
        bench.world.set_umask(umask);
        for (options, expected) in all_sets() {
            let expected = expected.unwrap_or(0o777 & !umask);
            let mode = mode_with(bench, options);
            assert_eq!(
                mode, expected,
                "{options:?} under {umask:03o}: {mode:03o}, not {expected:03o}"
            );
        }
    }
}

/// The umask of the process is the same after listen as before it.
pub(crate) fn listening_leaves_the_umask_alone(bench: &mut Bench) {
    bench.world.set_umask(0o027);
    mode_with(bench, SocketOptions::WORLD);
    assert_eq!(mode_with(bench, SocketOptions::empty()), 0o750);
}

/// Options leave nothing beside the socket, neither while listening nor after it.
pub(crate) fn options_leave_nothing_beside_the_socket(bench: &mut Bench) {
    bench.subject.set_socket_options(SocketOptions::USER);
    let name = bench.listen_on("server");
    assert_eq!(bench.world.list().len(), 1, "{:?}", bench.world.list());
    bench.subject.close();
    bench.expect_nothing_on_disk();
    assert_eq!(bench.world.entry(&name), Entry::Absent);
}

/// Options set while listening leave the socket as it is, and serve the next listen.
pub(crate) fn options_set_while_listening_serve_the_next_listen(bench: &mut Bench) {
    bench.subject.set_socket_options(SocketOptions::USER);
    let name = bench.listen_on("server");
    let before = bench.world.entry(&name);
    bench.subject.set_socket_options(SocketOptions::WORLD);
    bench.subject.settle();
    assert_eq!(
        bench.world.entry(&name),
        before,
        "the running one is unchanged"
    );
    bench.subject.close();
    bench.listen(&name);
    assert_eq!(bench.permissions(&name), 0o777);
}

/// Options set while listening are stored at once.
pub(crate) fn options_set_while_listening_are_stored(bench: &mut Bench) {
    bench.listen_on("server");
    bench.subject.set_socket_options(SocketOptions::GROUP);
    assert_eq!(bench.observe().options, SocketOptions::GROUP);
    assert!(bench.observe().listening);
}

/// Going abstract while listening on a file does not make close forget the file.
pub(crate) fn going_abstract_while_listening_does_not_leave_the_file(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.subject.set_socket_options(SocketOptions::ABSTRACT);
    bench.subject.close();
    assert_eq!(bench.world.entry(&name), Entry::Absent);
}

/// The options read back as they were set, and survive a close.
pub(crate) fn options_read_back(bench: &mut Bench) {
    for bits in 0..=0xF {
        let options = SocketOptions::from_bits_truncate(bits);
        bench.subject.set_socket_options(options);
        assert_eq!(bench.observe().options, options);
    }
    bench.subject.set_socket_options(SocketOptions::WORLD);
    bench.listen_on("server");
    bench.subject.close();
    assert_eq!(bench.observe().options, SocketOptions::WORLD);
}

/// With an option set, an occupied name is an occupied name, and the occupant stays.
pub(crate) fn options_do_not_displace_a_live_server(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    bench.world.plant(&name, Plant::LiveServer);
    bench.subject.set_socket_options(SocketOptions::WORLD);
    let failure = bench.fail_to_listen(&name);
    assert_eq!(failure.kind(), ErrorKind::AddressInUse);
    assert!(bench.world.is_untouched(&name));
    assert!(bench.world.rival_serves(&name));
}

/// No option set displaces any kind of occupant.
pub(crate) fn no_option_set_displaces_any_occupant(bench: &mut Bench) {
    for (number, (options, _)) in all_sets().into_iter().enumerate() {
        for plant in [
            Plant::File,
            Plant::Directory,
            Plant::DanglingLink,
            Plant::LinkToFile,
            Plant::StaleSocket,
            Plant::LiveServer,
        ] {
            let name = bench.world.full_name(&format!("{plant:?}{number}"));
            bench.world.plant(&name, plant);
            bench.subject.set_socket_options(options);
            let failure = bench.fail_to_listen(&name);
            assert_eq!(
                failure.kind(),
                ErrorKind::AddressInUse,
                "{plant:?} {options:?}"
            );
            assert!(bench.world.is_untouched(&name), "{plant:?} {options:?}");
        }
    }
}

/// The eight sets of access options, each with its mode where the set says one.
pub(super) fn all_sets() -> Vec<(SocketOptions, Option<u32>)> {
    let none = SocketOptions::empty();
    let (user, group, other) = (
        SocketOptions::USER,
        SocketOptions::GROUP,
        SocketOptions::OTHER,
    );
    vec![
        (none, None),
        (user, Some(0o700)),
        (group, Some(0o070)),
        (user | group, Some(0o770)),
        (other, Some(0o007)),
        (user | other, Some(0o707)),
        (group | other, Some(0o077)),
        (SocketOptions::WORLD, Some(0o777)),
    ]
}

/// Listens with these options, looks at the mode, and closes.
#[track_caller]
fn mode_with(bench: &mut Bench, options: SocketOptions) -> u32 {
    bench.subject.set_socket_options(options);
    let name = bench.listen_on("server");
    let mode = bench.permissions(&name);
    bench.subject.close();
    mode
}
