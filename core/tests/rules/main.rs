//! The rules of the platforms, and error texts. They are tested on any host.

mod access;
mod codes;
mod modes;
mod names_unix;
mod names_windows;
mod texts;
