//! Descriptors to be adopted, and what can be learnt about descriptors.

use anteroom_core::{Backlog, ServerName};

use crate::sim::SimDescriptor;
use crate::sim::kernel::{Address, Flags, Kernel, Kind, Thing};
use crate::sim::simulation::Simulation;
use anteroom_conformance::{Descriptor, DescriptorKind};

/// How many clients such a listener queues, if it is asked to.
const BACKLOG: Backlog = Backlog::Limited(128);

/// Returns the number that stands for a descriptor.
///
/// # Panics
///
/// Panics on a real one: a simulated subject met a world that is not.
pub(super) fn number_of(descriptor: &Descriptor) -> i64 {
    match descriptor {
        Descriptor::Simulated(descriptor) => descriptor
            .downcast_ref::<SimDescriptor>()
            .expect("it is of a simulation")
            .number(),
        _ => panic!("a real descriptor has strayed into the simulation"),
    }
}

/// Makes a descriptor of a number.
pub(super) fn simulated(simulation: &Simulation, number: i64) -> Descriptor {
    Descriptor::Simulated(Box::new(SimDescriptor::new(simulation.clone(), number)))
}

/// Makes a descriptor of the kind, as another program would pass it: inheritable, and blocking.
pub(super) fn make(simulation: &Simulation, kind: DescriptorKind, name: &ServerName) -> Descriptor {
    let number = open(&mut simulation.kernel(), kind, name);
    let number = number.unwrap_or_else(|code| panic!("making {kind:?}: error {code}"));
    simulation.kernel().set_flags(
        number,
        Flags {
            non_blocking: false,
            close_on_exec: false,
        },
    );
    simulated(simulation, number)
}

fn open(kernel: &mut Kernel, kind: DescriptorKind, name: &ServerName) -> Result<i64, i32> {
    match kind {
        DescriptorKind::Listening => {
            listening(kernel, |kernel, number| kernel.bind_path(number, name))
        }
        DescriptorKind::ListeningAbstract => {
            listening(kernel, |kernel, number| kernel.bind_abstract(number, name))
        }
        DescriptorKind::ListeningUnnamed => listening(kernel, |kernel, number| {
            kernel.bind_abstract(number, &ServerName::default())
        }),
        DescriptorKind::Bound => socket(kernel, true, Some(name)),
        DescriptorKind::BoundAbstract => {
            let number = socket(kernel, true, None)?;
            kernel.bind_abstract(number, name).map(|()| number)
        }
        DescriptorKind::Unbound => socket(kernel, true, None),
        DescriptorKind::Connected => {
            let (connection, client) = kernel.pair()?;
            kernel.close(kernel.current(), client);
            Ok(connection)
        }
        // Whoever adopts looks at the type first, so that listening makes no difference.
        DescriptorKind::Datagram | DescriptorKind::ListeningPackets => {
            socket(kernel, false, Some(name))
        }
        DescriptorKind::TcpListening => kernel.open(Thing::ForeignSocket),
        DescriptorKind::Pipe => kernel.open(Thing::NoSocket),
        DescriptorKind::File => {
            let (who, path) = (kernel.credentials(), name.as_bytes());
            let file = (Kind::Regular(Vec::new()), 0o644);
            kernel
                .files
                .create(who, path, file, 0)
                .and_then(|_| kernel.open(Thing::NoSocket))
        }
    }
}

/// Returns the name that a number is bound to, if it is open.
pub(super) fn address(kernel: &Kernel, number: i64) -> Option<ServerName> {
    let address = match kernel.thing(number)? {
        Thing::Listener(listener) => &listener.address,
        Thing::Socket { address, .. } => address,
        _ => return None,
    };
    match address {
        Address::None => None,
        Address::Path(name, _) | Address::Abstract(name) | Address::Pipe(name) => {
            Some(name.clone())
        }
    }
}

fn listening(
    kernel: &mut Kernel,
    bind: impl FnOnce(&mut Kernel, i64) -> Result<(), i32>,
) -> Result<i64, i32> {
    let capacity = kernel.profile.queue_capacity(BACKLOG);
    let number = kernel.socket(true)?;
    bind(kernel, number)?;
    kernel.listen(number, capacity)?;
    Ok(number)
}

fn socket(kernel: &mut Kernel, is_stream: bool, path: Option<&ServerName>) -> Result<i64, i32> {
    let number = kernel.socket(is_stream)?;
    if let Some(path) = path {
        kernel.bind_path(number, path)?;
    }
    Ok(number)
}
