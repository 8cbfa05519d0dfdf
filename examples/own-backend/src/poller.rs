use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::os::fd::{AsFd, AsRawFd as _, BorrowedFd, OwnedFd};
use std::os::unix::net;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use std::{fmt, io};

use anteroom_core::Time;
use anteroom_std::sys;
use mio::net::UnixStream;
use mio::{Events, Interest, Token};

/// The token of the waker. The token of a socket is the number of its descriptor.
const WAKER: Token = Token(usize::MAX);

/// A handle of the runtime: one thread that sleeps in a poller of mio.
#[derive(Clone)]
pub struct Mio(pub(crate) Rc<Poller>);

/// The poller, and the tasks that wait for it.
pub(crate) struct Poller {
    pub(crate) waker: Arc<mio::Waker>,
    poll: RefCell<mio::Poll>,
    watched: RefCell<BTreeMap<Token, Rc<Readiness>>>,
    alarms: RefCell<Vec<Weak<Alarm>>>,
}

impl Mio {
    /// Creates a runtime.
    ///
    /// # Errors
    ///
    /// What the operating system reports; descriptors may have run out.
    pub fn new() -> io::Result<Self> {
        let poll = mio::Poll::new()?;
        Ok(Self(Rc::new(Poller {
            waker: Arc::new(mio::Waker::new(poll.registry(), WAKER)?),
            poll: RefCell::new(poll),
            watched: RefCell::default(),
            alarms: RefCell::default(),
        })))
    }
}

impl Poller {
    /// Handles events and alarms. It waits for the next one if it may sleep.
    pub(crate) fn turn(&self, events: &mut Events, may_sleep: bool) {
        let timeout = if may_sleep {
            self.next_alarm().map(|time| time.since(sys::now()))
        } else {
            Some(Duration::ZERO)
        };
        match self.poll.borrow_mut().poll(events, timeout) {
            Err(error) if error.kind() != ErrorKind::Interrupted => {
                panic!("the poller is open and can be waited for: {error}")
            }
            _ => {}
        }
        for event in &*events {
            let watched = self.watched.borrow().get(&event.token()).cloned();
            if let Some([reading, writing]) = watched.as_deref() {
                reading.report(
                    event.is_readable() || event.is_error(),
                    event.is_read_closed(),
                );
                writing.report(
                    event.is_writable() || event.is_error(),
                    event.is_write_closed(),
                );
            }
        }
        let is_set = |alarm: &Weak<Alarm>| alarm.upgrade().is_some_and(|alarm| !alarm.ring());
        self.alarms.borrow_mut().retain(is_set);
    }

    fn next_alarm(&self) -> Option<Time> {
        let alarms = self.alarms.borrow();
        let set = alarms.iter().filter_map(Weak::upgrade);
        set.filter_map(|alarm| alarm.time()).min()
    }
}

/// A socket of the runtime, which the poller watches on request.
#[expect(unnameable_types, reason = "only servers use it")]
#[derive(Debug)]
pub struct Source {
    pub(crate) socket: UnixStream,
    readiness: Option<Rc<Readiness>>,
    runtime: Mio,
}

impl Source {
    /// Takes a socket that does not block.
    pub(crate) fn new(runtime: &Mio, socket: OwnedFd) -> Self {
        Self {
            socket: UnixStream::from_std(net::UnixStream::from(socket)),
            readiness: None,
            runtime: runtime.clone(),
        }
    }

    /// Has the poller watch the socket until it is dropped.
    pub(crate) fn watch(&mut self, interest: Interest) -> io::Result<()> {
        if self.readiness.is_none() {
            let Poller { poll, watched, .. } = &*self.runtime.0;
            let (poll, token) = (poll.borrow(), token(&self.socket));
            poll.registry()
                .register(&mut self.socket, token, interest)?;
            let readiness = self.readiness.insert(Rc::default());
            watched.borrow_mut().insert(token, Rc::clone(readiness));
        }
        Ok(())
    }

    /// Makes an attempt when the socket is ready, or when that is not known yet.
    ///
    /// If the attempt returns `None`, it would have blocked, and the socket is not ready any more.
    /// Readiness that came meanwhile is not lost: it is an event, which has not been handled yet.
    pub(crate) fn poll_attempt<T>(
        &self,
        direction: Direction,
        context: &Context<'_>,
        attempt: impl FnOnce(&UnixStream) -> Option<T>,
    ) -> Poll<Option<T>> {
        let side = self
            .readiness
            .as_ref()
            .map(|sides| &sides[direction as usize]);
        if let Some(side) = side {
            ready!(side.poll(context));
        }
        let result = attempt(&self.socket);
        if let (None, Some(side)) = (&result, side) {
            side.is_ready.set(side.is_closed.get());
            // Where mio uses poll(2), it looks at the socket again only if it is told of this.
            let _ = self
                .socket
                .try_io(|| io::Result::<()>::Err(ErrorKind::WouldBlock.into()));
        }
        Poll::Ready(result)
    }
}

fn token(socket: &UnixStream) -> Token {
    Token(usize::try_from(socket.as_raw_fd()).expect("an open descriptor is not negative"))
}

impl Drop for Source {
    fn drop(&mut self) {
        if self.readiness.is_some() {
            let Poller { poll, watched, .. } = &*self.runtime.0;
            watched.borrow_mut().remove(&token(&self.socket));
            // Closing the descriptor is not enough if another process shares the socket.
            let _ = poll.borrow().registry().deregister(&mut self.socket);
        }
    }
}

impl AsFd for Source {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// A direction in which data, or connections, flow through a socket.
#[derive(Clone, Copy)]
pub(crate) enum Direction {
    Read,
    Write,
}

/// What the poller has reported about a socket, for each direction.
type Readiness = [Side; 2];

/// Whether a socket is ready in one direction, and the task that waits for it.
#[derive(Debug, Default)]
struct Side {
    is_ready: Cell<bool>,
    /// A socket that was shut down stays ready. There is no second event about that.
    is_closed: Cell<bool>,
    task: RefCell<Option<Waker>>,
}

impl Side {
    fn poll(&self, context: &Context<'_>) -> Poll<()> {
        if self.is_ready.get() {
            return Poll::Ready(());
        }
        self.task.replace(Some(context.waker().clone()));
        Poll::Pending
    }

    fn report(&self, is_ready: bool, is_closed: bool) {
        if is_ready || is_closed {
            self.is_ready.set(true);
            self.is_closed.set(self.is_closed.get() || is_closed);
            if let Some(task) = self.task.take() {
                task.wake();
            }
        }
    }
}

/// A timer of the runtime. The poller has it in its list while it is set.
#[expect(unnameable_types, reason = "only servers use it")]
#[derive(Debug, Default)]
pub struct Timer(Rc<Alarm>);

/// A moment, and the task to wake then.
#[derive(Debug, Default)]
struct Alarm(RefCell<Option<(Time, Waker)>>);

impl Timer {
    /// Polls whether this moment has come.
    pub(crate) fn poll(&self, runtime: &Mio, until: Time, context: &Context<'_>) -> Poll<()> {
        if until <= sys::now() {
            return Poll::Ready(());
        }
        let alarm = (until, context.waker().clone());
        if self.0.0.replace(Some(alarm)).is_none() {
            let mut alarms = runtime.0.alarms.borrow_mut();
            alarms.push(Rc::downgrade(&self.0));
        }
        Poll::Pending
    }
}

impl Alarm {
    fn time(&self) -> Option<Time> {
        self.0.borrow().as_ref().map(|(until, _)| *until)
    }

    /// Wakes the task if the moment has come. Returns whether it has.
    fn ring(&self) -> bool {
        let due = self
            .0
            .borrow_mut()
            .take_if(|(until, _)| *until <= sys::now());
        due.map(|(_, task)| task.wake()).is_some()
    }
}

impl fmt::Debug for Mio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mio")
    }
}
