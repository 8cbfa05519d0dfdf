//! How a server ceased to listen.

use anteroom_core::{Driver, End, Server, ServerName};

use crate::platform::{FATAL, Script, answer, driver, listening};

type Cause = fn(&mut Driver<Script>);

#[test]
fn an_end_is_told_by_what_caused_it() {
    let ends: [(Cause, End); 4] = [
        (|driver| driver.close(), End::Closed),
        (
            |driver| {
                driver.command(Server::drain);
                driver.close();
            },
            End::Closed,
        ),
        (
            |driver| {
                driver.command(Server::drain);
                assert_eq!(driver.server().end(), None);
                assert!(!driver.accept_one().more);
            },
            End::Drained,
        ),
        (|driver| _ = answer(driver, Err(FATAL)), End::Lost),
    ];
    for (cause, end) in ends {
        let (mut driver, _) = listening(Script::default());
        assert_eq!(driver.server().end(), None);

        cause(&mut driver);

        assert_eq!(driver.server().end(), Some(end));
        // There is nothing more to close.
        driver.close();
        assert_eq!(driver.server().end(), Some(end));
        driver.listen(ServerName::from("again")).unwrap();
        assert_eq!(driver.server().end(), None);
    }
}

#[test]
fn a_server_that_has_never_listened_has_no_end() {
    let (mut driver, _) = driver(Script {
        fails_to_bind: true,
        ..Script::default()
    });

    driver.close();
    driver.listen(ServerName::from("editor")).unwrap_err();

    assert_eq!(driver.server().end(), None);
}
