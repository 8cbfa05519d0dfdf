use std::fmt;
use std::marker::PhantomData;

use anteroom_core::Os;

use super::blocking::WakerPair;

/// How a server waits: [`Blocking`] or [`Async`].
///
/// This trait is sealed.
pub trait Mode: sealed::Sealed {
    /// The platform, with its runtime.
    type Os: Os;
    /// The state for waiting.
    #[doc(hidden)]
    type State: Default;
}

/// The socket type of a server of this mode.
pub type SocketOf<M> = <<M as Mode>::Os as Os>::Conn;

/// The mode of a server that blocks the thread.
pub struct Blocking<O>(PhantomData<O>);

/// The mode of a server that waits in a task.
pub struct Async<O>(PhantomData<O>);

/// The number of consecutive connections since the last yield.
#[expect(unnameable_types, reason = "only the server uses it")]
#[derive(Debug, Default)]
pub struct Accepted(pub(super) u8);

impl<O: Os> Mode for Blocking<O> {
    type Os = O;
    type State = WakerPair;
}

impl<O: Os> Mode for Async<O> {
    type Os = O;
    type State = Accepted;
}

impl<O> fmt::Debug for Blocking<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Blocking")
    }
}

impl<O> fmt::Debug for Async<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Async")
    }
}

mod sealed {
    #[expect(unnameable_types, reason = "nobody else implements it")]
    pub trait Sealed {}

    impl<O> Sealed for super::Blocking<O> {}

    impl<O> Sealed for super::Async<O> {}
}
