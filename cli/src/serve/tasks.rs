use std::cell::RefCell;
use std::collections::HashMap;
use std::future::poll_fn;
use std::io;
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use anteroom::generic::{AsyncSocket, PeerSocket as _};

use super::Service;
use super::poll_io::PollIo;
use super::echo::{BUFFER, Echo, Turn};
use crate::exit_code::Code;
use crate::runtime::{AsyncRuntime, Server, Sleep, Socket};

/// How many clients are taken in before it is another task's turn.
const CLIENTS_PER_TURN: usize = 16;

#[cfg(test)]
mod tests;

/// The task that takes clients in and hears signals; every client has a task of its own.
///
/// The runtime polls all of them in turn. If it polled this one more often, it could take in more
/// clients than tasks are polled, and the connected clients would wait longer and longer.
pub(super) struct MainTask<R: AsyncRuntime> {
    runtime: Rc<R>,
    server: Server<R>,
    signals: Socket<R>,
    shared: Rc<RefCell<Shared>>,
    /// Until the clients' time is over, once it is known when that is.
    grace: Option<Sleep>,
}

/// What all tasks use, each in its turn.
struct Shared {
    service: Service,
    /// How much was echoed, by the number of the connection.
    clients: HashMap<usize, u64>,
    buffer: Vec<u8>,
    /// The main task, while it waits for the last client to end.
    waiting: Option<Waker>,
}

impl<R: AsyncRuntime> MainTask<R> {
    /// Has the signals watched. To be called inside of the runtime.
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

    /// Serves until a signal has come and the clients are done, or their time is over.
    ///
    /// Not to be called inside of the runtime.
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
        shared.service.handle_signals(&mut signals, &mut self.server)?;
        drop(shared);
        self.accept_clients(context);
        self.poll_end(context).map(Ok)
    }

    /// Takes in who is there, and sees to it that the task is woken for the next one.
    fn accept_clients(&mut self, context: &mut Context<'_>) {
        for _ in 0..CLIENTS_PER_TURN {
            // Why there is nobody, and never will be, is the server's error.
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
