use std::fs::{self, Metadata};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anteroom_std::{LocalServer, LocalSocket, SocketOptions, Timeout};
use tempfile::TempDir;

use crate::report::Report;

/// Longer than any wait that succeeds.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// The directory of a scenario, with files of other programs.
pub(crate) struct Place {
    directory: TempDir,
    _neighbour: UnixListener,
    before: [Fingerprint; 2],
}

/// All that must not change about a file which is left alone.
type Fingerprint = (u64, u64, u32, u64, i64, i64);

const PRECIOUS: [&str; 2] = ["precious", "neighbour"];

impl Place {
    pub(crate) fn new() -> Self {
        // The paths of sockets are short, so the directory's has to be.
        let directory = tempfile::Builder::new()
            .prefix("faults")
            .tempdir_in("/tmp")
            .expect("a directory can be made");
        fs::write(directory.path().join(PRECIOUS[0]), "mine").expect("a file can be made");
        let neighbour = UnixListener::bind(directory.path().join(PRECIOUS[1]));
        let before = PRECIOUS.map(|name| fingerprint(&directory.path().join(name)));
        Self {
            directory,
            _neighbour: neighbour.expect("the name is free"),
            before,
        }
    }

    /// Returns the name that the scenario uses.
    pub(crate) fn name(&self) -> PathBuf {
        self.directory.path().join("the-name")
    }

    /// Returns a server that listens on the name.
    pub(crate) fn server(&self) -> LocalServer {
        LocalServer::bind(self.name()).expect("the name is free")
    }

    /// Returns what is at the name.
    pub(crate) fn metadata(&self) -> Option<Metadata> {
        fs::symlink_metadata(self.name()).ok()
    }

    pub(crate) fn has_socket(&self) -> bool {
        self.metadata()
            .is_some_and(|metadata| metadata.file_type().is_socket())
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        fingerprint(&self.name())
    }

    /// Leaves the socket of a server that has crashed.
    pub(crate) fn leave_stale_socket(&self) {
        drop(UnixListener::bind(self.name()).expect("the name is free"));
    }

    pub(crate) fn expect_untouched(&self, report: &mut Report) {
        let now = PRECIOUS.map(|name| fingerprint(&self.directory.path().join(name)));
        report.expect(now == self.before, || {
            "things of others were touched".into()
        });
        let mut names: Vec<_> = fs::read_dir(self.directory.path())
            .expect("the directory is there")
            .map(|entry| entry.expect("it can be read").file_name())
            .filter(|name| !PRECIOUS.iter().any(|precious| name == precious))
            .collect();
        names.retain(|name| name != "the-name");
        report.expect(names.is_empty(), || format!("left behind: {names:?}"));
    }
}

fn fingerprint(path: &Path) -> Fingerprint {
    let found = fs::symlink_metadata(path).expect("the file is there");
    (
        found.dev(),
        found.ino(),
        found.mode(),
        found.size(),
        found.mtime(),
        found.mtime_nsec(),
    )
}

/// Runs the part of a scenario in which the fault is injected.
pub(crate) fn act<T>(act: impl FnOnce() -> T) -> T {
    let mark = |name: &str| drop(fs::read_link(name));
    mark("/begin");
    let result = act();
    mark("/end");
    result
}

/// Connects a client that knows nothing of this library.
pub(crate) fn client(name: &Path) -> UnixStream {
    UnixStream::connect(name).expect("the server listens")
}

/// Expects bytes to go both ways.
pub(crate) fn expect_talk(report: &mut Report, mut client: impl Talk, mut server: impl Talk) {
    report.expect(
        client.says(b"ping", &mut server) && server.says(b"pong", &mut client),
        || "the connection does not carry what is said".into(),
    );
}

/// An end of a connection.
pub(crate) trait Talk: std::io::Read + std::io::Write {
    fn says(&mut self, text: &[u8; 4], listener: &mut dyn Talk) -> bool
    where
        Self: Sized,
    {
        let mut heard = [0; 4];
        self.write_all(text).is_ok() && listener.read_exact(&mut heard).is_ok() && heard == *text
    }
}

impl Talk for UnixStream {}
impl Talk for LocalSocket {}

/// Expects a server to serve a new client, and to vanish without a trace.
pub(crate) fn expect_to_work(report: &mut Report, place: &Place, mut server: LocalServer) {
    let newcomer = client(&place.name());
    match server.wait_for_new_connection(LONG) {
        anteroom_std::Wait::Ready => {
            let socket = server.next_pending_connection().expect("it is ready");
            expect_talk(report, newcomer, socket);
        }
        other => report.expect(false, || format!("a new client is not served: {other:?}")),
    }
    server.close();
    report.expect(place.metadata().is_none(), || {
        format!("the file outlives the server: {}", server.error_string())
    });
}

/// Expects that one can listen on the name, which is free, and all that follows.
pub(crate) fn expect_free(report: &mut Report, place: &Place) {
    let mut server = LocalServer::new();
    server.set_socket_options(SocketOptions::USER);
    match server.listen(place.name()) {
        Ok(()) => expect_to_work(report, place, server),
        Err(error) => report.expect(false, || format!("listening afterwards: {error:#}")),
    }
}

/// Expects that a client of this library reaches the server at the name.
pub(crate) fn expect_reachable(report: &mut Report, name: &Path, server: &UnixListener) {
    match LocalSocket::connect_timeout(name, Timeout::Never) {
        Ok(socket) => {
            let (accepted, _) = server.accept().expect("it is in the queue");
            expect_talk(report, socket, accepted);
        }
        Err(error) => report.expect(false, || format!("connecting afterwards: {error:#}")),
    }
}
