//! A feature adds a module, and changes what no name means.
#![cfg(all(unix, any(feature = "std", feature = "tokio", feature = "smol")))]

/// Says of what type a value is, whatever features are on.
fn type_of<T>(_: &T) -> &'static str {
    std::any::type_name::<T>()
}

#[cfg(feature = "std")]
#[test]
fn the_blocking_server_is_the_same_whatever_else_is_on() {
    let server = anteroom::blocking::LocalServer::new();
    assert_eq!(
        type_of(&server),
        server_type("Blocking", "anteroom_std::blocking::Std")
    );
}

#[cfg(feature = "tokio")]
#[test]
fn the_server_on_tokio_is_the_same_whatever_else_is_on() {
    let server = anteroom::tokio::LocalServer::new();
    assert_eq!(
        type_of(&server),
        server_type("Async", "anteroom_tokio::runtime::Tokio")
    );
}

#[cfg(feature = "smol")]
#[test]
fn the_server_on_smol_is_the_same_whatever_else_is_on() {
    let server = anteroom::smol::LocalServer::new();
    assert_eq!(
        type_of(&server),
        server_type("Async", "anteroom_smol::runtime::AsyncIo")
    );
}

/// Returns the name of the generic server's type.
fn server_type(mode: &str, runtime: &str) -> String {
    let platform = format!("anteroom_std::sys::unix::system::System<{runtime}>");
    format!("anteroom_std::server::Server<anteroom_std::server::mode::{mode}<{platform}>>")
}
