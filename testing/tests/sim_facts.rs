//! What the simulated operating systems do, fact by fact. No server takes part.

#![forbid(unsafe_code)]

use std::time::Duration;

use anteroom_conformance::{ClientState, ClientTag, Entry, Environment as _, ErrorKind, Step};
use anteroom_core::{
    AcceptFailure, Backlog, ListenOptions, Os as _, ServerName, SocketOptions, Time,
};
use anteroom_testing::sim::{Profile, SimConnection, SimListener, SimOs, SimWorld, Simulation};

#[test]
fn linux_queues_one_client_more_than_it_is_told() {
    let mut system = System::new(Profile::Linux);
    let (_listener, name) = system.listen(2);

    let clients = system.connect(&name, 4);

    let waiting = (ClientState::Waiting, 1);
    assert_eq!(
        system.states(&clients),
        [(ClientState::Connected, 3), waiting]
    );
}

#[test]
fn the_other_unixes_refuse_who_meets_a_full_queue() {
    let mut system = System::new(Profile::OtherUnix);
    let (_listener, name) = system.listen(2);

    let clients = system.connect(&name, 5);

    let refused = (ClientState::Failed(ErrorKind::Refused), 1);
    assert_eq!(
        system.states(&clients),
        [(ClientState::Connected, 4), refused]
    );
}

#[test]
fn pipes_have_as_many_places_as_instances_wait() {
    let mut system = System::new(Profile::Pipes);
    let (_listener, name) = system.listen(2);

    let clients = system.connect(&name, 3);

    let waiting = (ClientState::Waiting, 1);
    assert_eq!(
        system.states(&clients),
        [(ClientState::Connected, 2), waiting]
    );
}

#[test]
fn an_accept_makes_room_for_who_waits() {
    for (profile, backlog) in [(Profile::Linux, 1), (Profile::Pipes, 2)] {
        let mut system = System::new(profile);
        let (mut listener, name) = system.listen(backlog);
        let clients = system.connect(&name, 3);
        let last = clients[2];
        assert_eq!(system.world.client(last), ClientState::Waiting);

        let _connection = system.accept(&mut listener);

        assert_eq!(
            system.world.client(last),
            ClientState::Connected,
            "{profile:?}"
        );
    }
}

#[test]
fn who_is_queued_is_cut_off_when_the_listener_closes() {
    for profile in Profile::ALL {
        let mut system = System::new(profile);
        let (listener, name) = system.listen(4);
        let client = system.connect(&name, 1)[0];
        assert_eq!(system.world.write(client, b"lost"), Step::Wrote(4));

        drop(listener);

        let read = system.world.read(client, 1);
        assert!(
            matches!(read, Step::Broken | Step::End),
            "{profile:?}: {read:?}"
        );
        assert_eq!(
            system.world.write(client, b"more"),
            Step::Broken,
            "{profile:?}"
        );
    }
}

#[test]
fn closing_leaves_the_file_which_then_refuses() {
    let mut system = System::new(Profile::Linux);
    let (listener, name) = system.listen(4);

    drop(listener);

    assert!(matches!(system.world.entry(&name), Entry::Socket { .. }));
    let client = system.connect(&name, 1)[0];
    let refused = ClientState::Failed(ErrorKind::Refused);
    assert_eq!(system.world.client(client), refused);
}

#[test]
fn who_refuses_hands_out_who_is_queued_and_then_hangs_up() {
    for profile in [Profile::Linux, Profile::Pipes] {
        let mut system = System::new(profile);
        let (mut listener, name) = system.listen(4);
        let queued = system.connect(&name, 1)[0];

        system.os.refuse(&mut listener).expect("it can be refused");

        let late = system.connect(&name, 1)[0];
        assert_ne!(
            system.world.client(late),
            ClientState::Connected,
            "{profile:?}"
        );
        assert_eq!(system.os.examine(&mut listener), Ok(()), "{profile:?}");
        let connection = system.accept(&mut listener);
        assert_eq!(system.world.write(queued, b"hello"), Step::Wrote(5));
        assert_eq!(connection.read(9), Step::Read(b"hello".to_vec()));
        let next = system.os.try_accept(&mut listener);
        assert!(next.is_ok_and(|next| next.is_none()));
        assert!(system.os.examine(&mut listener).is_err(), "{profile:?}");
    }
}

#[test]
fn a_client_that_left_is_accepted_and_what_it_wrote_is_read() {
    for profile in Profile::ALL {
        let mut system = System::new(profile);
        let (mut listener, name) = system.listen(4);
        let client = system.connect(&name, 1)[0];
        system.world.write(client, b"bye");
        system.world.drop_client(client);

        let connection = system.accept(&mut listener);

        assert_eq!(
            connection.read(9),
            Step::Read(b"bye".to_vec()),
            "{profile:?}"
        );
        assert_eq!(connection.read(9), Step::End, "{profile:?}");
    }
}

#[test]
fn without_descriptors_accepting_fails_even_if_nobody_is_there() {
    let mut system = System::new(Profile::Linux);
    let (mut listener, name) = system.listen(4);
    system.world.limit_descriptors(0);

    let failure = system
        .os
        .try_accept(&mut listener)
        .expect_err("no descriptor is left");

    assert!(
        matches!(failure, AcceptFailure::Exhausted(_)),
        "{failure:?}"
    );
    system.world.unlimit_descriptors();
    system.connect(&name, 1);
    system.accept(&mut listener);
}

#[test]
fn without_handles_a_pipes_client_stays_inside() {
    let mut system = System::new(Profile::Pipes);
    let (mut listener, name) = system.listen(4);
    system.connect(&name, 1);
    system.world.limit_descriptors(0);

    let failure = system
        .os
        .try_accept(&mut listener)
        .expect_err("no handle is left");

    assert!(
        matches!(failure, AcceptFailure::Exhausted(_)),
        "{failure:?}"
    );
    system.world.unlimit_descriptors();
    system.accept(&mut listener);
}

#[test]
fn two_listeners_share_the_name_of_a_pipe_and_each_client_reaches_one() {
    let mut system = System::new(Profile::Pipes);
    let (mut one, name) = system.listen(1);
    let (mut other, _) = system.listen(1);

    let clients = system.connect(&name, 2);

    assert_eq!(system.states(&clients), [(ClientState::Connected, 2)]);
    system.accept(&mut one);
    system.accept(&mut other);
}

#[test]
fn an_accepted_connection_keeps_the_name_of_a_pipe_busy() {
    let mut system = System::new(Profile::Pipes);
    let (mut listener, name) = system.listen(1);
    system.connect(&name, 1);
    let connection = system.accept(&mut listener);
    drop(listener);

    let late = system.connect(&name, 1)[0];
    assert_eq!(
        system.world.client(late),
        ClientState::Waiting,
        "the name is busy"
    );
    drop(connection);
    let gone = ClientState::Failed(ErrorKind::NotFound);
    assert_eq!(system.world.client(late), gone, "the name has gone");
}

#[test]
fn names_of_pipes_are_the_same_in_upper_and_lower_case() {
    let mut system = System::new(Profile::Pipes);
    let (_listener, name) = system.listen(1);
    let shouted = ServerName::from(name.to_string().to_uppercase());

    let clients = system.connect(&shouted, 1);

    assert_eq!(system.states(&clients), [(ClientState::Connected, 1)]);
}

#[test]
fn only_linux_tells_that_unread_bytes_were_lost() {
    for (profile, expected) in [
        (Profile::Linux, Step::Broken),
        (Profile::OtherUnix, Step::End),
        (Profile::Pipes, Step::End),
    ] {
        let mut system = System::new(profile);
        let (mut listener, name) = system.listen(4);
        let client = system.connect(&name, 1)[0];
        let connection = system.accept(&mut listener);
        system.world.write(client, b"unread");

        drop(connection);

        assert_eq!(system.world.read(client, 1), expected, "{profile:?}");
        assert_eq!(system.world.read(client, 1), Step::End, "{profile:?}");
    }
}

#[test]
fn a_full_buffer_holds_the_writer_up_until_somebody_reads() {
    for profile in Profile::ALL {
        let simulation = Simulation::new(profile);
        let (one, other) = SimConnection::pair(&simulation).expect("a pair");
        let much = vec![1; 1 << 20];
        let Step::Wrote(count) = one.write(&much) else {
            panic!("there is room");
        };
        assert!(count < much.len(), "{profile:?}");
        assert_eq!(one.write(b"more"), Step::WouldBlock, "{profile:?}");

        assert_eq!(other.read(4), Step::Read(vec![1; 4]));

        assert_eq!(one.write(b"more!"), Step::Wrote(4), "{profile:?}");
    }
}

#[test]
fn time_passes_only_when_it_is_let() {
    let simulation = Simulation::new(Profile::Linux);
    assert_eq!(simulation.now(), Time::ZERO);

    simulation.pass(Duration::from_secs(3));
    let later = simulation.now().after(Duration::from_secs(4));
    simulation.block(Some(later));

    assert_eq!(simulation.now(), Time::ZERO.after(Duration::from_secs(7)));
}

#[test]
#[should_panic(expected = "nothing will ever happen")]
fn who_waits_for_nothing_is_found_out() {
    Simulation::new(Profile::Linux).block(None);
}

/// A simulated system, and all that is needed to ask it.
struct System {
    os: SimOs,
    world: SimWorld,
}

impl System {
    fn new(profile: Profile) -> Self {
        let simulation = Simulation::new(profile);
        Self {
            os: SimOs::new(simulation.clone()),
            world: SimWorld::new(simulation),
        }
    }

    fn listen(&mut self, backlog: u32) -> (SimListener, ServerName) {
        let name = self.world.full_name("server");
        let options = SocketOptions::empty();
        let bound = self.os.bind(
            &name,
            ListenOptions::from(options).with_backlog(Backlog::Limited(backlog)),
        );
        (bound.expect("the name is free").listener, name)
    }

    fn connect(&mut self, name: &ServerName, count: usize) -> Vec<ClientTag> {
        let connect = |_| self.world.connect(name, SocketOptions::empty());
        (0..count).map(connect).collect()
    }

    fn accept(&mut self, listener: &mut SimListener) -> SimConnection {
        let accepted = self.os.try_accept(listener).expect("accepting succeeds");
        accepted.expect("somebody is there")
    }

    /// Returns how the clients are doing, and how many after each other do so.
    fn states(&mut self, clients: &[ClientTag]) -> Vec<(ClientState, usize)> {
        let mut states: Vec<(ClientState, usize)> = Vec::new();
        for client in clients {
            let state = self.world.client(*client);
            match states.last_mut() {
                Some((last, count)) if *last == state => *count += 1,
                _ => states.push((state, 1)),
            }
        }
        states
    }
}
