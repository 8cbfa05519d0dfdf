use rustix::process::Signal;

use crate::support::{Example, expect, expect_end, send};

#[test]
fn every_line_gets_an_answer() {
    let mut server = Example::start(env!("CARGO_BIN_EXE_json_lines"));
    let [client, other] = [server.connect(), server.connect()];
    send(
        &client,
        "{\"id\": 7, \"add\": [1, 2, 3.5]}\n{\"id\": \"b\", \"a",
    );
    expect(&client, "{\"id\":7,\"sum\":6.5}\n");
    send(&other, "{\"id\": 8, \"add\": 1}\nnonsense\n");
    expect(
        &other,
        "{\"error\":\"`add` is to be a list of numbers\",\"id\":8}\n",
    );
    expect(&other, "{\"error\":\"expected ");
    drop(other);

    // A line that has begun is answered although the server stops.
    server.stop(Signal::TERM);
    send(&client, "dd\": [0.5, 0.25]}\n");
    expect(&client, "{\"id\":\"b\",\"sum\":0.75}\n");
    drop(client);
    assert!(server.end().success());
}

#[test]
fn a_line_that_is_too_long_is_an_error() {
    let mut server = Example::start(env!("CARGO_BIN_EXE_json_lines"));
    let [rude, polite] = [server.connect(), server.connect()];
    send(&rude, vec![b' '; 64 * 1024 + 1]);
    expect(&rude, "{\"error\":\"max line length exceeded\"}\n");
    expect_end(&rude);
    send(&polite, "{\"id\": 1, \"add\": [");
    send(&polite, vec![b' '; 63 * 1024]);
    send(&polite, "1]}\n");
    expect(&polite, "{\"id\":1,\"sum\":1.0}\n");
    drop(polite);
    server.stop(Signal::INT);
    assert!(server.end().success());
}

#[test]
fn clients_beyond_the_hundredth_wait_for_a_place() {
    let mut server = Example::start(env!("CARGO_BIN_EXE_json_lines"));
    let clients: Vec<_> = (0..120).map(|_| server.connect()).collect();
    for client in &clients {
        send(client, "{\"add\": []}\n");
    }
    for client in clients {
        expect(&client, "{\"id\":null,\"sum\":");
    }
    server.stop(Signal::INT);
    assert!(server.end().success());
}
