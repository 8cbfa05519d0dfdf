use core::fmt;

use anteroom_core::{ServerName, SocketOptions, Timeout};

use crate::{
    Attempt, AttemptTag, ClientState, ClientTag, ConnTag, Hook, Observation, Subject, World,
};

/// What a case works with: a server and the world around it.
///
/// Both are fresh: the server does not listen, and nothing is in the case's own directory.
///
/// The methods do what nearly every case does. They panic where it does not succeed, and they
/// never sleep: they let the server run and look again.
#[non_exhaustive]
pub struct Bench {
    // Dropped first: a server removes its file before the world removes the directory.
    /// The server under test.
    pub subject: Box<dyn Subject>,
    /// The world around it.
    pub world: Box<dyn World>,
}

impl Bench {
    /// Puts a fresh server and a fresh world together.
    pub fn new(subject: impl Subject + 'static, world: impl World + 'static) -> Self {
        Self {
            subject: Box::new(subject),
            world: Box::new(world),
        }
    }

    /// Listens on a full name with this stem, and returns the name.
    #[track_caller]
    pub fn listen_on(&mut self, stem: &str) -> ServerName {
        let name = self.world.full_name(stem);
        self.listen(&name);
        name
    }

    /// Listens on a name, which has to succeed.
    #[track_caller]
    pub fn listen(&mut self, name: &ServerName) {
        if let Err(error) = self.subject.listen(name) {
            let text = self.observe().error_string;
            panic!("listening on {name}: {error:?} ({text})");
        }
    }

    /// Replaces the server by one with this hook, and lets it listen on a full name.
    #[track_caller]
    pub fn listen_with_hook(&mut self, hook: Hook, stem: &str) -> ServerName {
        self.subject.renew(hook);
        self.listen_on(stem)
    }

    /// Returns what the server tells about itself.
    pub fn observe(&self) -> Observation {
        self.subject.observe()
    }

    /// Connects one bare client, which the operating system has to accept or to queue.
    #[track_caller]
    pub fn connect_client(&mut self, full_name: &ServerName) -> ClientTag {
        let client = self.world.connect(full_name, SocketOptions::empty());
        let state = self.world.client(client);
        assert_eq!(state, ClientState::Connected, "a client of {full_name}");
        client
    }

    /// Connects so many bare clients, each of which the operating system has to accept or queue.
    #[track_caller]
    pub fn connect_clients(&mut self, full_name: &ServerName, count: usize) -> Vec<ClientTag> {
        (0..count).map(|_| self.connect_client(full_name)).collect()
    }

    /// Connects a bare client and claims its connection.
    #[track_caller]
    pub fn connected_pair(&mut self, full_name: &ServerName) -> (ClientTag, ConnTag) {
        let client = self.connect_client(full_name);
        (client, self.claim())
    }

    /// Lets the server take in what it may, and claims the next connection, which has to be there.
    #[track_caller]
    pub fn claim(&mut self) -> ConnTag {
        self.subject.settle();
        let claimed = self.subject.next_pending();
        claimed.expect("a connection is pending once the server has settled")
    }

    /// Claims everything that is pending now, and lets nothing more in meanwhile.
    pub fn claim_all(&mut self) -> Vec<ConnTag> {
        core::iter::from_fn(|| self.subject.next_pending()).collect()
    }

    /// Expects exactly so many connections to be pending, and claims them.
    ///
    /// The server settles first; while the connections are counted nothing more is let in.
    #[track_caller]
    pub fn expect_pending(&mut self, count: usize) -> Vec<ConnTag> {
        self.subject.settle();
        let has_pending = self.observe().has_pending;
        let claimed = self.claim_all();
        assert_eq!(claimed.len(), count, "pending connections");
        assert_eq!(has_pending, count > 0, "has_pending before claiming");
        assert!(!self.observe().has_pending, "has_pending after claiming");
        claimed
    }

    /// Expects that nothing is pending, even once the server has settled.
    #[track_caller]
    pub fn expect_nothing_pending(&mut self) {
        self.expect_pending(0);
    }

    /// Starts to connect with the backend's own client, for as long as it takes.
    pub fn start_connect(&mut self, name: &ServerName) -> AttemptTag {
        let options = SocketOptions::empty();
        self.subject.start_connect(name, options, Timeout::Never)
    }

    /// Lets the server run until the attempt has ended, and returns how.
    #[track_caller]
    pub fn finish_attempt(&mut self, attempt: AttemptTag) -> Attempt {
        self.until("the end of an attempt to connect", |bench| {
            match bench.subject.attempt(attempt) {
                Attempt::Connecting => None,
                ended => Some(ended),
            }
        })
    }

    /// Lets the server run until the attempt has succeeded, and returns the client.
    #[track_caller]
    pub fn finish_connect(&mut self, attempt: AttemptTag) -> ConnTag {
        match self.finish_attempt(attempt) {
            Attempt::Connected(client) => client,
            other => panic!("the client could not connect: {other:?}"),
        }
    }
}

impl fmt::Debug for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bench")
            .field("caps", &self.world.caps())
            .field("server", &self.subject.observe())
            .finish_non_exhaustive()
    }
}
