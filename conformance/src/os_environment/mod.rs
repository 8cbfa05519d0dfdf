//! The environment of a server on a Unix system: files, sockets, users and processes.
//!
//! It uses system calls only, nothing of anteroom: the code under test does not test itself.

mod blocked_thread;
mod clients;
mod descriptors;
mod files;
mod other_user;
mod process;
mod raw_socket;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anteroom_core::{ServerName, SocketOptions};
use nix::unistd::geteuid;
use rustix::fs::{Mode, RawMode};
use rustix::process::Rlimit;
use tempfile::{Builder, TempDir};

use self::clients::Clients;
use self::files::Occupants;
use self::other_user::{Job, Task};
use crate::clauses::Platform;
use crate::{
    Capability, ClientState, ClientTag, Descriptor, DescriptorKind, Entry, Environment, ErrorKind,
    Occupant, Step,
};

pub(crate) use other_user::{announce_child_entry, enter_child};

/// The operating system, with a new directory.
///
/// # Platform-specific behavior
///
/// Only on Linux can it observe blocked threads, and descriptors by their numbers.
pub struct OsEnvironment {
    directory: TempDir,
    clients: Clients,
    occupants: Occupants,
    /// Paths outside the directory, to be deleted.
    outside: BTreeSet<PathBuf>,
    descriptor_limit: Option<Rlimit>,
}

impl OsEnvironment {
    /// Creates an environment with an empty directory.
    ///
    /// # Panics
    ///
    /// Panics if the directory cannot be created.
    pub fn new() -> Self {
        // Not in TMPDIR, whose path is long on some systems: an address holds about 100 bytes.
        let directory = Builder::new()
            .prefix("at-")
            .tempdir_in("/tmp")
            .expect("a temporary directory can be created");
        // A case may create socket files as another user.
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o777))
            .expect("the mode of the directory can be set");
        Self {
            directory,
            clients: Clients::default(),
            occupants: Occupants::default(),
            outside: BTreeSet::new(),
            descriptor_limit: None,
        }
    }

    fn in_directory(&self, inside: &str) -> ServerName {
        full_name(&self.directory.path().join(inside))
    }

    /// Returns a unique name, which starts like that of the directory.
    fn unique(&self, stem: &str) -> String {
        let directory = self.directory.path().file_name();
        let unique = directory.and_then(|name| name.to_str());
        format!("{}-{stem}", unique.expect("the directory has a plain name"))
    }
}

impl Default for OsEnvironment {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for OsEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OsEnvironment")
            .field("directory", &self.directory.path())
            .finish_non_exhaustive()
    }
}

impl Drop for OsEnvironment {
    fn drop(&mut self) {
        for path in &self.outside {
            files::delete(path);
        }
    }
}

impl Environment for OsEnvironment {
    fn capabilities(&self) -> Vec<Capability> {
        let mut capabilities = vec![
            Capability::Descriptors,
            Capability::Files,
            Capability::OwnProcess,
        ];
        if geteuid().is_root() {
            capabilities.push(Capability::Users);
        }
        if self.platform() == Platform::Linux {
            capabilities.extend([
                Capability::AbstractNames,
                Capability::LongQueue,
                Capability::Modes,
                Capability::QueueWaits,
            ]);
        }
        capabilities
    }

    fn platform(&self) -> Platform {
        Platform::current()
    }

    fn variant(&self) -> &'static str {
        match (self.platform() == Platform::Linux, geteuid().is_root()) {
            (true, true) => "root",
            (true, false) => "user",
            (false, true) => "unix_root",
            (false, false) => "unix_user",
        }
    }

    fn full_name(&mut self, stem: &str) -> ServerName {
        self.in_directory(stem)
    }

    fn plain_name(&mut self, stem: &str) -> ServerName {
        let name = ServerName::from(self.unique(stem));
        let resolved = self.resolved(&name);
        // A server that does not resolve the name creates its file in the current directory.
        self.outside.insert(files::path(&name).to_owned());
        if resolved.as_bytes().starts_with(b"/") {
            self.outside.insert(files::path(&resolved).to_owned());
        }
        name
    }

    fn abstract_name(&mut self, stem: &str) -> ServerName {
        ServerName::from(self.unique(stem))
    }

    fn resolved(&mut self, plain: &ServerName) -> ServerName {
        let directory = std::env::var_os("TMPDIR")
            .filter(|directory| !directory.is_empty())
            .unwrap_or_else(|| OsString::from("/tmp"));
        let plain = OsString::from_vec(plain.as_bytes().to_vec());
        full_name(&Path::new(&directory).join(plain))
    }

    fn inherit_acl(&mut self, user: u32) -> bool {
        files::set_default_acl(self.directory.path(), user)
    }

    fn entry(&mut self, full_name: &ServerName) -> Entry {
        files::entry(files::path(full_name))
    }

    fn place(&mut self, full_name: &ServerName, occupant: Occupant) {
        self.occupants.place(full_name, occupant);
    }

    fn is_unchanged(&mut self, full_name: &ServerName) -> bool {
        self.occupants.is_unchanged(full_name)
    }

    fn placed_server_answers(&mut self, full_name: &ServerName) -> bool {
        self.occupants.server_answers(full_name)
    }

    fn delete(&mut self, full_name: &ServerName) {
        files::delete(files::path(full_name));
    }

    fn list(&mut self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.directory.path())
            .expect("the directory can be read")
            .map(|entry| entry.expect("an entry can be read").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.sort_unstable();
        names
    }

    fn connect(&mut self, full_name: &ServerName, options: SocketOptions) -> ClientTag {
        self.clients.connect(full_name, options)
    }

    fn client(&mut self, client: ClientTag) -> ClientState {
        self.clients.state(client)
    }

    fn write(&mut self, client: ClientTag, bytes: &[u8]) -> Step {
        self.clients.write(client, bytes)
    }

    fn read(&mut self, client: ClientTag, at_most: usize) -> Step {
        self.clients.read(client, at_most)
    }

    fn shutdown_write(&mut self, client: ClientTag) {
        self.clients.shutdown_write(client);
    }

    fn drop_client(&mut self, client: ClientTag) {
        self.clients.drop_client(client);
    }

    fn connect_when_blocked(&mut self, full_name: &ServerName) -> ClientTag {
        self.clients.connect_when_blocked(full_name)
    }

    fn connect_as(
        &mut self,
        user: u32,
        group: u32,
        full_name: &ServerName,
    ) -> Result<(), ErrorKind> {
        let mut child = Job::start(Task::Connect, user, group, full_name);
        other_user::outcome(child.wait().expect("a child can be waited for"))
    }

    fn act_as(&mut self, user_and_group: Option<(u32, u32)>) {
        process::act_as(user_and_group);
    }

    fn guarded_name(&mut self, stem: &str) -> ServerName {
        let guarded = self.directory.path().join("guarded");
        if !guarded.exists() {
            fs::create_dir(&guarded).expect("a directory can be created");
            fs::set_permissions(&guarded, fs::Permissions::from_mode(0o755))
                .expect("the mode of the directory can be set");
        }
        full_name(&guarded.join(stem))
    }

    fn attack(
        &mut self,
        user: u32,
        group: u32,
        full_name: &ServerName,
        run: &mut dyn FnMut(),
    ) -> bool {
        let mut attacker = Job::start(Task::Attack, user, group, full_name);
        loop {
            run();
            if let Some(status) = attacker.try_wait().expect("a child can be waited for") {
                return other_user::outcome(status).is_ok();
            }
        }
    }

    fn shut_down_number(&mut self, number: i64) {
        descriptors::shut_down(number);
    }

    fn descriptor(&mut self, kind: DescriptorKind, full_name: &ServerName) -> Descriptor {
        Descriptor::Real(descriptors::make(kind, full_name))
    }

    fn duplicate(&mut self, descriptor: &Descriptor) -> Descriptor {
        let duplicate = real(descriptor).try_clone();
        Descriptor::Real(duplicate.expect("a descriptor can be duplicated"))
    }

    fn number(&mut self, descriptor: &Descriptor) -> i64 {
        real(descriptor).as_raw_fd().into()
    }

    fn flags(&mut self, descriptor: &Descriptor) -> (bool, bool) {
        descriptors::flags(real(descriptor))
    }

    fn flags_of_number(&mut self, number: i64) -> (bool, bool) {
        descriptors::flags_of(number)
    }

    fn address_of_number(&mut self, number: i64) -> Option<ServerName> {
        descriptors::address_of(number)
    }

    fn open_descriptors(&mut self) -> usize {
        process::open_descriptors().len()
    }

    fn inheritable_descriptors(&mut self) -> usize {
        let open = process::open_descriptors().into_iter();
        open.filter(|number| {
            let number = i64::try_from(*number).expect("a descriptor has a small number");
            !self.flags_of_number(number).1
        })
        .count()
    }

    fn limit_descriptors(&mut self, spare: usize) {
        let before = process::limit_descriptors(spare);
        self.descriptor_limit.get_or_insert(before);
    }

    fn unlimit_descriptors(&mut self) {
        if let Some(before) = self.descriptor_limit.take() {
            process::set_limit(before);
        }
    }

    fn in_forked_child(&mut self, run: &mut dyn FnMut()) {
        process::in_forked_child(run);
    }

    fn in_pid_namespace(&mut self, run: &mut dyn FnMut(&mut dyn Environment)) -> bool {
        let has_namespaces = process::has_pid_namespaces();
        if has_namespaces {
            process::in_pid_namespace(&mut || run(self));
        }
        has_namespaces
    }

    fn processor_time(&mut self) -> Duration {
        process::processor_time()
    }

    fn set_umask(&mut self, umask: u32) {
        rustix::process::umask(Mode::from_bits_truncate(umask as RawMode));
    }
}

fn full_name(path: &Path) -> ServerName {
    ServerName::from(path.as_os_str().to_owned().into_vec())
}

fn real(descriptor: &Descriptor) -> &OwnedFd {
    match descriptor {
        Descriptor::Real(descriptor) => descriptor,
        Descriptor::Simulated(_) => panic!("a simulated descriptor was passed to a real system"),
    }
}
