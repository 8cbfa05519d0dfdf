//! Kinds and texts of errors, and when they are cleared: ERR.

use crate::prelude::*;

/// The text fits the kind: another kind, another text, and each says what is wrong.
pub(crate) fn the_text_fits_the_kind(bench: &mut Bench) {
    let name = bench.world.full_name("occupied");
    bench.world.plant(&name, Plant::LiveServer);
    bench.fail_to_listen(&name);
    let in_use = bench.observe();
    assert_eq!(in_use.error, Some(ErrorKind::AddressInUse));
    assert!(
        in_use.error_string.contains("in use"),
        "{}",
        in_use.error_string
    );

    bench.fail_to_listen(&ServerName::from(""));
    let empty = bench.observe();
    assert_eq!(empty.error, Some(ErrorKind::Name));
    assert!(
        empty.error_string.contains("empty"),
        "{}",
        empty.error_string
    );
}

/// A text is one line for people.
pub(crate) fn a_text_is_one_line(bench: &mut Bench) {
    let name = bench.world.full_name("line\nbreak");
    bench.world.plant(&name, Plant::File);
    bench.fail_to_listen(&name);
    let text = bench.observe().error_string;
    assert!(!text.contains('\n'), "{text}");
}

/// With no error there is no text: fresh, listening and closed.
pub(crate) fn no_error_means_no_text(bench: &mut Bench) {
    bench.expect_no_error();
    bench.listen_on("server");
    bench.expect_no_error();
    bench.subject.close();
    bench.expect_no_error();
}

/// The kind is that of the error which occurred last.
pub(crate) fn the_last_error_wins(bench: &mut Bench) {
    bench.fail_to_listen(&ServerName::from(""));
    assert_eq!(bench.error(), Some(ErrorKind::Name));
    let name = bench.world.full_name("occupied");
    bench.world.plant(&name, Plant::File);
    bench.fail_to_listen(&name);
    assert_eq!(bench.error(), Some(ErrorKind::AddressInUse));
    bench.fail_to_listen(&ServerName::from(""));
    assert_eq!(bench.error(), Some(ErrorKind::Name));
}

/// What listen returns is what is recorded.
pub(crate) fn what_is_returned_is_recorded(bench: &mut Bench) {
    let name = bench.world.full_name("occupied");
    bench.world.plant(&name, Plant::Directory);
    let failure = bench.fail_to_listen(&name);
    let seen = bench.observe();
    assert_eq!(seen.error, Some(failure.kind()));
    assert_eq!(seen.error_code, failure.code());
}

/// A successful listen clears the last error.
pub(crate) fn listening_clears_the_error(bench: &mut Bench) {
    bench.provoke_error();
    bench.listen_on("server");
    bench.expect_no_error();
}

/// A successful adoption clears the last error, like any listen.
pub(crate) fn adopting_clears_the_error(bench: &mut Bench) {
    bench.provoke_error();
    bench.adopt();
    bench.expect_no_error();
}

/// Nothing that an idle server can be asked clears the last error.
pub(crate) fn nothing_else_clears_the_error(bench: &mut Bench) {
    bench.provoke_error();
    let before = bench.observe();
    let missing = bench.world.full_name("missing");
    bench.subject.close();
    bench.subject.drain();
    bench.subject.settle();
    let _ = bench.subject.wait(Timeout::default());
    bench.subject.set_max_pending(30);
    bench.subject.set_socket_options(SocketOptions::empty());
    assert_eq!(bench.subject.remove_server(&missing), Ok(()));
    assert_eq!(bench.subject.next_pending(), None);
    bench.subject.discard_pending();
    assert_eq!(bench.subject.take_new_connections(), 0);
    assert_eq!(bench.observe(), before);
}

/// Serving clients again does not clear what accepting failed with.
pub(crate) fn serving_again_does_not_clear_the_error(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.exhaust_accept(&name);
    bench.await_pending();
    bench.claim();
    assert_eq!(bench.error(), Some(ErrorKind::Resources));
}

/// Listening while listening is a misuse: it is returned and not recorded.
pub(crate) fn misuse_is_returned_and_not_recorded(bench: &mut Bench) {
    bench.listen_on("server");
    let other = bench.world.full_name("other");
    let result = bench.subject.listen(&other);
    assert_eq!(result, Err(ListenError::AlreadyListening));
    bench.expect_no_error();
}

/// An occupied name is an address in use, with the system's code where there is one.
pub(crate) fn an_occupied_name_is_in_use(bench: &mut Bench) {
    let name = bench.world.full_name("occupied");
    bench.world.plant(&name, Plant::StaleSocket);
    let failure = bench.fail_to_listen(&name);
    assert_eq!(failure.kind(), ErrorKind::AddressInUse);
    assert!(failure.code().is_some(), "{failure:?}");
}

/// A missing directory is not found, with the system's code.
pub(crate) fn listen_reports_missing_directory_as_not_found(bench: &mut Bench) {
    let name = bench.world.full_name("missing/server");
    let failure = bench.fail_to_listen(&name);
    assert_eq!(failure.kind(), ErrorKind::NotFound);
    assert!(failure.code().is_some(), "{failure:?}");
    assert_eq!(bench.error(), Some(ErrorKind::NotFound));
}

/// A file in the place of a directory is a name error, with the system's code.
pub(crate) fn a_file_as_a_directory_is_a_name_error(bench: &mut Bench) {
    let file = bench.world.full_name("file");
    bench.world.plant(&file, Plant::File);
    let name = bench.world.full_name("file/server");
    let failure = bench.fail_to_listen(&name);
    assert_eq!(failure.kind(), ErrorKind::Name);
    assert!(failure.code().is_some(), "{failure:?}");
    assert!(bench.world.is_untouched(&file));
}

/// A loop of links in the path is a name error, with the system's code.
pub(crate) fn a_loop_of_links_is_a_name_error(bench: &mut Bench) {
    let link = bench.world.full_name("loop");
    bench.world.plant(&link, Plant::LinkToItself);
    let name = bench.world.full_name("loop/server");
    let failure = bench.fail_to_listen(&name);
    assert_eq!(failure.kind(), ErrorKind::Name);
    assert!(failure.code().is_some(), "{failure:?}");
}

/// A directory in which one may not write is an access error, with the system's code.
pub(crate) fn a_forbidden_directory_is_an_access_error(bench: &mut Bench) {
    let name = bench.world.guarded_name("server");
    bench.world.act_as(Some((1000, 1000)));
    let result = bench.subject.listen(&name);
    bench.world.act_as(None);
    let failure = recorded(result);
    assert_eq!(failure.kind(), ErrorKind::Access);
    assert!(failure.code().is_some(), "{failure:?}");
    assert_eq!(bench.error(), Some(ErrorKind::Access));
}

/// Running out of descriptors is an error of resources, with the system's code.
pub(crate) fn exhaustion_is_an_error_of_resources(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    bench.world.limit_descriptors(0);
    let result = bench.subject.listen(&name);
    bench.world.unlimit_descriptors();
    let failure = recorded(result);
    assert_eq!(failure.kind(), ErrorKind::Resources);
    assert!(failure.code().is_some(), "{failure:?}");
}

/// The text names the operation, the name, the full name and the cause.
pub(crate) fn the_text_names_operation_name_path_and_cause(bench: &mut Bench) {
    let plain = bench.world.plain_name("text");
    let full = bench.world.resolved(&plain);
    bench.world.plant(&full, Plant::LiveServer);
    bench.fail_to_listen(&plain);
    let text = bench.observe().error_string;
    bench.world.delete(&full);
    for part in [
        "listen",
        &plain.to_string(),
        &full.to_string(),
        "live server",
    ] {
        assert!(text.contains(part), "{part:?} is missing in {text:?}");
    }
}

/// The text about a live server says what to do.
pub(crate) fn the_text_about_a_live_server_gives_advice(bench: &mut Bench) {
    let text = text_about(bench, Plant::LiveServer);
    assert!(text.contains("live server"), "{text}");
    assert!(text.contains("another name"), "{text}");
}

/// The text about a stale socket says that it is stale, and what to do.
pub(crate) fn the_text_about_a_stale_socket_gives_advice(bench: &mut Bench) {
    let text = text_about(bench, Plant::StaleSocket);
    assert!(text.contains("crashed"), "{text}");
    assert!(text.contains("remove"), "{text}");
}

/// The text about what is no socket says what is there instead.
pub(crate) fn the_text_about_other_occupants_says_what_is_there(bench: &mut Bench) {
    for (plant, word) in [
        (Plant::File, "file"),
        (Plant::Directory, "directory"),
        (Plant::DanglingLink, "link"),
        (Plant::LinkToFile, "link"),
    ] {
        let text = text_about(bench, plant);
        let cause = text.split(": ").skip(1).collect::<String>();
        assert!(cause.contains(word), "{plant:?}: {text}");
    }
}

/// The text about an adoption names that operation.
pub(crate) fn the_text_about_an_adoption_names_it(bench: &mut Bench) {
    let name = bench.world.full_name("unused");
    let pipe = bench.world.descriptor(DescriptorKind::Pipe, &name);
    assert!(bench.subject.listen_descriptor(pipe).is_err());
    let text = bench.observe().error_string;
    assert!(text.contains("adopt"), "{text}");
    assert!(text.contains("not a socket"), "{text}");
}

/// The text after a failed accept names that operation and the name.
pub(crate) fn the_text_about_a_failed_accept_names_it(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.exhaust_accept(&name);
    let text = bench.observe().error_string;
    for part in ["accept", &name.to_string(), "descriptors"] {
        assert!(text.contains(part), "{part:?} is missing in {text:?}");
    }
}

#[track_caller]
fn text_about(bench: &mut Bench, plant: Plant) -> String {
    let name = bench.world.full_name(&format!("occupied-{plant:?}"));
    bench.world.plant(&name, plant);
    bench.fail_to_listen(&name);
    bench.observe().error_string
}

/// Returns the failure that a listen recorded, which has to have failed.
#[track_caller]
fn recorded(result: Result<(), ListenError>) -> Failure {
    let failure = result.err().and_then(ListenError::failure);
    failure.expect("listening has to fail")
}
