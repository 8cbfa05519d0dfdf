use std::cell::RefCell;
use std::collections::HashMap;
use std::future::poll_fn;
use std::io;
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use anteroom::generic::{AsyncSocket, PeerSocket as _};

use super::Service;
use super::echo::{BUFFER, Echo, Turn};
use super::poll_io::PollIo;
use crate::exit_code::Code;
use crate::runtime::{AsyncRuntime, Server, Sleep, Socket};

/// The number of clients accepted in one turn.
const CLIENTS_PER_TURN: usize = 16;

#[cfg(test)]
mod tests;

/// The task that accepts clients and handles signals. Each client has another task.
///
/// The runtime polls all tasks in turn. If it polled this one more often, it would accept clients
/// faster than it serves them.
pub(super) struct MainTask<R: AsyncRuntime> {
    runtime: Rc<R>,
    server: Server<R>,
    signals: Socket<R>,
    shared: Rc<RefCell<Shared>>,
    /// The timer of the grace period, once it has started.
    grace: Option<Sleep>,
}

/// The state shared by all tasks.
struct Shared {
    service: Service,
    /// The number of bytes echoed, by connection.
    clients: HashMap<usize, u64>,
    buffer: Vec<u8>,
    /// The waker of the main task, while it waits for the last client.
    waiting: Option<Waker>,
}

impl<R: AsyncRuntime> MainTask<R> {
    /// Registers the signals. Call it inside the runtime.
    pub(super) fn new(
        runtime: Rc<R>,
        server: Server<R>,
        signals: UnixStream,
        service: Service,
    ) -> io::Result<Self> {
        Ok(Self {
            runtime,
            server,
            signals: Socket::<R>::try_from(signals).map_err(Into::into)?,
            shared: Rc::new(RefCell::new(Shared {
                service,
                clients: HashMap::new(),
                buffer: vec![0; BUFFER],
                waiting: None,
            })),
            grace: None,
        })
    }

    /// Serves until a signal has arrived and all clients have ended, or the grace period is over.
    ///
    /// Do not call it inside the runtime.
    pub(super) fn run(self) -> io::Result<Code> {
        let runtime = Rc::clone(&self.runtime);
        runtime.run(self.serve())
    }

    async fn serve(mut self) -> io::Result<Code> {
        poll_fn(|context| self.poll(context)).await?;
        self.server.close();
        let mut shared = self.shared.borrow_mut();
        let left = std::mem::take(&mut shared.clients);
        Ok(shared.service.finish(left))
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut signals = PollIo::new(&mut self.signals, context);
        let mut shared = self.shared.borrow_mut();
        shared
            .service
            .handle_signals(&mut signals, &mut self.server)?;
        drop(shared);
        self.accept_clients(context);
        self.poll_end(context).map(Ok)
    }

    /// Accepts queued clients, and registers the task for the next one.
    fn accept_clients(&mut self, context: &mut Context<'_>) {
        for _ in 0..CLIENTS_PER_TURN {
            // The server's error explains why no client follows.
            let Poll::Ready(Ok(socket)) = self.server.poll_accept(context) else {
                let service = &mut self.shared.borrow_mut().service;
                return service.report_pause(&mut self.server);
            };
            self.admit(socket);
        }
        context.waker().wake_by_ref();
    }

    fn admit(&self, socket: Socket<R>) {
        let mut shared = self.shared.borrow_mut();
        let number = shared.service.admit(|| socket.peer_identity());
        shared.clients.insert(number, 0);
        self.runtime
            .spawn(serve(Rc::clone(&self.shared), number, socket));
    }

    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut shared = self.shared.borrow_mut();
        if shared
            .service
            .is_over(&self.server, !shared.clients.is_empty())
        {
            return Poll::Ready(());
        }
        if shared.service.is_ending() {
            shared.waiting = Some(context.waker().clone());
        }
        let Some(deadline) = shared.service.deadline() else {
            return Poll::Pending;
        };
        let grace = self.grace.get_or_insert_with(|| R::sleep_until(deadline));
        grace.as_mut().poll(context)
    }
}

/// Serves a client until its end.
async fn serve<S: AsyncSocket>(shared: Rc<RefCell<Shared>>, number: usize, mut socket: S) {
    let mut echo = Echo::default();
    let error = poll_fn(|context| {
        let shared = &mut *shared.borrow_mut();
        let mut io = PollIo::new(&mut socket, context);
        let turn = echo.take_turn(&mut io, &mut shared.buffer);
        shared.clients.insert(number, echo.echoed());
        match turn {
            Turn::Waiting => Poll::Pending,
            Turn::More => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Turn::Ended(error) => Poll::Ready(error),
        }
    })
    .await;
    drop(socket);
    let why = error.map(|kind| kind.to_string());
    let mut shared = shared.borrow_mut();
    shared.clients.remove(&number);
    shared
        .service
        .report_end(number, echo.echoed(), why.as_deref());
    if shared.clients.is_empty() {
        let main_task = shared.waiting.take();
        main_task.into_iter().for_each(Waker::wake);
    }
}
