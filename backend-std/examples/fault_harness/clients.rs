use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{fs, thread};

use anteroom_std::{ErrorKind, LocalServer, LocalSocket, Result};
use rustix::net::sockopt;

use crate::place::{LONG, Place, act, expect_free, expect_reachable, expect_talk};
use crate::report::Report;

pub(crate) fn connect(place: &Place, report: &mut Report) {
    let name = place.name();
    reach(place, report, || LocalSocket::connect(&name));
}

pub(crate) fn connect_timeout(place: &Place, report: &mut Report) {
    let name = place.name();
    reach(place, report, || LocalSocket::connect_timeout(&name, LONG));
}

fn reach(place: &Place, report: &mut Report, connect: impl FnOnce() -> Result<LocalSocket>) {
    let server = UnixListener::bind(place.name()).expect("the name is free");
    match act(connect) {
        Ok(socket) => {
            report.note("connected");
            let (accepted, _) = server.accept().expect("it is in the queue");
            expect_as_new(report, &socket);
            expect_talk(report, socket, accepted);
        }
        Err(error) => {
            note_connect_error(report, &error);
            server.set_nonblocking(true).expect("the socket is open");
            // A client that gave up may have been connected for a moment.
            while server.accept().is_ok() {}
            server.set_nonblocking(false).expect("the socket is open");
            expect_reachable(report, &place.name(), &server);
        }
    }
    let file_stays = place.has_socket();
    report.expect(file_stays, || "a client removed the server's file".into());
}

fn note_connect_error(report: &mut Report, error: &anteroom_std::Error) {
    // A file that is no socket is nobody who accepts; so the BSDs say.
    if report.is_injected("ENOTSOCK") && error.kind() == ErrorKind::Refused {
        return report.note("`Refused`");
    }
    report.note_error("connect to", error);
}

/// Expects a socket that blocks and has no time limits.
fn expect_as_new(report: &mut Report, socket: &LocalSocket) {
    let limit = socket.write_timeout().expect("the socket is open");
    report.expect(limit.is_none(), || format!("a limit is left: {limit:?}"));
    let flags = rustix::fs::fcntl_getfl(socket).expect("the socket is open");
    report.expect(!flags.contains(rustix::fs::OFlags::NONBLOCK), || {
        "the socket does not block".into()
    });
    let kind = sockopt::socket_type(socket).expect("the socket is open");
    report.expect(kind == rustix::net::SocketType::STREAM, || {
        format!("the socket is a {kind:?}")
    });
}

/// The queue has one place, which is taken until the client is seen to wait for it.
pub(crate) fn connect_full(place: &Place, report: &mut Report) {
    let server = UnixListener::bind(place.name()).expect("the name is free");
    rustix::net::listen(&server, 0).expect("a listener takes another backlog");
    let first = UnixStream::connect(place.name()).expect("there is one place");
    let given_up = AtomicBool::new(false);
    let own_thread = fs::read_link("/proc/thread-self").expect("proc is mounted");
    let wait_channel = std::path::Path::new("/proc").join(own_thread).join("wchan");
    let is_waiting = || {
        fs::read_to_string(&wait_channel).is_ok_and(|place| place.starts_with("unix_wait_for_peer"))
    };
    thread::scope(|scope| {
        let helper = scope.spawn(|| {
            while !is_waiting() && !given_up.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(1));
            }
            server.accept().expect("the first client is in the queue").0
        });
        let result = act(|| LocalSocket::connect_timeout(place.name(), LONG));
        given_up.store(true, Ordering::Relaxed);
        let accepted = helper.join().expect("accepting does not panic");
        expect_talk(report, first, accepted);
        match result {
            Ok(socket) => {
                report.note("connected");
                let (accepted, _) = server.accept().expect("it is in the queue");
                expect_as_new(report, &socket);
                expect_talk(report, socket, accepted);
            }
            Err(error) => {
                note_connect_error(report, &error);
                server.set_nonblocking(true).expect("the socket is open");
                while server.accept().is_ok() {}
                server.set_nonblocking(false).expect("the socket is open");
                expect_reachable(report, &place.name(), &server);
            }
        }
    });
}

pub(crate) fn remove(place: &Place, report: &mut Report) {
    place.leave_stale_socket();
    let before = place.fingerprint();
    match act(|| LocalServer::remove_server(place.name())) {
        Ok(()) => {
            report.note("removed");
            let gone = place.metadata().is_none();
            let excused = gone || report.was_told_absent();
            report.expect(excused, || "the file stays, and nobody says so".into());
        }
        Err(error) => {
            report.note_error("remove", &error);
            let kept = place.metadata().is_some() && place.fingerprint() == before;
            report.expect(kept, || "the file was touched all the same".into());
        }
    }
    if place.has_socket() {
        report.note("file left");
    }
    let again = LocalServer::remove_server(place.name());
    report.expect(again.is_ok(), || format!("removing afterwards: {again:?}"));
    expect_free(report, place);
}

pub(crate) fn remove_file(place: &Place, report: &mut Report) {
    fs::write(place.name(), "foreign").expect("the name is free");
    let before = place.fingerprint();
    match act(|| LocalServer::remove_server(place.name())) {
        Ok(()) => {
            report.note("nothing there");
            let excused = report.was_told_absent();
            report.expect(excused, || "it claims to have removed a file".into());
        }
        Err(error) => report.note_error("remove", &error),
    }
    let kept = place.metadata().is_some() && place.fingerprint() == before;
    report.expect(kept, || "a regular file was touched".into());
}
