//! Names that are occupied, and failures that must not touch the occupant: LIS-9, LIS-3.

use crate::clauses::Platform;
use crate::prelude::*;

/// Everything that may stand at a name before a server comes along.
const OCCUPANTS: [Plant; 7] = [
    Plant::File,
    Plant::Directory,
    Plant::DanglingLink,
    Plant::LinkToFile,
    Plant::LinkToItself,
    Plant::StaleSocket,
    Plant::LiveServer,
];

/// A live server at the name: address in use, and it goes on serving.
pub(crate) fn a_live_server_is_untouched(bench: &mut Bench) {
    let name = expect_in_use(bench, Plant::LiveServer);
    assert!(bench.world.rival_serves(&name));
}

/// A regular file at the name: address in use, and it is untouched.
pub(crate) fn a_file_is_untouched(bench: &mut Bench) {
    expect_in_use(bench, Plant::File);
}

/// A directory at the name: address in use, and it is untouched.
pub(crate) fn a_directory_is_untouched(bench: &mut Bench) {
    expect_in_use(bench, Plant::Directory);
}

/// A link to nothing at the name: address in use, and it is untouched.
pub(crate) fn a_dangling_link_is_untouched(bench: &mut Bench) {
    expect_in_use(bench, Plant::DanglingLink);
}

/// A link to a file at the name: address in use, and link and file are untouched.
pub(crate) fn a_link_to_a_file_is_untouched(bench: &mut Bench) {
    expect_in_use(bench, Plant::LinkToFile);
}

/// A second server of our own at the name of the first is refused, and the first goes on.
pub(crate) fn two_servers_cannot_share_a_name(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    bench.world.plant(&name, Plant::LiveServer);
    for _ in 0..3 {
        let failure = bench.fail_to_listen(&name);
        assert_eq!(failure.kind(), ErrorKind::AddressInUse);
        assert!(bench.world.rival_serves(&name));
    }
}

/// The failure tells what stands at the name.
pub(crate) fn the_failure_tells_what_is_there(bench: &mut Bench) {
    for (plant, occupant) in [
        (Plant::File, Occupant::File),
        (Plant::Directory, Occupant::Directory),
        (Plant::DanglingLink, Occupant::Link),
        (Plant::LinkToFile, Occupant::Link),
        (Plant::StaleSocket, Occupant::StaleSocket),
        (Plant::LiveServer, Occupant::LiveServer),
    ] {
        let name = bench.world.full_name(&format!("{plant:?}"));
        bench.world.plant(&name, plant);
        let failure = bench.fail_to_listen(&name);
        assert_eq!(failure.detail(), Detail::Occupied(occupant), "{plant:?}");
    }
}

/// The failure tells a socket that does not listen from a live server.
pub(crate) fn the_failure_tells_a_socket_that_does_not_listen(bench: &mut Bench) {
    let name = bench.world.full_name("silent");
    let _silent = bench.world.descriptor(DescriptorKind::Bound, &name);
    let failure = bench.fail_to_listen(&name);
    assert_eq!(failure.kind(), ErrorKind::AddressInUse);
    let occupant = match bench.world.caps().platform {
        Platform::Linux => Occupant::NotListening,
        _ => Occupant::LiveServer,
    };
    assert_eq!(failure.detail(), Detail::Occupied(occupant));
    assert!(bench.world.entry(&name).mode().is_some());
}

/// Finding out what stands at the name leaves no client at a live server.
pub(crate) fn a_live_server_is_served_after_many_attempts(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    bench.world.plant(&name, Plant::LiveServer);
    for _ in 0..20 {
        bench.fail_to_listen(&name);
    }
    assert!(bench.world.rival_serves(&name));
}

/// Descriptors run out during listen while something stands at the name: it is untouched.
pub(crate) fn running_out_of_descriptors_touches_nothing(bench: &mut Bench) {
    for plant in OCCUPANTS {
        let name = bench.world.full_name(&format!("{plant:?}"));
        bench.world.plant(&name, plant);
        for spare in 0..4 {
            let result = listen_with_spare(bench, &name, spare);
            assert!(result.is_err(), "{plant:?} with {spare} spare");
            assert!(
                bench.world.is_untouched(&name),
                "{plant:?} with {spare} spare"
            );
        }
    }
    let live = bench.world.full_name(&format!("{:?}", Plant::LiveServer));
    assert!(bench.world.rival_serves(&live));
}

/// Descriptors run out during listen on a free name: nothing is left behind.
pub(crate) fn running_out_of_descriptors_leaves_nothing_behind(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    for options in [SocketOptions::empty(), SocketOptions::WORLD] {
        bench.subject.set_socket_options(options);
        for spare in 0..4 {
            if listen_with_spare(bench, &name, spare).is_ok() {
                bench.subject.close();
            } else {
                bench.expect_idle();
                assert_eq!(bench.error(), Some(ErrorKind::Resources));
            }
            bench.expect_nothing_on_disk();
        }
    }
    bench.listen(&name);
}

/// Running out of descriptors during listen leaves none open.
pub(crate) fn running_out_of_descriptors_leaks_none(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    bench.subject.set_socket_options(SocketOptions::WORLD);
    bench.listen(&name);
    bench.subject.close();
    let before = bench.world.open_descriptors();
    for spare in 0..4 {
        let _ = listen_with_spare(bench, &name, spare);
        bench.subject.close();
        assert_eq!(bench.world.open_descriptors(), before, "with {spare} spare");
    }
}

fn listen_with_spare(
    bench: &mut Bench,
    name: &ServerName,
    spare: usize,
) -> Result<(), ListenError> {
    bench.world.limit_descriptors(spare);
    let result = bench.subject.listen(name);
    bench.world.unlimit_descriptors();
    result
}

/// Listens on an occupied name, and expects it to be in use and its occupant untouched.
#[track_caller]
fn expect_in_use(bench: &mut Bench, plant: Plant) -> ServerName {
    let name = bench.world.full_name("occupied");
    bench.world.plant(&name, plant);
    let failure = bench.fail_to_listen(&name);
    assert_eq!(failure.kind(), ErrorKind::AddressInUse);
    bench.expect_idle();
    assert!(
        bench.world.is_untouched(&name),
        "{plant:?} has to be as it was"
    );
    name
}
