//! What belongs to the whole process: its descriptors, its umask, its user, its children.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use fork::{Fork, fork};
use nix::unistd::{Gid, Uid, setegid, seteuid};
use rustix::process::{
    Resource, Rlimit, Signal, WaitOptions, getpid, getrlimit, kill_process, setrlimit, waitpid,
};
use rustix::time::{ClockId, clock_gettime};

/// Returns the numbers of all open descriptors, in order.
pub(super) fn open_descriptors() -> Vec<u64> {
    // On most systems, reading the directory takes a descriptor, which then is in it: it is the
    // highest free number, and closed when this returns. So only what is still open counts.
    let listed: Vec<u64> = fs::read_dir("/dev/fd")
        .expect("the system shows the open descriptors")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    let mut open: Vec<u64> = listed
        .into_iter()
        .filter(|number| fs::symlink_metadata(format!("/dev/fd/{number}")).is_ok())
        .collect();
    open.sort_unstable();
    open
}

/// Lets at most `spare` more descriptors be opened; returns the limit that was in force.
pub(super) fn limit_descriptors(spare: usize) -> Rlimit {
    let before = getrlimit(Resource::Nofile);
    let open = open_descriptors();
    // The limit is on numbers, and the lowest free number is always taken first: count holes.
    let limit = (0_u64..)
        .filter(|number| !open.contains(number))
        .nth(spare)
        .expect("there are numbers enough");
    set_limit(Rlimit {
        current: Some(limit),
        maximum: before.maximum,
    });
    before
}

/// Sets the limit on descriptors.
pub(super) fn set_limit(limit: Rlimit) {
    setrlimit(Resource::Nofile, limit).expect("the limit on descriptors can be changed");
}

/// Returns whether this process may make PID namespaces.
///
/// The thread that tries is the only one whose children would be in the new namespace.
#[cfg(target_os = "linux")]
pub(super) fn has_pid_namespaces() -> bool {
    let attempt = std::thread::spawn(|| nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWPID));
    attempt.join().is_ok_and(|result| result.is_ok())
}

#[cfg(not(target_os = "linux"))]
pub(super) const fn has_pid_namespaces() -> bool {
    false
}

/// Runs `run` in a forked child that is process 1 of a new PID namespace; a panic in it is one here.
///
/// A process can change the namespace of its children only once: a child in between does that.
#[cfg(target_os = "linux")]
pub(super) fn in_pid_namespace(run: &mut dyn FnMut()) {
    in_forked_child(&mut || {
        nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWPID)
            .expect("a PID namespace can be made");
        in_forked_child(&mut || {
            assert_eq!(getpid(), rustix::process::Pid::INIT);
            run();
        });
    });
}

#[cfg(not(target_os = "linux"))]
pub(super) fn in_pid_namespace(_run: &mut dyn FnMut()) {
    panic!("this system has no PID namespaces")
}

/// Runs `run` in a forked child and waits for its end; a panic in it is one here.
pub(super) fn in_forked_child(run: &mut dyn FnMut()) {
    let (mut reader, mut writer) = UnixStream::pair().expect("a pair of sockets can be made");
    match fork().expect("the process can be forked") {
        Fork::Child => {
            let succeeded = catch_unwind(AssertUnwindSafe(run)).is_ok();
            // Where this fails, the parent reads nothing, which means failure.
            let _ = writer.write_all(if succeeded { b"done" } else { b"fail" });
            drop(writer);
            // The child must not go on as the test program, nor end like one. Process 1 of a
            // namespace cannot kill itself: its parent does.
            let _ = kill_process(getpid(), Signal::KILL);
            loop {
                std::thread::park();
            }
        }
        Fork::Parent(child) => {
            drop(writer);
            let mut answer = Vec::new();
            reader
                .read_to_end(&mut answer)
                .expect("the child closes its socket by its end");
            let child = rustix::process::Pid::from_raw(child);
            let child = child.expect("a child has an id");
            // It may have killed itself already.
            let _ = kill_process(child, Signal::KILL);
            waitpid(Some(child), WaitOptions::empty()).expect("the child can be waited for");
            assert_eq!(answer, b"done", "the forked child did not finish");
        }
    }
}

/// Returns how much time this process has kept processors busy.
pub(super) fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).expect("a process has not run for a negative time")
}

/// Makes this process act as another user and group, or as itself again.
pub(super) fn act_as(user_and_group: Option<(u32, u32)>) {
    // Back to root first: only root may become somebody else.
    seteuid(Uid::from_raw(0)).expect("root can become itself again");
    setegid(Gid::from_raw(0)).expect("root can become itself again");
    if let Some((user, group)) = user_and_group {
        super::errand::leave_groups().expect("root may leave its groups");
        setegid(Gid::from_raw(group)).expect("root may act as any group");
        seteuid(Uid::from_raw(user)).expect("root may act as any user");
    }
}
