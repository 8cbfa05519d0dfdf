//! Conversions and texts of small types.

use anteroom_core::{
    Admit, Backlog, ErrorKind, Failure, Intake, Operation, Server, ServerName, Timeout,
};
use core::sync::atomic::{AtomicU8, Ordering};
use core::time::Duration;
use std::sync::Arc;

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
fn the_default_server_is_a_new_server() {
    let first_effect = |mut server: Server<u8>| {
        server.listen(ServerName::from("editor")).expect("idle");
        let effect = server.poll_effect();
        (effect, server.max_pending())
    };

    assert_eq!(first_effect(Server::default()), first_effect(Server::new()));
}

#[test]
fn into_bytes_returns_the_bytes_of_the_name() {
    let bytes = vec![0, b'/', 0xff];

    assert_eq!(ServerName::from(bytes.clone()).into_bytes(), bytes);
}

#[test]
fn a_timeout_converts_from_a_duration_or_none() {
    let second = Duration::from_secs(1);

    assert_eq!(Timeout::default(), Timeout::After(Duration::ZERO));
    assert_eq!(Timeout::from(second), Timeout::After(second));
    assert_eq!(Timeout::from(Some(second)), Timeout::After(second));
    assert_eq!(Timeout::from(None), Timeout::Never);
}

#[test]
fn a_backlog_converts_from_numbers() {
    assert_eq!(Backlog::from(5), Backlog::Limited(5));
    assert_eq!(Backlog::from(7_u32), Backlog::Limited(7));
    assert_eq!(Backlog::from(9_usize), Backlog::Limited(9));
    assert_eq!(Backlog::from(-1), Backlog::Limited(0));
    assert_eq!(Backlog::from(usize::MAX), Backlog::Limited(u32::MAX));
}

#[test]
fn an_error_kind_prints_a_text() {
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
fn a_boxed_hook_calls_the_hook() {
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
        let listener = server.listen_adopted().expect("the server is idle");
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
