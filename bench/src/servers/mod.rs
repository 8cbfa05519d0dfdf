//! The servers. They differ only in how they accept.
//!
//! A request is answered by a spawned task where there are tasks. Every other connection is served
//! by the thread or task that has accepted it, one after the other.

mod asynchronous;
mod blocking;
mod smol;
mod tokio;

use crate::clients::Clients;
use crate::held::Held;
use crate::plan::{Batch, Runtime, Workload};
use crate::sample::{Measured, Trouble};

/// What to do with the connections.
#[derive(Clone, Copy, Debug)]
struct Order {
    connections: u64,
    service: Service,
}

/// What to do with one connection.
#[derive(Clone, Copy, Debug)]
enum Service {
    /// Send back what comes in.
    Echo,
    /// Send the first message back, and close.
    Answer,
    /// Read to the end, and say how much it was.
    Count,
}

impl Order {
    const fn of(batch: &Batch) -> Self {
        Self {
            connections: batch.connections(),
            service: match batch.workload {
                Workload::Stream => Service::Count,
                Workload::Burst | Workload::PingPong => Service::Echo,
                _ => Service::Answer,
            },
        }
    }
}

/// Runs a server for one batch of clients, and checks that both have seen the same.
pub(crate) fn run(batch: &Batch, clients: &mut Clients) -> Result<(Measured, Held), Trouble> {
    let begin = |clients: &mut Clients| -> Result<Order, Trouble> {
        clients.prepare(batch)?;
        if !batch.workload.clients_keep_quiet() {
            clients.go()?;
        }
        Ok(Order::of(batch))
    };
    let begin = || begin(clients);
    let measured = match batch.runtime {
        Runtime::Std => blocking::run(batch.subject, &batch.path, begin),
        Runtime::Tokio1 | Runtime::Tokio2 => tokio::run(batch, begin),
        Runtime::Smol => smol::run(batch.subject, &batch.path, begin),
    }?;
    if batch.workload.clients_keep_quiet() {
        clients.go()?;
    }
    let (served, held) = clients.report()?;
    served.check("the clients", batch)?;
    measured.served.check("the server", batch)?;
    Ok((measured, held))
}
