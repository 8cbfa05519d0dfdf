//! What a platform layer for pipes does.

use anteroom_core::{Failure, Operation, ServerName};

use crate::sim::kernel::Kernel;

/// Starts to listen. Others may have the name, too.
pub(super) fn listen(
    kernel: &mut Kernel,
    name: &ServerName,
    instances: usize,
) -> Result<i64, Failure> {
    let number = kernel.listen_pipe(name, instances);
    number.map_err(|code| kernel.profile.failure(Operation::Listen, code))
}
