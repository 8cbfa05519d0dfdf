use std::any::Any;
#[cfg(unix)]
use std::os::fd::OwnedFd;

/// Something for `listen_descriptor`, as a [`World`](crate::World) hands it out.
#[derive(Debug)]
#[non_exhaustive]
pub enum Descriptor {
    /// A descriptor of the operating system.
    #[cfg(unix)]
    Real(OwnedFd),
    /// A descriptor of a simulated one, whose type the subject knows.
    Simulated(Box<dyn Any>),
}

#[cfg(unix)]
impl Descriptor {
    /// Returns the descriptor of the operating system.
    ///
    /// # Panics
    ///
    /// Panics on a simulated one: a subject on the operating system met a world that is not.
    pub fn into_real(self) -> OwnedFd {
        match self {
            Self::Real(descriptor) => descriptor,
            Self::Simulated(_) => panic!("a simulated descriptor was given to a real server"),
        }
    }
}

#[cfg(unix)]
impl From<OwnedFd> for Descriptor {
    fn from(descriptor: OwnedFd) -> Self {
        Self::Real(descriptor)
    }
}
