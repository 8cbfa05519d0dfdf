//! What the system must allow before so many connections can be measured.

use std::fs;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::plan::{Sizes, Workload};
use crate::sample::Trouble;

/// The descriptors of a process, without those of its clients.
const OTHERS: u64 = 64;
/// How many clients Linux queues for a listener at most, save one.
const QUEUE_LIMIT: &str = "/proc/sys/net/core/somaxconn";

/// Raises what may be raised, and says what is not enough. Returns the sizes that are possible.
pub(crate) fn prepare(workloads: &[Workload], mut sizes: Sizes) -> Result<Sizes, Trouble> {
    if workloads.contains(&Workload::Burst) {
        let clients = Workload::Burst.units(sizes);
        check_queue(clients, fs::read_to_string(QUEUE_LIMIT).ok().as_deref())?;
        raise_descriptors(clients + OTHERS)?;
    }
    if workloads.contains(&Workload::Held) {
        let wanted = sizes.held;
        sizes.held = held_within(wanted, getrlimit(Resource::Nofile).maximum);
        if sizes.held < wanted {
            eprintln!(
                "note: {} connections are held instead of {wanted}: the hard limit of descriptors \
                 (ulimit -Hn) allows no more",
                sizes.held
            );
        }
        raise_descriptors(sizes.held + OTHERS)?;
    }
    Ok(sizes)
}

/// Returns how many of so many connections a process can hold, but one at least.
fn held_within(wanted: u64, maximum: Option<u64>) -> u64 {
    maximum.map_or(wanted, |maximum| {
        wanted.min(maximum.saturating_sub(OTHERS).max(1))
    })
}

fn check_queue(clients: u64, limit: Option<&str>) -> Result<(), Trouble> {
    // Without a number, a client that finds the queue full will tell.
    match limit.and_then(|limit| limit.trim().parse::<u64>().ok()) {
        Some(limit) if clients > limit + 1 => Err(format!(
            "a burst of {clients} clients does not fit into a queue of {limit} (net.core.somaxconn): \
             raise that, or choose a smaller number with --connections"
        )
        .into()),
        _ => Ok(()),
    }
}

/// Raises the soft limit of descriptors, which the process of the clients inherits.
fn raise_descriptors(needed: u64) -> Result<(), Trouble> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    if maximum.is_some_and(|maximum| maximum < needed) {
        return Err(format!(
            "{needed} descriptors are needed, and the hard limit is {} (ulimit -Hn): raise that, \
             or choose a smaller number with --connections",
            maximum.unwrap_or_default()
        )
        .into());
    }
    let current = maximum.or(Some(needed));
    setrlimit(Resource::Nofile, Rlimit { current, maximum })
        .map_err(|error| format!("the limit of descriptors cannot be raised: {error}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linux_queues_one_client_more_than_its_limit() {
        assert!(check_queue(4097, Some("4096\n")).is_ok());
        let error = check_queue(4098, Some("4096\n")).unwrap_err();
        assert!(error.to_string().contains("net.core.somaxconn"), "{error}");
    }

    #[test]
    fn where_no_limit_is_told_the_clients_will_find_out() {
        assert!(check_queue(u64::MAX, None).is_ok());
    }

    #[test]
    fn as_many_connections_are_held_as_the_hard_limit_allows() {
        let held = [None, Some(20_000), Some(1000), Some(OTHERS)];
        let held = held.map(|maximum| held_within(9000, maximum));
        assert_eq!(held, [9000, 9000, 1000 - OTHERS, 1]);
    }

    #[test]
    fn more_descriptors_than_the_hard_limit_are_an_error_at_once() {
        let Some(maximum) = getrlimit(Resource::Nofile).maximum else {
            return;
        };
        let error = raise_descriptors(maximum + 1).unwrap_err();
        assert!(error.to_string().contains("ulimit -Hn"), "{error}");
    }
}
