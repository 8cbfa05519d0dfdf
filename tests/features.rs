//! A feature adds a module, and changes what no name means.
#![cfg(unix)]

/// Says of what type a value is, whatever features are on.
fn type_of<T>(_: &T) -> &'static str {
    std::any::type_name::<T>()
}

#[cfg(feature = "std")]
#[test]
fn the_blocking_server_is_the_same_whatever_else_is_on() {
    let server = anteroom::blocking::LocalServer::new();
    let expected = "anteroom_std::server::LocalServer";
    assert_eq!(type_of(&server).split('<').next(), Some(expected));
}

#[cfg(feature = "tokio")]
#[test]
fn the_server_on_tokio_is_the_same_whatever_else_is_on() {
    let server = anteroom::tokio::LocalServer::new();
    let expected = "anteroom_tokio::server::LocalServer";
    assert_eq!(type_of(&server).split('<').next(), Some(expected));
}

#[cfg(feature = "smol")]
#[test]
fn the_server_on_smol_is_the_same_whatever_else_is_on() {
    let server = anteroom::smol::LocalServer::new();
    let expected = "anteroom_smol::server::LocalServer";
    assert_eq!(type_of(&server).split('<').next(), Some(expected));
}

#[test]
fn the_machine_is_there_without_any_feature() {
    let server = anteroom::machine::Server::<u32>::new();
    assert_eq!(type_of(&server), "anteroom_core::server::Server<u32>");
}
