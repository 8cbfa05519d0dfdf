use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::net::UnixStream;

use rustix::process::Signal;

use crate::support::{Example, expect, expect_end, send};

/// Reads an answer: its first line, and its body.
fn answer(socket: &UnixStream) -> (String, String) {
    let mut reader = BufReader::new(socket);
    let mut status = String::new();
    reader.read_line(&mut status).unwrap();
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        match header.trim_end().split_once(": ") {
            Some(("content-length", value)) => length = value.parse().unwrap(),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    assert!(reader.buffer().is_empty(), "nothing comes behind the body");
    (
        status.trim_end().to_owned(),
        String::from_utf8(body).unwrap(),
    )
}

fn post(path: &str, body: &str) -> String {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nhost: example\r\ncontent-length: {length}\r\n\r\n{body}")
}

fn ok(body: &str) -> (String, String) {
    ("HTTP/1.1 200 OK".to_owned(), body.to_owned())
}

/// Sends all of a request but its body, and waits until that is asked for.
fn begin(socket: &UnixStream, length: usize) {
    send(socket, "POST /upper HTTP/1.1\r\nhost: example\r\n");
    send(
        socket,
        format!("content-length: {length}\r\nexpect: 100-continue\r\n\r\n"),
    );
    expect(socket, "HTTP/1.1 100 Continue\r\n\r\n");
}

/// A request that has begun is answered although the server stops.
fn stops_behind_the_last_request(mut server: Example) {
    let client = server.connect();
    begin(&client, 6);
    send(&client, "all");
    server.stop(Signal::TERM);
    send(&client, " of");
    assert_eq!(answer(&client), ok("ALL OF"));
    expect_end(&client);
    assert!(server.end().success());
}

#[test]
fn axum_routes_and_knows_its_clients() {
    let server = Example::start(env!("CARGO_BIN_EXE_axum"));
    let client = server.connect();
    let user = rustix::process::geteuid().as_raw();
    send(&client, "GET / HTTP/1.1\r\nhost: example\r\n\r\n");
    assert_eq!(answer(&client), ok(&format!("you are user {user}\n")));
    // The connection is kept for the next request.
    send(&client, post("/upper", "all of it"));
    assert_eq!(answer(&client), ok("ALL OF IT"));
    send(&client, post("/nowhere", ""));
    assert_eq!(answer(&client).0, "HTTP/1.1 404 Not Found");

    stops_behind_the_last_request(server);
    expect_end(&client);
}

#[test]
fn hyper_answers_one_request_on_each_connection() {
    let server = Example::start(env!("CARGO_BIN_EXE_hyper"));
    for body in ["all of it", ""] {
        let client = server.connect();
        send(&client, post("/", body));
        assert_eq!(answer(&client), ok(&body.to_uppercase()));
        expect_end(&client);
    }
    stops_behind_the_last_request(server);
}

/// Clients in the backlog are answered, and a client that sends its request late.
fn answers_whoever_came_before_the_end(program: &str) {
    let mut server = Example::start(program);
    let silent = server.connect();
    let requests = [(); 20].map(|()| post("/upper", "late"));
    let clients = server.stop_behind_late_clients(&requests);
    send(&silent, post("/upper", "last"));
    assert_eq!(answer(&silent), ok("LAST"));
    for client in &clients {
        assert_eq!(answer(client), ok("LATE"));
    }
    assert!(server.end().success());
}

#[test]
fn axum_answers_clients_that_connected_before_the_stop() {
    answers_whoever_came_before_the_end(env!("CARGO_BIN_EXE_axum"));
}

#[test]
fn hyper_answers_clients_that_connected_before_the_stop() {
    answers_whoever_came_before_the_end(env!("CARGO_BIN_EXE_hyper"));
}

#[test]
fn hyper_refuses_a_body_that_is_too_long() {
    let mut server = Example::start(env!("CARGO_BIN_EXE_hyper"));
    let client = server.connect();
    begin(&client, 1024 * 1024 + 1);
    send(&client, vec![b' '; 1024 * 1024 + 1]);
    assert_eq!(answer(&client).0, "HTTP/1.1 413 Payload Too Large");
    server.stop(Signal::INT);
    assert!(server.end().success());
}
