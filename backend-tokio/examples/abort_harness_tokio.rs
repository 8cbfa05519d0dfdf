//! A server on a runtime that lacks something, for a build with `panic = "abort"`.
//!
//! ```console
//! $ abort_harness_tokio without-timers NAME   # serves two clients and ends well
//! $ abort_harness_tokio without-io NAME       # tokio's panic ends the process; no file is left
//! ```

use std::env;
use std::io::Read as _;
use std::os::unix::net::UnixStream;

use anteroom_tokio::LocalServer;
use tokio::runtime::Builder;

fn main() {
    let mut arguments = env::args().skip(1);
    let (Some(lack), Some(name)) = (arguments.next(), arguments.next()) else {
        panic!("usage: abort_harness_tokio without-timers|without-io NAME");
    };
    let mut builder = Builder::new_current_thread();
    let runtime = match lack.as_str() {
        "without-timers" => builder.enable_io().build(),
        "without-io" => builder.enable_time().build(),
        other => panic!("{other} is not something to lack"),
    };
    let runtime = runtime.expect("a runtime can be built");
    runtime.block_on(async {
        let mut server = LocalServer::bind(&name).expect("the name is free");
        for _ in 0..2 {
            let mut client = UnixStream::connect(&name).expect("the server listens");
            drop(server.accept().await.expect("a client has connected"));
            let read = client.read(&mut [0]).expect("the server closes");
            assert_eq!(read, 0);
        }
    });
}
