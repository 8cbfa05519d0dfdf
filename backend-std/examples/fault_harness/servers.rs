use std::fs;
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd, RawFd};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;

use anteroom_std::{
    AcceptError, ErrorKind, ListenError, LocalServer, LocalSocket, SocketOptions, Timeout, Wait,
};
use rustix::fs::fcntl_getfl;
use rustix::io::{FdFlags, fcntl_getfd, fcntl_setfd};

use crate::place::{LONG, Place, act, client, expect_free, expect_talk, expect_to_work};
use crate::report::Report;

pub(crate) fn listen(place: &Place, report: &mut Report) {
    let mut server = LocalServer::new();
    server.set_socket_options(SocketOptions::USER | SocketOptions::GROUP);
    match act(|| server.listen(place.name())) {
        Ok(()) => {
            report.note("listens");
            let mode = place.metadata().map(|metadata| metadata.mode() & 0o777);
            report.expect(mode == Some(0o770), || format!("the mode is {mode:?}"));
            expect_to_work(report, place, server);
        }
        Err(error) => {
            note_listen_error(report, &server, &error);
            drop(server);
            if place.has_socket() {
                // Told that it was gone, one must not remove what is there.
                report.note("file left");
                report.expect(report.was_told_absent(), || "the file stays".into());
            } else {
                expect_free(report, place);
            }
        }
    }
}

pub(crate) fn listen_abstract(_: &Place, report: &mut Report) {
    let name = format!("the-name-{}", std::process::id());
    let mut server = LocalServer::new();
    server.set_socket_options(SocketOptions::ABSTRACT);
    match act(|| server.listen(&name)) {
        Ok(()) => report.note("listens"),
        Err(error) => {
            note_listen_error(report, &server, &error);
            let again = server.listen(&name);
            report.expect(again.is_ok(), || format!("listening afterwards: {again:?}"));
        }
    }
}

pub(crate) fn listen_on_stale_socket(place: &Place, report: &mut Report) {
    place.leave_stale_socket();
    fail_to_listen(place, report);
    let removed = LocalServer::remove_server(place.name());
    report.expect(removed.is_ok(), || format!("removing it: {removed:?}"));
    expect_free(report, place);
}

pub(crate) fn listen_on_file(place: &Place, report: &mut Report) {
    fs::write(place.name(), "foreign").expect("the name is free");
    fail_to_listen(place, report);
}

/// The file stays in any case, so that `listen` cannot succeed.
fn fail_to_listen(place: &Place, report: &mut Report) {
    let before = place.fingerprint();
    let mut server = LocalServer::new();
    match act(|| server.listen(place.name())) {
        Ok(()) => report.expect(false, || "it listens on a name that is taken".into()),
        Err(error) => note_listen_error(report, &server, &error),
    }
    drop(server);
    let kept = place.metadata().is_some() && place.fingerprint() == before;
    report.expect(kept, || "what was there was touched".into());
}

fn note_listen_error(report: &mut Report, server: &LocalServer, error: &ListenError) {
    match error.error() {
        Some(error) => report.note_error("listen on", error),
        None => report.expect(false, || "it claims to listen already".into()),
    }
    let recorded = server.server_error().map(|error| error.kind());
    report.expect(recorded == error.kind(), || {
        format!("{recorded:?} is recorded, {:?} returned", error.kind())
    });
    report.expect(!server.is_listening(), || "it listens all the same".into());
}

pub(crate) fn adopt(place: &Place, report: &mut Report) {
    let listener = UnixListener::bind(place.name()).expect("the name is free");
    fcntl_setfd(&listener, FdFlags::empty()).expect("the descriptor is open");
    let before = number_and_flags(listener.as_fd());
    let mut server = LocalServer::new();
    let result = act(|| server.listen_fd(listener));
    let file_before = place.fingerprint();
    match result {
        Ok(()) => {
            report.note("listens");
            let newcomer = client(&place.name());
            serve(report, &mut server, [newcomer]);
            server.close();
        }
        Err(error) => {
            let (descriptor, error) = error.into_parts();
            match &error {
                ListenError::Failed(error) => {
                    report.note_error("adopt the descriptor", error);
                }
                other => report.expect(false, || other.to_string()),
            }
            report.note("descriptor given back");
            let after = number_and_flags(descriptor.as_fd());
            report.expect(after == before, || {
                format!("number and flags {before:?}, then {after:?}")
            });
            let again = server.listen_fd(descriptor);
            report.expect(again.is_ok(), || format!("adopting afterwards: {again:?}"));
            server.close();
        }
    }
    let kept = place.metadata().is_some() && place.fingerprint() == file_before;
    report.expect(kept, || "the file of an adopted socket was touched".into());
}

fn number_and_flags(descriptor: BorrowedFd<'_>) -> (RawFd, u32, u32) {
    let descriptor_flags = fcntl_getfd(descriptor).expect("the descriptor is open");
    let status_flags = fcntl_getfl(descriptor).expect("the descriptor is open");
    (
        descriptor.as_raw_fd(),
        descriptor_flags.bits(),
        status_flags.bits(),
    )
}

pub(crate) fn accept(place: &Place, report: &mut Report) {
    take_in(place, report, |server| {
        let result = server.accept();
        result.map_err(|error| match error {
            AcceptError::Lost(_) => "`AcceptError::Lost`".into(),
            other => other.to_string(),
        })
    });
}

pub(crate) fn wait(place: &Place, report: &mut Report) {
    take_in(place, report, |server| {
        let wait = server.wait_for_new_connection(LONG);
        let socket = server.next_pending_connection();
        socket.ok_or_else(|| format!("`Wait::{wait:?}`"))
    });
}

/// Lives the life of a server that one client has connected to.
fn take_in(
    place: &Place,
    report: &mut Report,
    take: impl FnOnce(&mut LocalServer) -> Result<LocalSocket, String>,
) {
    let mut server = place.server();
    let newcomer = client(&place.name());
    match act(|| take(&mut server)) {
        Ok(socket) => {
            report.note("served");
            expect_talk(report, newcomer, socket);
        }
        Err(told) => {
            drop(newcomer);
            report.note(told);
        }
    }
    conclude(place, report, server);
}

/// Looks what a server says in the end: it goes on, or has closed and says why.
fn conclude(place: &Place, report: &mut Report, server: LocalServer) {
    let error = server.server_error();
    if let Some(error) = &error {
        report.note_error("accept a connection on", error);
    }
    if server.is_listening() {
        expect_to_work(report, place, server);
    } else {
        report.note("server closed");
        report.expect(error.is_some(), || {
            "it has closed and does not say why".into()
        });
        report.expect(place.metadata().is_none(), || "the file stays".into());
        drop(server);
        expect_free(report, place);
    }
}

pub(crate) fn process_events(place: &Place, report: &mut Report) {
    let mut server = place.server();
    let progress = act(|| server.process_events());
    report.expect(progress.accepted == 0, || {
        "somebody came out of nowhere".into()
    });
    report.note("no client");
    conclude(place, report, server);
}

pub(crate) fn drain(place: &Place, report: &mut Report) {
    let mut server = place.server();
    let clients = [client(&place.name()), client(&place.name())];
    let mut sockets = Vec::new();
    act(|| server.drain());
    let free = place.metadata().is_none();
    act(|| {
        while server.wait_for_new_connection(LONG) == Wait::Ready {
            sockets.extend(server.next_pending_connection());
        }
    });
    report.note(format!("{} of 2 served", sockets.len()));
    for (client, socket) in clients.into_iter().zip(sockets) {
        expect_talk(report, client, socket);
    }
    if let Some(error) = server.server_error() {
        report.note(format!("`{:?}` failed", error.operation()));
        report.note_error(&error.operation().to_string(), &error);
    }
    report.expect(server.listener_fd().is_none(), || "it never ends".into());
    drop(server);
    if free {
        expect_free(report, place);
    } else {
        give_up_file(place, report);
    }
}

pub(crate) fn close(place: &Place, report: &mut Report) {
    let mut server = place.server();
    act(|| server.close());
    report.expect(!server.is_listening(), || "it still listens".into());
    let refused = UnixStream::connect(place.name()).is_err();
    report.expect(refused, || "one can still connect".into());
    if let Some(error) = server.server_error() {
        report.note_error("remove the socket file of", &error);
    } else {
        report.note("closed");
        let gone = place.metadata().is_none() || report.was_told_absent();
        report.expect(gone, || "the file stays, and nobody says so".into());
    }
    drop(server);
    give_up_file(place, report);
}

/// Notes whether the file was left, and has the name free again.
fn give_up_file(place: &Place, report: &mut Report) {
    if place.has_socket() {
        report.note("file left");
        let removed = LocalServer::remove_server(place.name());
        report.expect(removed.is_ok(), || {
            format!("removing afterwards: {removed:?}")
        });
    }
    expect_free(report, place);
}

pub(crate) fn close_replaced(place: &Place, report: &mut Report) {
    let mut server = place.server();
    let aside: PathBuf = place.name().with_file_name("aside");
    fs::rename(place.name(), &aside).expect("the file is there");
    fs::write(place.name(), "foreign").expect("the name is free");
    let before = place.fingerprint();
    act(|| server.close());
    report.expect(!server.is_listening(), || "it still listens".into());
    if let Some(error) = server.server_error() {
        report.note_error("remove the socket file of", &error);
    } else {
        report.note("closed");
    }
    let kept = place.metadata().is_some() && place.fingerprint() == before;
    report.expect(kept, || "the foreign file was touched".into());
    report.expect(aside.exists(), || "the moved socket was removed".into());
    fs::remove_file(aside).expect("it is there");
}

pub(crate) fn wake_handle(place: &Place, report: &mut Report) {
    let mut server = place.server();
    match act(|| server.wake_handle()) {
        Ok(_) => report.note("handle made"),
        Err(error) => {
            report.note("its code");
            let is_told = report.injected_code() == error.raw_os_error();
            report.expect(is_told, || format!("the code is not told: {error}"));
            let again = server.wake_handle();
            report.expect(again.is_ok(), || {
                format!("making one afterwards: {again:?}")
            });
        }
    }
    if let Ok(handle) = server.wake_handle() {
        handle.wake();
        let woken = server.wait_for_new_connection(LONG);
        report.expect(woken == Wait::Woken, || format!("not woken: {woken:?}"));
    }
    expect_to_work(report, place, server);
}

/// Serves clients who are in the queue.
fn serve<const N: usize>(report: &mut Report, server: &mut LocalServer, clients: [UnixStream; N]) {
    for client in clients {
        match server.wait_for_new_connection(LONG) {
            Wait::Ready => {
                let socket = server.next_pending_connection().expect("it is ready");
                expect_talk(report, client, socket);
            }
            other => report.expect(false, || format!("a client is not served: {other:?}")),
        }
    }
    let nobody = server.wait_for_new_connection(Timeout::default());
    report.expect(nobody == Wait::TimedOut, || {
        format!("{nobody:?} with no client")
    });
    let error = server.server_error().map(|error| error.kind());
    report.expect(error.is_none_or(|kind| kind == ErrorKind::Unknown), || {
        format!("{error:?} after all went well")
    });
}
