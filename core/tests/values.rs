//! Small values: what they are made of is what they give.

use anteroom_core::{ErrorKind, Failure, ListenError, Operation, Server, ServerName, Timeout};
use core::error::Error as _;
use core::time::Duration;

#[test]
fn a_failure_to_listen_tells_the_failure_and_a_misuse_has_none() {
    let failure = Failure::new(Operation::Listen, ErrorKind::Access);

    assert_eq!(ListenError::Failed(failure).failure(), Some(failure));
    assert_eq!(ListenError::AlreadyListening.failure(), None);
}

#[test]
fn an_error_of_listening_says_what_went_wrong_and_has_the_failure_as_its_source() {
    let failure = Failure::new(Operation::Listen, ErrorKind::Access);
    let failed = ListenError::Failed(failure);
    let misuse = ListenError::AlreadyListening;

    assert_eq!(failed.to_string(), "cannot listen");
    let source = failed.source().and_then(|source| source.downcast_ref());
    assert_eq!(source, Some(&failure));
    assert_eq!(
        misuse.to_string(),
        "the server is already listening, or still drains; close it first"
    );
    assert!(misuse.source().is_none());
}

#[test]
fn listeners_are_numbered_from_one() {
    let mut server = Server::<u8>::new();
    for number in 1..=3 {
        let listener = server.listen(ServerName::from("editor")).expect("idle");
        assert_eq!(listener.get(), number);
        while server.poll_effect().is_some() {}
        server.close();
    }
}

#[test]
fn the_default_server_is_a_new_one() {
    let asked = |mut server: Server<u8>| {
        server.listen(ServerName::from("editor")).expect("idle");
        let effect = server.poll_effect();
        (effect, server.max_pending())
    };

    assert_eq!(asked(Server::default()), asked(Server::new()));
}

#[test]
fn a_name_gives_back_the_bytes_that_it_was_made_of() {
    let bytes = vec![0, b'/', 0xff];

    assert_eq!(ServerName::from(bytes.clone()).into_bytes(), bytes);
}

#[test]
fn a_time_limit_is_a_duration_or_none() {
    let second = Duration::from_secs(1);

    assert_eq!(Timeout::default(), Timeout::After(Duration::ZERO));
    assert_eq!(Timeout::from(second), Timeout::After(second));
    assert_eq!(Timeout::from(Some(second)), Timeout::After(second));
    assert_eq!(Timeout::from(None), Timeout::Never);
}
