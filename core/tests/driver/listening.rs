//! Listening, adopting, closing and draining: what the platform is asked, and in which order.

use std::rc::Rc;

use anteroom_core::{
    Backlog, Detail, End, ErrorKind, Failure, ListenError, ListenOptions, Operation, Owner,
    PhaseName, ServerName, SocketOptions,
};

use crate::platform::{
    EXHAUSTED, Script, accept, answer, connection, driver, fail, failure, full_name, listening,
    nobody,
};

#[test]
fn listen_binds_with_the_options_and_the_backlog_that_were_set() {
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
fn a_failed_listen_leaves_nothing_but_the_error() {
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
fn an_invalid_name_does_not_reach_the_platform() {
    let (mut driver, log) = driver(Script::default());

    let result = driver.listen(ServerName::default());

    assert!(matches!(result, Err(ListenError::Failed(_))), "{result:?}");
    assert_eq!(log.take(), [""; 0]);
}

#[test]
fn listening_twice_is_a_misuse_that_neither_asks_nor_records() {
    let (mut driver, log) = listening(Script::default());

    let result = driver.listen(ServerName::from("other"));

    assert_eq!(result, Err(ListenError::AlreadyListening));
    assert_eq!(driver.server().last_error(), None);
    assert!(driver.server().is_listening());
    assert_eq!(log.take(), [""; 0]);
}

#[test]
fn close_removes_the_file_and_then_drops_the_listener() {
    let (mut driver, log) = listening(Script::default());

    driver.close();

    assert_eq!(log.take(), ["unlink", "drop"]);
    assert!(driver.listener().is_none());
}

#[test]
fn close_removes_nothing_where_there_is_no_file() {
    let (mut driver, log) = listening(Script {
        has_no_file: true,
        ..Script::default()
    });

    driver.close();

    assert_eq!(log.take(), ["drop"]);
}

#[test]
fn close_drops_the_listener_and_keeps_the_error_when_the_file_cannot_be_removed() {
    let (mut driver, log) = listening(Script {
        fails_to_unlink: true,
        ..Script::default()
    });

    driver.close();

    assert_eq!(log.take(), ["unlink", "drop"]);
    assert_eq!(
        driver.server().last_error(),
        Some(failure(Operation::Close))
    );
    let text = driver.server().error_string();
    assert!(text.contains("\"editor\" (/tmp/editor)"), "{text}");
}

#[test]
fn close_keeps_pending_connections_claimable() {
    let (mut driver, _) = listening(Script::default());
    let client = connection(1);
    answer(&mut driver, Ok(Some(Rc::clone(&client))));

    driver.close();

    assert_eq!(driver.next_pending(), Some(client));
}

#[test]
fn listening_again_after_a_close_works() {
    let (mut driver, log) = listening(Script::default());
    driver.close();

    let result = driver.listen(ServerName::from("other"));

    assert_eq!(result, Ok(()));
    assert_eq!(log.take(), ["unlink", "drop", "bind other 0x0 Maximum"]);
}

#[test]
fn drain_refuses_new_clients_takes_in_the_others_and_ends() {
    let (mut driver, log) = listening(Script::default());

    driver.command(|server| server.drain());
    assert_eq!(log.take(), ["unlink", "refuse"]);
    assert_eq!(driver.server().phase(), PhaseName::Draining);
    accept(&mut driver, 1);
    let last = answer(&mut driver, Ok(None));

    assert_eq!(last, nobody());
    assert_eq!(log.take(), ["drop"]);
    assert_eq!(driver.server().end(), Some(End::Drained));
    assert_eq!(driver.command(|server| server.take_new_connections()), 1);
    assert_eq!(driver.next_pending(), Some(connection(1)));
}

#[test]
fn drain_goes_on_when_new_clients_cannot_be_refused() {
    let (mut driver, log) = listening(Script {
        fails_to_refuse: true,
        ..Script::default()
    });

    driver.command(|server| server.drain());

    assert_eq!(
        driver.server().last_error(),
        Some(failure(Operation::Drain))
    );
    assert_eq!(driver.server().phase(), PhaseName::Draining);
    answer(&mut driver, Ok(None));
    assert_eq!(log.take(), ["unlink", "refuse", "drop"]);
}

#[test]
fn an_adopted_listener_is_neither_shut_down_nor_is_its_file_removed() {
    let (mut driver, log) = driver(Script::default());

    driver.adopt("descriptor").expect("the platform agrees");
    assert_eq!(
        driver.server().server_name(),
        Some(&ServerName::from("inherited"))
    );
    driver.command(|server| server.drain());
    answer(&mut driver, Ok(None));

    assert_eq!(log.take(), ["adopt descriptor", "drop"]);
}

#[test]
fn closing_drops_an_adopted_listener() {
    let (mut driver, log) = driver(Script::default());
    driver.adopt("descriptor").expect("the platform agrees");

    driver.close();

    assert_eq!(log.take(), ["adopt descriptor", "drop"]);
}

#[test]
fn a_refused_adoption_gives_the_descriptor_back() {
    let (mut driver, log) = driver(Script {
        fails_to_adopt: true,
        ..Script::default()
    });

    let refused = driver.adopt("descriptor").expect_err("it is unfit");

    assert_eq!(refused.descriptor, "descriptor");
    assert_eq!(
        refused.error,
        ListenError::Failed(failure(Operation::Adopt))
    );
    assert_eq!(
        driver.server().last_error(),
        Some(failure(Operation::Adopt))
    );
    assert_eq!(log.take(), ["adopt descriptor"]);
}

#[test]
fn adopting_while_listening_gives_the_descriptor_back_untouched() {
    let (mut driver, log) = listening(Script::default());

    let refused = driver.adopt("descriptor").expect_err("it listens already");

    assert_eq!(refused.descriptor, "descriptor");
    assert_eq!(refused.error, ListenError::AlreadyListening);
    assert_eq!(log.take(), [""; 0]);
}

#[test]
fn dropping_the_driver_closes_it_and_drops_what_is_pending() {
    let (mut driver, log) = listening(Script::default());
    let client = connection(1);
    answer(&mut driver, Ok(Some(Rc::clone(&client))));

    drop(driver);

    assert_eq!(log.take(), ["unlink", "drop"]);
    assert_eq!(Rc::strong_count(&client), 1);
}

#[test]
fn dropping_the_driver_while_it_drains_or_backs_off_closes_it_once() {
    let (mut driver, log) = listening(Script::default());
    fail(&mut driver, EXHAUSTED);
    driver.command(|server| server.drain());

    drop(driver);

    assert_eq!(log.take(), ["unlink", "refuse", "drop"]);
}

#[test]
fn what_is_printed_of_a_driver_tells_where_it_stands() {
    let (driver, _) = listening(Script::default());

    let text = format!("{driver:?}");

    assert!(text.contains("Listening"), "{text}");
    assert!(text.contains("/tmp/editor"), "{text}");
}

#[test]
fn adopting_with_access_options_or_an_owner_gives_the_descriptor_back() {
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
            .expect_err("it has its own access");

        assert_eq!(refused.descriptor, "inherited");
        assert_eq!(refused.error, ListenError::Failed(expected));
        assert_eq!(driver.server().last_error(), Some(expected));
        assert_eq!(driver.server().last_error_names(), (None, None));
        assert_eq!(driver.server().phase(), PhaseName::Idle);
        assert_eq!(log.take(), [""; 0]);
    }
}

#[test]
fn adopting_ignores_what_concerns_neither_access_nor_owner() {
    let (mut driver, _log) = driver(Script::default());
    let options = ListenOptions::new()
        .with_socket(SocketOptions::ABSTRACT)
        .with_backlog(Backlog::Limited(1));
    driver.command(|server| server.set_listen_options(options));
    assert!(driver.adopt("inherited").is_ok());
}

#[test]
fn the_platform_is_told_of_the_new_owner_of_a_listener_if_there_is_one() {
    let (mut driver, log) = listening(Script::default());

    driver.assume_ownership();
    driver.close();
    driver.assume_ownership();

    assert_eq!(log.take(), ["own", "unlink", "drop"]);
}

#[test]
fn the_owner_is_that_of_the_next_listen() {
    let (mut driver, _log) = driver(Script::default());
    let owner = Owner::new(Some(1), Some(2));
    driver.command(|server| server.set_owner(owner));
    assert_eq!(driver.server().owner(), owner);
}
