//! The transition table: what the machine does in every phase with every input.
//!
//! `table` states it as data, `run` asks the machine, `levels` checks its queries, `snapshot` prints what the machine answered
//! into `docs/state-machine.md`.

mod levels;
mod run;
mod snapshot;
mod table;
mod vocabulary;

use anteroom_core::{
    Backlog, BoundFacts, Effect, ErrorKind, Failure, ListenOptions, ListenerId, Operation, OsEvent,
    Owner, Server, ServerName, SocketOptions,
};

use run::run;
use table::{Row, TABLE};
use vocabulary::{Column, Input};

#[test]
fn the_machine_does_what_the_table_says_in_every_phase_with_every_input() {
    let mut wrong = Vec::new();

    for Row(input, cells) in &TABLE {
        for (column, cell) in Column::ALL.into_iter().zip(cells) {
            for origin in column.origins() {
                let expected = cell.expected(column, *origin);
                let observed = run(*input, column, *origin);
                if observed != expected {
                    wrong.push(format!(
                        "{} in {column:?} ({origin:?})\n  table:   {expected:?}\n  machine: {observed:?}",
                        input.label()
                    ));
                }
            }
        }
    }

    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_table_has_one_row_for_every_input() {
    for input in Input::ALL {
        let rows = TABLE.iter().filter(|Row(of, _)| of == input).count();
        assert_eq!(rows, 1, "{}", input.label());
    }
    assert_eq!(TABLE.len(), Input::ALL.len());
}

#[test]
fn a_bind_carries_the_options_the_owner_and_the_backlog_of_its_moment() {
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
fn a_fresh_server_does_not_listen_and_has_the_documented_defaults() {
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
fn an_adopted_file_stays_even_if_the_platform_says_that_it_made_it() {
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
fn an_adopted_file_stays_when_its_listener_comes_after_the_close() {
    let mut server = Server::new();
    let listener = server.listen_adopted().expect("idle");
    effects(&mut server);
    server.close();

    server.handle(bound_with_file(listener));

    assert_eq!(effects(&mut server), [Effect::Close { listener }]);
}

#[test]
fn a_file_that_cannot_be_removed_is_reported_by_its_name() {
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
fn a_file_that_cannot_be_removed_late_is_not_reported_by_the_name_of_another() {
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
fn a_bind_that_fails_after_its_close_leaves_the_others_to_be_closed() {
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
    assert_eq!(effects(&mut server), [], "it has had its answer");
    server.handle(bound_with_file(second));

    let close = Effect::Close { listener: second };
    assert!(effects(&mut server).contains(&close));
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "effects are taken after every command")]
fn effects_that_are_left_are_a_broken_invariant() {
    let mut server = Server::<u8>::new();
    let _ = server.listen(ServerName::from("editor"));

    server.close();
}

fn bound_with_file(listener: ListenerId) -> OsEvent<u8> {
    let facts = BoundFacts::unnamed()
        .with_full_name(ServerName::from("/tmp/editor"))
        .with_file();
    OsEvent::Bound { listener, facts }
}

fn effects(server: &mut Server<u8>) -> Vec<Effect<u8>> {
    core::iter::from_fn(|| server.poll_effect()).collect()
}
