//! Listening, adopting, closing and draining: the calls of the operating system, in order.

use std::rc::Rc;

use anteroom_core::{
    Backlog, Detail, End, ErrorKind, Failure, ListenError, ListenOptions, Operation, Owner,
    PhaseName, ServerName, SocketOptions,
};

use crate::script::{
    Script, accept, answer, connection, driver, empty, failure, full_name, listening,
};

#[test]
fn listen_binds_with_the_options() {
    let (mut driver, log) = driver(Script::default());
    driver.command(|server| server.set_socket_options(SocketOptions::GROUP));
    driver.command(|server| server.set_backlog(Backlog::Limited(7)));

    let result = driver.listen(ServerName::from("editor"));

    assert_eq!(result, Ok(()));
    assert_eq!(log.take(), ["bind editor 0x2 Limited(7)"]);
    assert!(driver.listener().is_some());
    let names = [
        driver.server().server_name(),
        driver.server().full_server_name(),
    ];
    let name = ServerName::from("editor");
    assert_eq!(names, [Some(&name), Some(&full_name(&name))]);
}

#[test]
fn a_failed_listen_leaves_only_the_error() {
    let (mut driver, log) = driver(Script {
        fails_to_bind: true,
        ..Script::default()
    });
    let name = ServerName::from("editor");

    let result = driver.listen(name.clone());

    assert_eq!(result, Err(ListenError::Failed(failure(Operation::Listen))));
    assert!(driver.listener().is_none());
    assert!(!driver.server().is_listening());
    let names = driver.server().last_error_names();
    assert_eq!(names, (Some(&name), Some(&full_name(&name))));
    drop(driver);
    assert_eq!(log.take(), ["bind editor 0x0 Maximum"]);
}

#[test]
fn listen_rejects_an_invalid_name_without_a_bind() {
    let (mut driver, log) = driver(Script::default());

    let result = driver.listen(ServerName::default());

    assert!(matches!(result, Err(ListenError::Failed(_))), "{result:?}");
    assert_eq!(log.take(), [""; 0]);
}

#[test]
fn close_removes_the_file_and_then_drops_the_listener() {
    for (fails_to_unlink, has_no_file, expected) in [
        (false, false, &["unlink", "drop"][..]),
        (true, false, &["unlink", "drop"]),
        (false, true, &["drop"]),
    ] {
        let (mut driver, log) = listening(Script {
            fails_to_unlink,
            has_no_file,
            ..Script::default()
        });

        driver.close();

        assert_eq!(log.take(), expected);
        assert!(driver.listener().is_none());
        let error = fails_to_unlink.then_some(failure(Operation::Close));
        assert_eq!(driver.server().last_error(), error);
    }
}

#[test]
fn drain_refuses_new_clients_and_closes_when_the_backlog_is_empty() {
    for fails_to_refuse in [false, true] {
        let (mut driver, log) = listening(Script {
            fails_to_refuse,
            ..Script::default()
        });

        driver.command(|server| server.drain());

        let error = fails_to_refuse.then_some(failure(Operation::Drain));
        assert_eq!(driver.server().last_error(), error);
        assert_eq!(log.take(), ["unlink", "refuse"]);
        assert_eq!(driver.server().phase(), PhaseName::Draining);
        accept(&mut driver, 1);
        assert_eq!(answer(&mut driver, Ok(None)), empty());
        assert_eq!(log.take(), ["drop"]);
        assert_eq!(driver.server().end(), Some(End::Drained));
        assert_eq!(driver.next_pending(), Some(connection(1)));
    }
}

#[test]
fn an_adopted_listener_is_only_dropped() {
    for drains in [false, true] {
        let (mut driver, log) = driver(Script::default());
        driver.adopt("descriptor").expect("the script allows it");
        let name = ServerName::from("inherited");
        assert_eq!(driver.server().server_name(), Some(&name));

        if drains {
            driver.command(|server| server.drain());
            answer(&mut driver, Ok(None));
        } else {
            driver.close();
        }

        assert_eq!(log.take(), ["adopt descriptor", "drop"]);
    }
}

#[test]
fn a_failed_adoption_returns_the_descriptor() {
    let (unfit, _) = driver(Script {
        fails_to_adopt: true,
        ..Script::default()
    });
    let (in_use, _) = listening(Script::default());
    let failed = ListenError::Failed(failure(Operation::Adopt));
    for (mut driver, error) in [(unfit, failed), (in_use, ListenError::AlreadyListening)] {
        let refused = driver.adopt("descriptor").expect_err("it is not adopted");

        assert_eq!((refused.descriptor, refused.error), ("descriptor", error));
        assert_eq!(driver.server().last_error(), error.failure());
        assert_eq!(
            driver.listener().is_some(),
            error == ListenError::AlreadyListening
        );
    }
}

#[test]
fn drop_closes_the_server_and_the_pending_connections() {
    let (mut driver, log) = listening(Script::default());
    let client = connection(1);
    answer(&mut driver, Ok(Some(Rc::clone(&client))));

    drop(driver);

    assert_eq!(log.take(), ["unlink", "drop"]);
    assert_eq!(Rc::strong_count(&client), 1);
}

#[test]
fn debug_prints_the_phase_and_the_full_name() {
    let (driver, _) = listening(Script::default());

    let text = format!("{driver:?}");

    assert!(text.contains("Listening"), "{text}");
    assert!(text.contains("/tmp/editor"), "{text}");
}

#[test]
fn adopt_rejects_access_options_and_an_owner() {
    let expected =
        Failure::new(Operation::Adopt, ErrorKind::Unsupported).with_detail(Detail::AccessOfAdopted);
    for options in [
        ListenOptions::new().with_socket(SocketOptions::WORLD),
        ListenOptions::new().with_owner(Owner::new(None, Some(5))),
        ListenOptions::new().with_owner(Owner::new(Some(5), None)),
    ] {
        let (mut driver, log) = driver(Script::default());
        driver.command(|server| server.set_listen_options(options));

        let refused = driver
            .adopt("inherited")
            .expect_err("an adopted socket has its access");

        assert_eq!(refused.descriptor, "inherited");
        assert_eq!(refused.error, ListenError::Failed(expected));
        assert_eq!(driver.server().last_error(), Some(expected));
        assert_eq!(driver.server().last_error_names(), (None, None));
        assert_eq!(driver.server().phase(), PhaseName::Idle);
        assert_eq!(log.take(), [""; 0]);
    }
}

#[test]
fn adopt_ignores_the_other_options() {
    let (mut driver, _log) = driver(Script::default());
    let options = ListenOptions::new()
        .with_socket(SocketOptions::ABSTRACT)
        .with_backlog(Backlog::Limited(1));
    driver.command(|server| server.set_listen_options(options));
    assert!(driver.adopt("inherited").is_ok());
}

#[test]
fn assume_ownership_passes_the_listener_if_there_is_one() {
    let (mut driver, log) = listening(Script::default());

    driver.assume_ownership();
    driver.close();
    driver.assume_ownership();

    assert_eq!(log.take(), ["own", "unlink", "drop"]);
}
