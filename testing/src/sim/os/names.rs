//! Where names lead: the rules of the core, with the environment of the simulation.

use anteroom_core::rules::{unix, windows};
use anteroom_core::{Failure, ListenOptions, Operation, ServerName, SocketOptions};

use crate::sim::kernel::{Kernel, Target};
use crate::sim::profile::Profile;

impl Target {
    /// Returns the full name.
    pub(in crate::sim) const fn full_name(&self) -> &ServerName {
        match self {
            Self::Path(name) | Self::Abstract(name) | Self::Pipe(name) => name,
        }
    }
}

/// Works out where a name leads.
pub(in crate::sim) fn resolve(
    kernel: &mut Kernel,
    name: &ServerName,
    options: SocketOptions,
    operation: Operation,
) -> Result<Target, Failure> {
    if kernel.profile == Profile::Pipes {
        return windows::resolve(name, options, operation).map(Target::Pipe);
    }
    let directory = kernel.process().temporary_directory.clone();
    let environment = kernel.profile.environment(directory.as_deref());
    unix::resolve(name, options, environment, operation).map(target_of)
}

/// Works out where a server's name leads, and whether its options can be enforced there.
pub(super) fn resolve_to_listen(
    kernel: &mut Kernel,
    name: &ServerName,
    options: ListenOptions,
) -> Result<Target, Failure> {
    if kernel.profile == Profile::Pipes {
        return windows::resolve_to_listen(name, options).map(Target::Pipe);
    }
    let directory = kernel.process().temporary_directory.clone();
    let environment = kernel.profile.environment(directory.as_deref());
    unix::resolve_to_listen(name, options, environment).map(target_of)
}

fn target_of(address: unix::Address) -> Target {
    match address {
        unix::Address::Path(path) => Target::Path(path),
        unix::Address::Abstract(name) => Target::Abstract(name),
    }
}

/// Returns what a full name stands for.
pub(in crate::sim) fn target(
    profile: Profile,
    full_name: &ServerName,
    options: SocketOptions,
) -> Target {
    let name = full_name.clone();
    if profile == Profile::Pipes {
        Target::Pipe(name)
    } else if options.contains(SocketOptions::ABSTRACT) {
        Target::Abstract(name)
    } else {
        Target::Path(name)
    }
}
