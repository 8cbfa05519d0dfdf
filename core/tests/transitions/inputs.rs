//! The rows of the table: every command and every event.

use anteroom_core::{
    AcceptFailure, Backlog, Detail, Effect, ErrorKind, Failure, ListenError, ListenerId, Operation,
    OsEvent, Server, ServerName, SocketOptions,
};

use crate::columns::Origin;
use crate::fixture::{
    ARRIVING, FAILURE, FIRST_BACK_OFF_ENDS, Fixture, NOW, OLDEST, at, effects, facts,
};

/// A label, and a function that passes the input to the machine and describes the returned value.
pub(crate) struct Input(
    pub(crate) &'static str,
    pub(crate) fn(&mut Fixture) -> &'static str,
);

const NOTHING: &str = "";
const STORED: &str = "stored";
pub(crate) const OLDEST_RETURNED: &str = "returns the oldest";
pub(crate) const EXHAUSTED: &str = "AcceptFailed, exhausted";

#[rustfmt::skip]
pub(crate) const COMMANDS: &[Input] = &[
    Input("listen(valid name)", |f| f.listen("new")),
    Input("listen(empty name)", |f| f.listen("")),
    Input("listen(name with NUL)", |f| f.listen("n\0w")),
    Input("listen(abstract name with NUL)", |f| {
        f.prepare(|server| server.set_socket_options(SocketOptions::ABSTRACT));
        f.listen("n\0w")
    }),
    Input("listen_adopted", |f| started(f.server.listen_adopted())),
    Input("close", |f| f.call(|server| server.close())),
    Input("drain", |f| f.call(|server| server.drain())),
    Input("next_pending", |f| taken(f.server.next_pending())),
    Input("next_pending, none pending", |f| {
        f.prepare(|server| while server.next_pending().is_some() {});
        taken(f.server.next_pending())
    }),
    Input("add_pending", |f| f.call(|server| server.add_pending(ARRIVING))),
    Input("add_pending, queue full", |f| {
        f.prepare(|server| server.set_max_pending(2));
        f.call(|server| server.add_pending(ARRIVING))
    }),
    Input("discard_pending", |f| f.call(|server| server.discard_pending())),
    Input("set_max_pending, lower", |f| f.set_max_pending(1)),
    Input("set_max_pending, higher", |f| f.set_max_pending(100)),
    Input("limit_connections", |f| {
        f.server.limit_connections(3);
        assert_eq!(f.server.max_connections(), Some(3));
        assert_eq!(f.server.open_connections(), Some(0));
        STORED
    }),
    Input("connections_closed", |f| {
        f.server.connections_closed(1);
        assert_eq!(f.server.open_connections(), None);
        NOTHING
    }),
    Input("set_socket_options", |f| {
        f.server.set_socket_options(SocketOptions::GROUP);
        assert_eq!(f.server.socket_options(), SocketOptions::GROUP);
        STORED
    }),
    Input("set_backlog", |f| {
        f.server.set_backlog(Backlog::Limited(1));
        assert_eq!(f.server.backlog(), Backlog::Limited(1));
        assert_eq!(backlog_of_next_listen(&f.server), Backlog::Limited(1));
        STORED
    }),
];

#[rustfmt::skip]
pub(crate) const EVENTS: &[Input] = &[
    Input("Bound", |f| f.bound(f.current, f.origin)),
    Input("Bound, closed meanwhile, with a file", |f| f.bound(f.abandoned, Origin::File)),
    Input("Bound, closed meanwhile, without a file", |f| f.bound(f.abandoned, Origin::NoFile)),
    Input("Bound, old", |f| f.bound(f.old, Origin::File)),
    Input("BindFailed", |f| f.bind_failed(f.current)),
    Input("BindFailed, closed meanwhile", |f| f.bind_failed(f.abandoned)),
    Input("BindFailed, old", |f| f.bind_failed(f.old)),
    Input("Accepted, queued by the hook", |f| f.accepted(f.current, Some(ARRIVING))),
    Input("Accepted, queued, limit lowered meanwhile", |f| {
        f.prepare(|server| server.set_max_pending(0));
        f.accepted(f.current, Some(ARRIVING))
    }),
    Input("Accepted, not queued", |f| f.accepted(f.current, None)),
    Input("Accepted, queued, old", |f| f.accepted(f.old, Some(ARRIVING))),
    Input("Accepted, not queued, old", |f| f.accepted(f.old, None)),
    Input("AcceptFailed, transient", |f| f.accept_failed(f.current, AcceptFailure::Transient(FAILURE))),
    Input(EXHAUSTED, |f| f.accept_failed(f.current, AcceptFailure::Exhausted(FAILURE))),
    Input("AcceptFailed, fatal", |f| f.accept_failed(f.current, AcceptFailure::Fatal(FAILURE))),
    Input("AcceptFailed, transient, old", |f| f.accept_failed(f.old, AcceptFailure::Transient(FAILURE))),
    Input("AcceptFailed, exhausted, old", |f| f.accept_failed(f.old, AcceptFailure::Exhausted(FAILURE))),
    Input("AcceptFailed, fatal, old", |f| f.accept_failed(f.old, AcceptFailure::Fatal(FAILURE))),
    Input("Empty", |f| {
        let listener = f.current;
        f.handle(OsEvent::Empty { listener })
    }),
    Input("Empty, old", |f| {
        let listener = f.old;
        f.handle(OsEvent::Empty { listener })
    }),
    Input("UnlinkFailed", |f| f.unlink_failed(f.current)),
    Input("UnlinkFailed, old", |f| f.unlink_failed(f.old)),
    Input("RefuseFailed", |f| f.refuse_failed(f.current)),
    Input("RefuseFailed, old", |f| f.refuse_failed(f.old)),
    Input("handle_timeout, too early", |f| f.call(|server| server.handle_timeout(at(FIRST_BACK_OFF_ENDS - 1)))),
    Input("handle_timeout, back-off over", |f| f.call(|server| server.handle_timeout(at(FIRST_BACK_OFF_ENDS)))),
];

/// Each passes one input to the machine.
impl Fixture {
    fn call(&mut self, command: fn(&mut Server<u8>)) -> &'static str {
        command(&mut self.server);
        NOTHING
    }

    fn listen(&mut self, name: &str) -> &'static str {
        let detail = match name {
            "" => Detail::EmptyName,
            _ => Detail::NulInName,
        };
        self.failure = Failure::new(Operation::Listen, ErrorKind::Name).with_detail(detail);
        started(self.server.listen(ServerName::from(name)))
    }

    fn set_max_pending(&mut self, limit: usize) -> &'static str {
        self.server.set_max_pending(limit);
        assert_eq!(self.server.max_pending(), limit);
        STORED
    }

    fn handle(&mut self, event: OsEvent<u8>) -> &'static str {
        self.server.handle(event);
        NOTHING
    }

    fn bound(&mut self, listener: ListenerId, origin: Origin) -> &'static str {
        let facts = facts(origin);
        self.handle(OsEvent::Bound { listener, facts })
    }

    fn bind_failed(&mut self, listener: ListenerId) -> &'static str {
        self.handle(OsEvent::BindFailed {
            listener,
            failure: FAILURE,
            full_name: None,
        })
    }

    fn accepted(&mut self, listener: ListenerId, queued: Option<u8>) -> &'static str {
        self.handle(OsEvent::Accepted { listener, queued })
    }

    fn accept_failed(&mut self, listener: ListenerId, failure: AcceptFailure) -> &'static str {
        let now = at(NOW);
        self.handle(OsEvent::AcceptFailed {
            listener,
            failure,
            now,
        })
    }

    fn unlink_failed(&mut self, listener: ListenerId) -> &'static str {
        let failure = FAILURE;
        self.handle(OsEvent::UnlinkFailed { listener, failure })
    }

    fn refuse_failed(&mut self, listener: ListenerId) -> &'static str {
        let failure = FAILURE;
        self.handle(OsEvent::RefuseFailed { listener, failure })
    }
}

fn started(result: Result<ListenerId, ListenError>) -> &'static str {
    match result {
        Ok(_) => NOTHING,
        Err(ListenError::AlreadyListening) => "`AlreadyListening`",
        Err(_) => "a name error",
    }
}

fn taken(connection: Option<u8>) -> &'static str {
    match connection {
        Some(OLDEST) => OLDEST_RETURNED,
        None => "returns none",
        other => panic!("{other:?} is not the oldest connection"),
    }
}

fn backlog_of_next_listen(server: &Server<u8>) -> Backlog {
    let mut copy = server.clone();
    copy.close();
    effects(&mut copy);
    copy.listen(ServerName::from("next")).expect("it is closed");
    match copy.poll_effect() {
        Some(Effect::Bind { options, .. }) => options.backlog,
        other => panic!("{other:?} instead of a bind"),
    }
}
