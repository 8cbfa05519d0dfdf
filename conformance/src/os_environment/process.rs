//! Properties of the whole process: descriptors, users, children.

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
    // Reading the directory takes a descriptor on most systems, which is listed but closed later:
    // count only those that are still open.
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

/// Allows at most `spare` more descriptors; returns the previous limit.
pub(super) fn limit_descriptors(spare: usize) -> Rlimit {
    let before = getrlimit(Resource::Nofile);
    let open = open_descriptors();
    // The limit is on numbers, and the kernel uses the lowest free one: count gaps.
    let limit = (0_u64..)
        .filter(|number| !open.contains(number))
        .nth(spare)
        .expect("there are enough numbers");
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

/// Returns whether this process may create PID namespaces.
///
/// Tries it in a thread, which only affects the children of that thread.
#[cfg(target_os = "linux")]
pub(super) fn has_pid_namespaces() -> bool {
    let attempt = std::thread::spawn(|| nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWPID));
    attempt.join().is_ok_and(|result| result.is_ok())
}

#[cfg(not(target_os = "linux"))]
pub(super) const fn has_pid_namespaces() -> bool {
    false
}

/// Runs `run` in a forked child that is process 1 of a new PID namespace. A panic in it panics here.
///
/// A process can change the namespace of its children only once, so an intermediate child does it.
#[cfg(target_os = "linux")]
pub(super) fn in_pid_namespace(run: &mut dyn FnMut()) {
    in_forked_child(&mut || {
        nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWPID)
            .expect("a PID namespace can be created");
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

/// Runs `run` in a forked child and waits for its end. A panic in it panics here.
pub(super) fn in_forked_child(run: &mut dyn FnMut()) {
    let (mut reader, mut writer) = UnixStream::pair().expect("a pair of sockets can be created");
    match fork().expect("the process can be forked") {
        Fork::Child => {
            let succeeded = catch_unwind(AssertUnwindSafe(run)).is_ok();
            // If this fails, the parent reads nothing, which means failure.
            let _ = writer.write_all(if succeeded { b"done" } else { b"fail" });
            drop(writer);
            // The child must not continue as the test program, nor exit like one. Process 1 of a
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
                .expect("the child closes its socket when it ends");
            let child = rustix::process::Pid::from_raw(child);
            let child = child.expect("a child has an id");
            // It may be dead already.
            let _ = kill_process(child, Signal::KILL);
            waitpid(Some(child), WaitOptions::empty()).expect("the child can be waited for");
            assert_eq!(answer, b"done", "the forked child did not finish");
        }
    }
}

/// Returns the processor time of this process.
pub(super) fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).expect("the time is not negative")
}

/// Makes this process act as another user and group; `None` reverts that.
pub(super) fn act_as(user_and_group: Option<(u32, u32)>) {
    // First as root: only root may change them.
    seteuid(Uid::from_raw(0)).expect("the real user is root");
    setegid(Gid::from_raw(0)).expect("the real user is root");
    if let Some((user, group)) = user_and_group {
        super::other_user::leave_groups().expect("root may change its groups");
        setegid(Gid::from_raw(group)).expect("root may act as any group");
        seteuid(Uid::from_raw(user)).expect("root may act as any user");
    }
}
