//! Small values: what they are made of is what they give.

use anteroom_core::{
    Admit, Backlog, ErrorKind, Failure, Intake, ListenError, Operation, Server, ServerName, Timeout,
};
use core::error::Error as _;
use core::sync::atomic::{AtomicU8, Ordering};
use core::time::Duration;
use std::sync::Arc;

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
        "the server is already listening, or is draining; close it first"
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

#[test]
fn a_backlog_is_made_of_any_number() {
    assert_eq!(Backlog::from(5), Backlog::Limited(5));
    assert_eq!(Backlog::from(7_u32), Backlog::Limited(7));
    assert_eq!(Backlog::from(9_usize), Backlog::Limited(9));
    assert_eq!(Backlog::from(-1), Backlog::Limited(0));
    assert_eq!(Backlog::from(usize::MAX), Backlog::Limited(u32::MAX));
}

#[test]
fn a_kind_of_error_is_printed_in_words() {
    let kinds = [
        ErrorKind::Access,
        ErrorKind::AddressInUse,
        ErrorKind::NotFound,
        ErrorKind::Name,
        ErrorKind::Resources,
        ErrorKind::Refused,
        ErrorKind::TimedOut,
        ErrorKind::WrongObject,
        ErrorKind::Unsupported,
        ErrorKind::Unknown,
    ];
    assert_eq!(
        kinds.map(|kind| kind.to_string()),
        [
            "access denied",
            "name in use",
            "no such socket",
            "invalid name",
            "out of descriptors or memory",
            "connection refused",
            "timed out",
            "wrong kind of object",
            "unsupported",
            "other error",
        ]
    );
}

#[test]
fn a_boxed_hook_is_the_hook_in_the_box() {
    /// Counts its calls: connections, begins and ends of pauses.
    struct Counting(Arc<[AtomicU8; 3]>);

    impl Intake<u8> for Counting {
        fn incoming(&mut self, _: u8, _: &mut Admit<'_, u8>) {
            self.0[0].fetch_add(1, Ordering::Relaxed);
        }

        fn paused(&mut self, _: Failure) {
            self.0[1].fetch_add(1, Ordering::Relaxed);
        }

        fn resumed(&mut self) {
            self.0[2].fetch_add(1, Ordering::Relaxed);
        }
    }

    fn call(mut hook: impl Intake<u8>) {
        let mut server = Server::new();
        let listener = server.listen_adopted().expect("it is idle");
        while server.poll_effect().is_some() {}
        hook.incoming(1, &mut Admit::new(&mut server, listener));
        hook.paused(Failure::new(Operation::Accept, ErrorKind::Resources));
        hook.resumed();
    }

    let counts = Arc::new([0; 3].map(AtomicU8::new));
    let counting = || Box::new(Counting(Arc::clone(&counts)));
    call(counting() as Box<dyn Intake<u8>>);
    call(counting() as Box<dyn Intake<u8> + Send>);
    assert_eq!(
        counts.each_ref().map(|count| count.load(Ordering::Relaxed)),
        [2; 3]
    );
}
