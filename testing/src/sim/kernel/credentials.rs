/// The user and the group of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) struct Credentials {
    pub(in crate::sim) user: u32,
    pub(in crate::sim) group: u32,
}

impl Credentials {
    pub(in crate::sim) const ROOT: Self = Self { user: 0, group: 0 };
}
