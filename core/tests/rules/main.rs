//! The rules of the platforms: names, modes, codes and texts, on any host.

mod access;
mod codes;
mod modes;
mod names_unix;
mod names_windows;
mod texts;
