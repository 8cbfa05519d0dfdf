//! A server that finds no descriptors for async-io, for a build with `panic = "abort"`.
//!
//! ```console
//! $ abort_harness_smol NAME    # listening fails at first, then a client is served
//! ```

use std::env;
use std::os::unix::net::UnixStream;

use anteroom_smol::{LocalServer, LocalSocket};
use anteroom_std::ErrorKind;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

fn main() {
    let Some(name) = env::args().nth(1) else {
        panic!("usage: abort_harness_smol NAME");
    };
    let before = getrlimit(Resource::Nofile);
    let none = Rlimit {
        current: Some(0),
        maximum: before.maximum,
    };
    setrlimit(Resource::Nofile, none).expect("the limit can be lowered");
    let error = LocalServer::bind(&name).expect_err("there are no descriptors");
    assert_eq!(error.kind(), Some(ErrorKind::Resources));
    // async-io's own `block_on` would start the reactor.
    let connecting = futures_executor::block_on(LocalSocket::connect(&name));
    let error = connecting.expect_err("there are no descriptors");
    assert_eq!(error.kind(), ErrorKind::Resources);

    setrlimit(Resource::Nofile, before).expect("the limit can be raised again");
    let mut server = LocalServer::bind(&name).expect("the name is free");
    let _client = UnixStream::connect(&name).expect("the server listens");
    async_io::block_on(server.accept()).expect("a client has connected");
}
