//! Occupied names, and failures that must not change the occupant: LIS-9, LIS-3.

use super::prelude::*;

pub(super) const OCCUPANTS: [Occupant; 7] = [
    Occupant::File,
    Occupant::Directory,
    Occupant::DanglingLink,
    Occupant::LinkToFile,
    Occupant::LinkToItself,
    Occupant::StaleSocket,
    Occupant::LiveServer,
];

pub(crate) fn occupied_name_is_in_use(t: &mut Fixture) {
    for occupant in OCCUPANTS {
        let name = t.place_at(&format!("{occupant:?}"), occupant);
        let error = t.fail_to_listen(&name);
        assert_eq!(error.kind, ErrorKind::AddressInUse, "{occupant:?}");
        t.expect_idle();
        assert!(t.env.is_unchanged(&name), "{occupant:?}");
    }
}

pub(crate) fn live_server_answers_after_many_attempts(t: &mut Fixture) {
    let name = t.place_at("server", Occupant::LiveServer);
    for attempts in [1, 2, 20] {
        for _ in 0..attempts {
            assert_eq!(t.fail_to_listen(&name).kind, ErrorKind::AddressInUse);
        }
        assert!(t.env.placed_server_answers(&name));
    }
}

pub(crate) fn bound_socket_is_in_use(t: &mut Fixture) {
    let name = t.env.full_name("bound");
    let _bound = t.env.descriptor(DescriptorKind::Bound, &name);
    assert_eq!(t.fail_to_listen(&name).kind, ErrorKind::AddressInUse);
    t.expect_socket(&name);
}

pub(crate) fn exhaustion_keeps_occupant(t: &mut Fixture) {
    for occupant in OCCUPANTS {
        let name = t.place_at(&format!("{occupant:?}"), occupant);
        for spare in 0..4 {
            let result = t.with_spare(spare, |t| t.subject.listen(&name));
            assert!(result.is_err(), "{occupant:?} with {spare} spare");
            assert!(t.env.is_unchanged(&name), "{occupant:?} with {spare} spare");
        }
    }
    let live = t.env.full_name("LiveServer");
    assert!(t.env.placed_server_answers(&live));
}

pub(crate) fn exhaustion_leaves_nothing(t: &mut Fixture) {
    let name = t.env.full_name("server");
    for options in [SocketOptions::empty(), SocketOptions::WORLD] {
        t.subject.set_socket_options(options);
        for spare in 0..4 {
            match t.with_spare(spare, |t| t.subject.listen(&name)) {
                Ok(()) => t.subject.close(),
                Err(error) => {
                    t.expect_idle();
                    assert_eq!(error.kind, ErrorKind::Resources);
                }
            }
            t.expect_nothing_on_disk();
        }
    }
    t.listen(&name);
}

pub(crate) fn exhaustion_closes_descriptors(t: &mut Fixture) {
    let name = t.env.full_name("server");
    t.subject.set_socket_options(SocketOptions::WORLD);
    t.listen(&name);
    t.subject.close();
    let before = t.env.open_descriptors();
    for spare in 0..4 {
        let _ = t.with_spare(spare, |t| t.subject.listen(&name));
        t.subject.close();
        assert_eq!(t.env.open_descriptors(), before, "with {spare} spare");
    }
}
