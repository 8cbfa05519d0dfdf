//! The transition table: the result of every input in every phase.
//!
//! `docs/state-machine.md` is the table. `page` compares it with the machine: `inputs` has its rows,
//! `columns` its columns, `fixture` runs one cell. Cases that need two listeners are in this file.

mod columns;
mod fixture;
mod inputs;
mod page;

use anteroom_core::{
    Backlog, Effect, ErrorKind, Failure, ListenOptions, ListenerId, Operation, OsEvent, Owner,
    Server, ServerName, SocketOptions,
};

use columns::Origin;
use fixture::{effects, facts};

#[test]
fn a_bind_has_the_options_at_the_time_of_listen() {
    let mut server = Server::<u8>::new();
    server.set_socket_options(SocketOptions::USER);
    server.set_backlog(Backlog::Limited(4));
    server.set_owner(Owner::new(None, Some(5)));
    assert_eq!(server.owner(), Owner::new(None, Some(5)));

    let listener = server.listen(ServerName::from("editor")).expect("idle");
    server.set_listen_options(ListenOptions::new());

    assert_eq!(
        server.poll_effect(),
        Some(Effect::Bind {
            listener,
            name: ServerName::from("editor"),
            options: ListenOptions::new()
                .with_socket(SocketOptions::USER)
                .with_owner(Owner::new(None, Some(5)))
                .with_backlog(Backlog::Limited(4)),
        })
    );
    assert_eq!(server.poll_effect(), None);
}

#[test]
fn a_new_server_is_idle_and_has_the_documented_defaults() {
    let mut server = Server::<u8>::new();

    assert!(!server.is_listening());
    assert_eq!(server.max_pending(), 30);
    assert_eq!(server.socket_options(), SocketOptions::empty());
    assert_eq!(server.pending_len(), 0);
    assert_eq!(server.last_error(), None);
    assert_eq!(server.error_string(), "");
    assert_eq!(server.poll_effect(), None);
    assert_eq!(server.end(), None);
    assert_eq!(server.pause(), None);
    assert_eq!(server.take_new_connections(), 0);
    assert_eq!(server.take_loss(), None);
    assert_eq!(server.poll_timeout(), None);
    assert_eq!(server.wants_accept(), None);
}

#[test]
fn an_adopted_file_stays_even_if_the_event_says_that_it_was_created() {
    let close = |server: &mut Server<u8>| server.close();
    let drain = |server: &mut Server<u8>| server.drain();
    for stop in [close, drain] {
        let mut server = Server::new();
        let listener = server.listen_adopted().expect("idle");
        effects(&mut server);
        server.handle(bound_with_file(listener));

        stop(&mut server);

        assert!(!effects(&mut server).contains(&Effect::Unlink { listener }));
    }
}

#[test]
fn an_adopted_file_stays_if_the_server_was_closed_while_binding() {
    let mut server = Server::new();
    let listener = server.listen_adopted().expect("idle");
    effects(&mut server);
    server.close();

    server.handle(bound_with_file(listener));

    assert_eq!(effects(&mut server), [Effect::Close { listener }]);
}

#[test]
fn an_unlink_failure_has_the_names_of_its_listener() {
    for closes_early in [false, true] {
        let mut server = Server::new();
        let listener = server.listen(ServerName::from("editor")).expect("idle");
        effects(&mut server);
        if closes_early {
            server.close();
            server.handle(bound_with_file(listener));
        } else {
            server.handle(bound_with_file(listener));
            server.close();
        }
        effects(&mut server);

        server.handle(OsEvent::UnlinkFailed {
            listener,
            failure: Failure::new(Operation::Close, ErrorKind::Access),
        });

        let (_, full_name) = server.last_error_names();
        assert_eq!(full_name, Some(&ServerName::from("/tmp/editor")));
    }
}

#[test]
fn a_late_unlink_failure_does_not_have_the_names_of_a_later_listener() {
    let mut server = Server::new();
    let [first, _second] = ["first", "second"].map(|name| {
        let listener = server.listen(ServerName::from(name)).expect("idle");
        effects(&mut server);
        server.handle(bound_with_file(listener));
        server.close();
        effects(&mut server);
        listener
    });

    server.handle(OsEvent::UnlinkFailed {
        listener: first,
        failure: Failure::new(Operation::Close, ErrorKind::Access),
    });

    assert!(server.last_error().is_some());
    assert_eq!(server.last_error_names(), (None, None));
}

#[test]
fn a_failed_bind_is_forgotten_and_other_abandoned_ones_are_closed() {
    let mut server = Server::new();
    let [first, second] = ["first", "second"].map(|name| {
        let listener = server.listen(ServerName::from(name)).expect("idle");
        effects(&mut server);
        server.close();
        listener
    });

    server.handle(OsEvent::BindFailed {
        listener: first,
        failure: Failure::new(Operation::Listen, ErrorKind::Access),
        full_name: None,
    });
    server.handle(bound_with_file(first));
    assert_eq!(effects(&mut server), [], "its bind has failed");
    server.handle(bound_with_file(second));

    let close = Effect::Close { listener: second };
    assert!(effects(&mut server).contains(&close));
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "effects are taken after every command")]
fn a_command_before_the_effects_are_taken_panics() {
    let mut server = Server::<u8>::new();
    let _ = server.listen(ServerName::from("editor"));

    server.close();
}

fn bound_with_file(listener: ListenerId) -> OsEvent<u8> {
    let facts = facts(Origin::File);
    OsEvent::Bound { listener, facts }
}
