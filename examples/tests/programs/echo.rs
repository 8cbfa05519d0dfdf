use std::net::Shutdown;
use std::thread;

use rustix::process::Signal;

use crate::support::{Example, expect, expect_end, send};

/// More than fits into any buffer on the way.
const MUCH: usize = 1024 * 1024;

/// Clients get back what they send, also those that came just before the end.
fn echoes(program: &str) {
    let mut server = Example::start(program);
    let [first, second] = [server.connect(), server.connect()];
    send(&second, "second");
    send(&first, "first");
    expect(&first, "first");
    expect(&second, "second");

    let much: Vec<u8> = (0..MUCH).map(|index| (index % 251) as u8).collect();
    thread::scope(|scope| {
        scope.spawn(|| send(&first, &much));
        expect(&first, &much);
    });

    let requests = [(); 20].map(|()| "late".to_owned());
    let late = server.stop_behind_late_clients(&requests);
    send(&second, "still here");
    expect(&second, "still here");
    for client in late {
        expect(&client, "late");
        client.shutdown(Shutdown::Write).unwrap();
        expect_end(&client);
    }
    drop((first, second));
    assert!(server.end().success());
}

#[test]
fn echo_std_echoes() {
    echoes(env!("CARGO_BIN_EXE_echo_std"));
}

#[test]
fn echo_tokio_echoes() {
    echoes(env!("CARGO_BIN_EXE_echo_tokio"));
}

#[test]
fn echo_smol_echoes() {
    echoes(env!("CARGO_BIN_EXE_echo_smol"));
}

#[test]
fn mio_loop_echoes() {
    echoes(env!("CARGO_BIN_EXE_mio_loop"));
}

#[test]
fn calloop_echoes() {
    echoes(env!("CARGO_BIN_EXE_calloop"));
}

/// More clients come than the program serves at a time.
fn fills_up(program: &str) {
    let mut server = Example::start(program);
    let mut clients: Vec<_> = (0..20).map(|_| server.connect()).collect();
    for (number, client) in clients.iter().enumerate() {
        send(client, [number as u8]);
    }
    server.stop(Signal::INT);
    for (number, client) in clients.drain(..).enumerate() {
        expect(&client, [number as u8]);
    }
    assert!(server.end().success());
}

#[test]
fn mio_loop_serves_waiting_clients_when_others_leave() {
    fills_up(env!("CARGO_BIN_EXE_mio_loop"));
}

#[test]
fn calloop_serves_waiting_clients_when_others_leave() {
    fills_up(env!("CARGO_BIN_EXE_calloop"));
}
