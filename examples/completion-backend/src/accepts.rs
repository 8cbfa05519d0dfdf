use std::io;
use std::mem;
use std::pin::Pin;
use std::process;
use std::task::{Context, Poll};

use anteroom_core::ListenerId;
use compio::net::UnixStream;
use compio::runtime::{CancelToken, FutureExt as _};

/// The accept operations that the runtime has not completed yet.
///
/// At most one belongs to the current listener. The others belong to closed listeners.
#[derive(Default)]
pub(crate) struct Accepts {
    under_way: Vec<Accept>,
    /// The process that submitted them.
    process: u32,
}

struct Accept {
    listener: ListenerId,
    cancel: CancelToken,
    operation: Pin<Box<dyn Future<Output = io::Result<UnixStream>>>>,
}

impl Accepts {
    /// Returns whether an accept on this listener is under way.
    pub(crate) fn is_under_way(&self, listener: ListenerId) -> bool {
        let mut accepts = self.under_way.iter();
        accepts.any(|accept| accept.listener == listener)
    }

    /// Returns whether all accepts under way are on this listener.
    pub(crate) fn are_all_on(&self, listener: Option<ListenerId>) -> bool {
        let mut accepts = self.under_way.iter();
        accepts.all(|accept| Some(accept.listener) == listener)
    }

    /// Adds an accept operation on this listener.
    pub(crate) fn add(
        &mut self,
        listener: ListenerId,
        operation: impl Future<Output = io::Result<UnixStream>> + 'static,
    ) {
        self.forget_those_of_another_process();
        let cancel = CancelToken::new();
        self.under_way.push(Accept {
            listener,
            operation: Box::pin(operation.with_cancel(cancel.clone())),
            cancel,
        });
    }

    /// Asks the runtime to cancel the accept on this listener.
    ///
    /// The operation has to be polled nevertheless: it can complete with a connection.
    pub(crate) fn cancel(&mut self, listener: ListenerId) {
        self.forget_those_of_another_process();
        for accept in &self.under_way {
            if accept.listener == listener {
                accept.cancel.clone().cancel();
            }
        }
    }

    /// Returns a completion on one of the listeners that `wanted` selects, if there is one.
    pub(crate) fn poll(
        &mut self,
        context: &mut Context<'_>,
        wanted: impl Fn(ListenerId) -> bool,
    ) -> Option<(ListenerId, io::Result<UnixStream>)> {
        self.forget_those_of_another_process();
        for index in 0..self.under_way.len() {
            let accept = &mut self.under_way[index];
            if !wanted(accept.listener) {
                continue;
            }
            if let Poll::Ready(result) = accept.operation.as_mut().poll(context) {
                return Some((self.under_way.swap_remove(index).listener, result));
            }
        }
        None
    }

    /// Leaks the operations of the process that this one was forked from.
    ///
    /// Dropping them would cancel them, in a ring that belongs to the parent process.
    fn forget_those_of_another_process(&mut self) {
        let this = process::id();
        if mem::replace(&mut self.process, this) != this {
            mem::forget(mem::take(&mut self.under_way));
        }
    }
}

impl Drop for Accepts {
    fn drop(&mut self) {
        self.forget_those_of_another_process();
    }
}
